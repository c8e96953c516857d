package event

import (
	"cmp"
	"net/http"
	"strings"

	"maru/local/internal/gateway/internal/request"
)

// writeV2 writes an event of payload format 2.0. What the request does not have
// is left out, unlike in format 1.0.
func (w *Writer) writeV2() {
	j := &w.json
	path := w.r.RawPath()
	contextPath := w.r.HTTPPath(path)
	if w.r.HTTP.Method == http.MethodConnect {
		// The target is an authority and no path (RFC 9110 §9.3.6).
		path, contextPath = "/", w.r.HTTP.Host
	}
	j.Open('{')
	j.Member("version", "2.0")
	w.writeRequestV2(path, contextPath)
	if len(w.r.Body) > 0 {
		w.writeBody()
	} else {
		j.Bool("isBase64Encoded", false)
	}
	j.Close('}')
}

// writeRequestV2 writes the request without its body.
func (w *Writer) writeRequestV2(path, contextPath string) {
	j := &w.json
	j.Member("routeKey", w.r.Route.Key)
	j.Member("rawPath", path)
	j.Member("rawQueryString", w.r.Target.Query)
	w.writeCookies()
	w.writeFieldsV2()
	w.writeQueryV2()
	w.writeContextV2(contextPath)
	w.writePathParameters(omitted)
	w.writeStageVariables(omitted)
}

// writeCookies splits the cookies that came in one field (RFC 6265 §5.4).
func (w *Writer) writeCookies() {
	j := &w.json
	lines := w.r.HTTP.Header["Cookie"]
	if len(lines) == 0 {
		return
	}
	j.Name("cookies")
	j.Open('[')
	for _, line := range lines {
		for cookie := range strings.SplitSeq(line, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				j.Text(cookie)
			}
		}
	}
	j.Close(']')
}

// writeFieldsV2 writes lower-case names; values of one name are joined by a
// comma without a space, but for those of Cookie (RFC 9113 §8.2.3).
func (w *Writer) writeFieldsV2() {
	j := &w.json
	j.Object("headers")
	for _, f := range w.fields {
		j.Comma()
		j.Raw(`"`)
		j.Buf = appendLower(j.Buf, f.canonical)
		j.Raw(`":"`)
		j.Inside(f.value)
		separator := ","
		if f.canonical == "Cookie" {
			separator = "; "
		}
		for i, value := range f.values {
			if i > 0 {
				j.Raw(separator)
			}
			j.Inside(value)
		}
		j.Raw(`"`)
	}
	j.Close('}')
}

// appendLower appends a field name, which net/http has seen to be a token.
func appendLower(buf []byte, name string) []byte {
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf = append(buf, c)
	}
	return buf
}

// writeQueryV2 joins the values of one parameter by a comma.
func (w *Writer) writeQueryV2() {
	j := &w.json
	if len(w.r.Query) == 0 {
		return
	}
	j.Object("queryStringParameters")
	for i, p := range w.r.Query {
		switch {
		case i > 0 && w.r.Query[i-1].Name == p.Name:
			j.Raw(",")
		default:
			if i > 0 {
				j.Raw(`"`)
			}
			j.Text(p.Name)
			j.Raw(`:"`)
		}
		j.Inside(p.Value)
	}
	j.Raw(`"`)
	j.Close('}')
}

// anonymous is the account of a function URL's callers who do not sign their requests.
const anonymous = "anonymous"

// accountID is that of the caller of a function URL, and the owner's elsewhere.
func (w *Writer) accountID() string {
	switch {
	case !w.kind.callersAccount:
		return w.r.Account.ID
	case w.r.Route.Auth == nil:
		return anonymous
	}
	return cmp.Or(w.caller.Identity.AccountID, w.r.Account.ID)
}

func (w *Writer) writeContextV2(path string) {
	j, r, api := &w.json, w.r, w.r.Route.API
	j.Object("requestContext")
	j.Member("accountId", w.accountID())
	j.Member("apiId", api.ID)
	if w.caller.Authorizer != nil {
		w.caller.Authorizer.WriteV2(j)
	}
	j.Member("domainName", r.Domain())
	j.Member("domainPrefix", api.ID)
	j.Object("http")
	j.Member("method", w.r.Method())
	j.Member("path", path)
	j.Member("protocol", request.Protocol)
	j.Member("sourceIp", r.SourceIP())
	j.Member("userAgent", r.HTTP.UserAgent())
	j.Close('}')
	j.Member("requestId", r.ID)
	j.Member("routeKey", w.r.Route.Key)
	j.Member("stage", api.Stage)
	w.writeTime("time", "timeEpoch")
	j.Close('}')
}

// writeTime writes when the request came, for people and in milliseconds.
func (w *Writer) writeTime(text, epoch string) {
	j := &w.json
	j.Name(text)
	j.Raw(`"`)
	j.Buf = w.r.Start.UTC().AppendFormat(j.Buf, request.TimeFormat)
	j.Raw(`"`)
	j.Number(epoch, w.r.Start.UnixMilli())
}

// writePathParameters writes what the route's parameters stand for.
func (w *Writer) writePathParameters(how absence) {
	j, params := &w.json, w.r.Route.Params
	if len(params) == 0 {
		w.writeAbsent(how, "pathParameters")
		return
	}
	j.Object("pathParameters")
	for i, name := range params {
		j.Text(strings.TrimSuffix(name, "+"))
		j.Colon()
		j.Text(w.kind.pathParameter(w.r.Values[i]))
	}
	j.Close('}')
}

func (w *Writer) writeStageVariables(how absence) {
	j, variables := &w.json, w.r.Route.Variables
	if len(variables) == 0 {
		w.writeAbsent(how, "stageVariables")
		return
	}
	j.Object("stageVariables")
	for _, v := range variables {
		j.Text(v.Name)
		j.Colon()
		j.Text(v.Value)
	}
	j.Close('}')
}

// writeBody writes a body that is not empty.
func (w *Writer) writeBody() {
	binary := w.kind.binary(w.r)
	w.json.Bytes("body", w.r.Body, binary)
	w.json.Bool("isBase64Encoded", binary)
}
