package result

import (
	"cmp"
	"fmt"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Field is one header field of a response.
type Field struct {
	Name, Value string
}

// Result is what a function returned, read but not yet judged.
type Result struct {
	// Object is false for a bare string, number, array, …, which leaves all else
	// empty.
	Object bool
	// HasStatus tells a status from none; Status is zero where it is no number.
	HasStatus bool
	Status    int
	// Headers has the fields that came in an object of this name. Complete adds
	// those that came elsewhere.
	Headers []Field
	multi   []Field // multiValueHeaders, one for each value
	cookies []string
	// Body is as the function gave it; IsBase64 is what it said of it.
	Body     []byte
	IsBase64 bool

	// Unknown is a name that the payload format does not have.
	Unknown string
	// ErrorMessage tells that the object has this name, as function errors do.
	ErrorMessage bool
	// Wrong is the first value of a type that the payload format does not have.
	Wrong error
}

// Complete makes of what the function said a head that can be sent, with all header
// fields in Headers, cookies last. It fails where that would be none: the status is
// not that of a final response, or a field does not pass Check.
func (r *Result) Complete() error {
	if r.Status < 200 || r.Status > 999 {
		return fmt.Errorf("statusCode %d is none of a final response", r.Status)
	}
	r.Headers = r.merged()
	for _, cookie := range r.cookies {
		r.Headers = append(r.Headers, Field{"Set-Cookie", cookie})
	}
	return Check(r.Headers)
}

// merged gives all header fields. Of a name in both maps the values of
// multiValueHeaders come first, and its spelling holds (recorded:
// invoke-api-multi-headers-overwrite-casing). A pair of name and value that is in
// both goes out once:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format.
func (r *Result) merged() []Field {
	if len(r.multi) == 0 {
		return r.Headers
	}
	all := r.multi
	for _, h := range r.Headers {
		name, pair := r.findMulti(h)
		if pair {
			continue
		}
		all = append(all, Field{cmp.Or(name, h.Name), h.Value})
	}
	return all
}

// findMulti gives the spelling that multiValueHeaders has of a field's name, empty for
// none, and tells whether the field's value is among those there.
func (r *Result) findMulti(h Field) (name string, pair bool) {
	for _, m := range r.multi {
		if strings.EqualFold(m.Name, h.Name) {
			name, pair = cmp.Or(name, m.Name), pair || m.Value == h.Value
		}
	}
	return name, pair
}

// Check refuses header fields that would break the response in two, or be dropped
// in silence by net/http (RFC 9110 §5.1, §5.5).
func Check(headers []Field) error {
	for _, h := range headers {
		if !httpguts.ValidHeaderFieldName(h.Name) {
			return fmt.Errorf("header name %q is no token", h.Name)
		}
		if !httpguts.ValidHeaderFieldValue(h.Value) {
			return fmt.Errorf("value of header %q has a line break or another control character", h.Name)
		}
	}
	return nil
}
