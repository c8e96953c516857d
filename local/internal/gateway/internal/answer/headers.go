package answer

import (
	"net/http"
	"strconv"
	"strings"

	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/gateway/internal/request"
	"maru/local/internal/gateway/internal/result"
)

// putHeaders puts the function's header fields into the response, under the
// names that the function gave them.
func (w *Writer) putHeaders(r *result.Result) {
	h, kind := w.w.Header(), &kinds[w.r.Kind()]
	for _, field := range r.Headers {
		switch name := w.rename(kind, field.Name, len(r.Body)); name {
		case "":
		case "Content-Length":
			if _, err := strconv.ParseUint(field.Value, 10, 63); err == nil {
				w.Set(name, field.Value)
			}
		default:
			h[name] = append(h[name], field.Value)
		}
	}
	w.defaultType(h, kind.defaultType(w.r, len(r.Body)))
	if kind.trace {
		w.Set(request.HeaderTraceID, w.r.Trace.Full)
	}
}

// rename gives the name under which a function's header field goes out, or ""
// where it does not: what frames the message is not the function's to say
// (RFC 9112 §6), and API Gateway's own IDs are its own.
func (w *Writer) rename(kind *kind, name string, length int) string {
	canonical := http.CanonicalHeaderKey(name)
	if ofConnection(canonical) {
		return ""
	}
	return kind.rename(w, canonical, name, length)
}

// ofConnection tells whether a header field, by its canonical name, speaks of the
// connection that it comes on or of the framing there. Connection and Content-Length
// are not among them: each kind of API deals with these in its own way.
func ofConnection(canonical string) bool {
	switch canonical {
	case "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return true
	}
	return false
}

// renameHTTP leaves the fields of CORS to an API that has it.
func renameHTTP(w *Writer, canonical, name string, length int) string {
	if w.r.Route.API.CORS != nil && strings.HasPrefix(canonical, "Access-Control-") {
		return ""
	}
	switch canonical {
	case "Connection", headerHTTPRequestID:
		return ""
	case "Content-Length":
		// The handler of a HEAD may know the length of what it does not send.
		if w.r.HTTP.Method != http.MethodHead || length > 0 {
			return ""
		}
		return canonical // putHeaders looks at the value
	case "Date":
		return canonical // net/http looks for it under this name
	}
	return name
}

// renameREST keeps what a REST API remaps out of the way (recorded in
// test_apigateway_header_remapping_aws):
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
// A function URL remaps too: users' captures show x-amzn-Remapped-content-length,
// -connection and -server, and an X-Amzn-Trace-Id, as in
// https://github.com/aws/aws-lambda-web-adapter/issues/491.
func renameREST(_ *Writer, canonical, name string, _ int) string {
	switch canonical {
	case request.HeaderTraceID, "X-Amz-Apigw-Id":
		return ""
	case "Connection", "Content-Length", "Date", "Server", "X-Amzn-Requestid":
		return "x-amzn-Remapped-" + name
	case "Www-Authenticate":
		if disputed.RemapsAuthenticate {
			return "x-amzn-Remapped-" + name
		}
	}
	return name
}

// defaultType says what the body is where the function did not, and keeps
// net/http from guessing; fallback is empty for nothing to say. Of several
// spellings, which would be several types, the canonical one holds (RFC 9110
// §5.3).
func (w *Writer) defaultType(h http.Header, fallback string) {
	canonical, other := h["Content-Type"] != nil, false
	for name := range h {
		if name == "Content-Type" || !strings.EqualFold(name, "Content-Type") {
			continue
		}
		if other = true; canonical {
			delete(h, name)
		}
	}
	switch {
	case canonical:
	case other:
		h["Content-Type"] = nil
	case fallback != "":
		w.Set("Content-Type", fallback)
	}
}

// alwaysJSON: a REST API says so even of nothing (recorded: invoke-api-no-body).
func alwaysJSON(*request.Request, int) string { return "application/json" }

// typeOfURL: a function URL says so, too (test_lambda_url_invocation).
func typeOfURL(r *request.Request, _ int) string {
	if r.Route.Stream {
		return disputed.StreamType
	}
	return "application/json"
}

func typeOfHTTP(_ *request.Request, length int) string {
	if length > 0 {
		return disputed.HTTPDefaultType
	}
	return ""
}
