package gateway

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// header is one field of a response.
type header struct {
	name, value string
}

// result is what a function returned, read but not yet judged.
type result struct {
	object    bool // false: a bare string, number, array, …
	hasStatus bool
	status    int
	headers   []header
	multi     []header // multiValueHeaders, one for each value
	cookies   []string
	body      []byte
	isBase64  bool

	// unknown is a name that the payload format does not have.
	unknown string
	// errorMessage tells that the object has this name, as function errors do.
	errorMessage bool
	// wrong is the first value of a type that the payload format does not have.
	wrong error
}

// maxHeaders is how many header fields a function may give. AWS limits their
// bytes, and far lower; this limit only keeps one function from using the
// processor for long.
const maxHeaders = 1000

// reader reads a result.
type reader struct {
	scanner
	result
	// takesMulti and takesCookies tell which names the format has beside those
	// that all have.
	takesMulti, takesCookies bool
}

// readResult reads the payload of a function that speaks format 1.0 or 2.0. It
// fails if the payload is not JSON; whether what it says will do is for the
// kind of API to judge.
func readResult(payload []byte, v1 bool) (result, error) {
	r := reader{scanner: scanner{data: payload}, takesMulti: v1, takesCookies: !v1}
	if err := r.read(); err != nil {
		return result{}, err
	}
	return r.result, r.end()
}

func (r *reader) read() error {
	if r.peek() != '{' {
		_, err := r.skip()
		return err
	}
	r.object = true
	return r.members(r.member)
}

// member reads one value of the result. Where a name comes twice, the last one
// counts, as in most JSON readers.
func (r *reader) member(name []byte) error {
	switch key := string(name); {
	case key == "statusCode":
		return r.readStatus()
	case key == "headers":
		r.headers = r.headers[:0]
		return r.fields(&r.headers, r.single)
	case key == "multiValueHeaders" && r.takesMulti:
		r.multi = r.multi[:0]
		return r.fields(&r.multi, r.several)
	case key == "cookies" && r.takesCookies:
		return r.readCookies()
	case key == "body":
		return r.readBody()
	case key == "isBase64Encoded":
		return r.readFlag()
	case key == "errorMessage":
		r.errorMessage = true
		fallthrough
	default:
		r.unknown = key
		_, err := r.skip()
		return err
	}
}

// readStatus takes a number or a numeric string (recorded:
// invoke-api-status-code-str); null is as if it were not there.
func (r *reader) readStatus() error {
	quoted := r.peek() == '"'
	text, err := r.skip()
	if err != nil || string(text) == "null" {
		return err
	}
	if quoted {
		text = text[1 : len(text)-1]
	}
	r.hasStatus = true
	if r.status, err = strconv.Atoi(string(text)); err != nil {
		r.complain("statusCode is no number")
	}
	return nil
}

// readBody takes a string; null is as if it were not there.
func (r *reader) readBody() error {
	if r.peek() != '"' {
		return r.nullOr("body is no string")
	}
	var err error
	r.body, err = r.text()
	return err
}

func (r *reader) readFlag() error {
	text, err := r.skip()
	switch string(text) {
	case "true", "false", "null":
		r.isBase64 = string(text) == "true"
	default:
		r.complain("isBase64Encoded is no boolean")
	}
	return err
}

func (r *reader) readCookies() error {
	if r.peek() != '[' {
		return r.nullOr("cookies is no array")
	}
	return r.elements(func() error {
		cookie, ok, err := r.scalar()
		if !ok {
			r.complain("a cookie is no string")
		}
		r.cookies = append(r.cookies, cookie)
		return err
	})
}

// fields reads an object of header fields into a list.
func (r *reader) fields(list *[]header, value func(*[]header, string) error) error {
	if r.peek() != '{' {
		return r.nullOr("headers are no object")
	}
	return r.members(func(name []byte) error {
		if len(*list) >= maxHeaders {
			return errors.New("too many headers")
		}
		return value(list, string(name))
	})
}

// single reads the value of a name that has one; a later one takes its place.
func (r *reader) single(list *[]header, name string) error {
	value, ok, err := r.scalar()
	if !ok {
		r.complain(fmt.Sprintf("header %q is neither string nor boolean", name))
		return err
	}
	for i := range *list {
		if (*list)[i].name == name {
			(*list)[i].value = value
			return err
		}
	}
	*list = append(*list, header{name, value})
	return err
}

// several reads the values of a name that has an array of them.
func (r *reader) several(list *[]header, name string) error {
	if r.peek() != '[' {
		return r.nullOr(fmt.Sprintf("multiValueHeaders %q is no array", name))
	}
	return r.elements(func() error {
		value, ok, err := r.scalar()
		if !ok {
			r.complain(fmt.Sprintf("multiValueHeaders %q is neither string nor boolean", name))
		}
		if len(*list) >= maxHeaders {
			return errors.New("too many headers")
		}
		*list = append(*list, header{name, value})
		return err
	})
}

// scalar reads a value that can be that of a header field: a string, a
// boolean (recorded: "header-bool") or a number.
func (r *reader) scalar() (value string, ok bool, err error) {
	c := r.peek()
	if c == '"' {
		text, err := r.text()
		return string(text), true, err
	}
	text, err := r.skip()
	number := c == '-' || '0' <= c && c <= '9'
	return string(text), c == 't' || c == 'f' || number && takesNumbers, err
}

// nullOr reads a value that should have been of another type, or null.
func (r *reader) nullOr(complaint string) error {
	text, err := r.skip()
	if string(text) != "null" {
		r.complain(complaint)
	}
	return err
}

func (r *reader) complain(text string) {
	if r.wrong == nil {
		r.wrong = errors.New(text)
	}
}

// merged gives all header fields. Of a name in both maps the values of
// multiValueHeaders come first, and its spelling holds (recorded:
// invoke-api-multi-headers-overwrite-casing).
func (r *result) merged() []header {
	if len(r.multi) == 0 {
		return r.headers
	}
	all := r.multi
	for _, h := range r.headers {
		for _, m := range r.multi {
			if strings.EqualFold(m.name, h.name) {
				h.name = m.name
				break
			}
		}
		all = append(all, h)
	}
	return all
}
