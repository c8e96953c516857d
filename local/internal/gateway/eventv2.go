package gateway

import (
	"strings"

	"maru/local/internal/template"
)

// protocol is what events say whatever the client spoke: API Gateway ends
// HTTP/2 itself.
const protocol = "HTTP/1.1"

// clf is the time format of the Common Log Format.
const clf = "02/Jan/2006:15:04:05 -0700"

// writeV2 writes an event of payload format 2.0. What the request does not have
// is left out, unlike in format 1.0.
func (x *exchange) writeV2() {
	w := &x.event
	rawPath, contextPath := x.rawPath(), x.rawPath()
	if x.r.Method == "CONNECT" {
		// The target is an authority and no path (RFC 9110 §9.3.6).
		rawPath, contextPath = "/", x.r.Host
	}
	w.Open('{')
	w.Member("version", "2.0")
	x.writeRequestV2(rawPath, contextPath)
	if len(x.body) > 0 {
		x.writeBody()
	} else {
		w.Bool("isBase64Encoded", false)
	}
	w.Close('}')
}

// writeRequestV2 writes the request without its body.
func (x *exchange) writeRequestV2(rawPath, contextPath string) {
	w := &x.event
	w.Member("routeKey", x.endpoint.key)
	w.Member("rawPath", rawPath)
	w.Member("rawQueryString", x.target.query)
	x.writeCookies()
	x.writeFieldsV2()
	x.writeQueryV2()
	x.writeContextV2(contextPath)
	x.writePathParameters(omitted)
	x.writeStageVariables(omitted)
}

// rawPath is an HTTP API's path: with the stage, unless that is $default. That of
// a function URL is as the client sent it (recorded in
// test_lambda_url_echo_http_fixture_default).
func (x *exchange) rawPath() string {
	if x.kind() == template.URL {
		return x.target.sent
	}
	path := httpPath(x.target.sent)
	if stage := x.api().Stage; stage != defaultStage {
		return "/" + stage + path
	}
	return path
}

// writeCookies splits the cookies that came in one field (RFC 6265 §5.4).
func (x *exchange) writeCookies() {
	w := &x.event
	lines := x.r.Header["Cookie"]
	if len(lines) == 0 {
		return
	}
	w.Name("cookies")
	w.Open('[')
	for _, line := range lines {
		for cookie := range strings.SplitSeq(line, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				w.Text(cookie)
			}
		}
	}
	w.Close(']')
}

// writeFieldsV2 writes lower-case names; values of one name are joined by a
// comma without a space.
func (x *exchange) writeFieldsV2() {
	w := &x.event
	w.Object("headers")
	for _, f := range x.fields {
		w.Comma()
		w.Raw(`"`)
		w.Buf = appendLower(w.Buf, f.canonical)
		w.Raw(`":"`)
		w.Inside(f.value)
		for i, value := range f.values {
			if i > 0 {
				w.Raw(",")
			}
			w.Inside(value)
		}
		w.Raw(`"`)
	}
	w.Close('}')
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
func (x *exchange) writeQueryV2() {
	w := &x.event
	if len(x.pairs) == 0 {
		return
	}
	w.Object("queryStringParameters")
	for i, p := range x.pairs {
		switch {
		case i > 0 && x.pairs[i-1].name == p.name:
			w.Raw(",")
		default:
			if i > 0 {
				w.Raw(`"`)
			}
			w.Text(p.name)
			w.Raw(`:"`)
		}
		w.Inside(p.value)
	}
	w.Raw(`"`)
	w.Close('}')
}

func (x *exchange) writeContextV2(path string) {
	w, api := &x.event, x.endpoint.api
	w.Object("requestContext")
	w.Member("accountId", x.accountID())
	w.Member("apiId", api.ID)
	x.writeGrant()
	w.Member("domainName", x.domain())
	w.Member("domainPrefix", api.ID)
	w.Object("http")
	w.Member("method", x.method())
	w.Member("path", path)
	w.Member("protocol", protocol)
	w.Member("sourceIp", x.sourceIP())
	w.Member("userAgent", x.r.UserAgent())
	w.Close('}')
	w.Member("requestId", x.requestID)
	w.Member("routeKey", x.endpoint.key)
	w.Member("stage", api.Stage)
	x.writeTime("time", "timeEpoch")
	w.Close('}')
}

// writeTime writes when the request came, for people and in milliseconds.
func (x *exchange) writeTime(text, epoch string) {
	w := &x.event
	w.Name(text)
	w.Raw(`"`)
	w.Buf = x.start.UTC().AppendFormat(w.Buf, clf)
	w.Raw(`"`)
	w.Number(epoch, x.start.UnixMilli())
}

// writePathParameters writes what the route's parameters stand for. Those of an
// HTTP API are of a path that was decoded before it was matched.
func (x *exchange) writePathParameters(how absence) {
	w, params := &x.event, x.endpoint.params
	if len(params) == 0 {
		x.writeAbsent(how, "pathParameters")
		return
	}
	w.Object("pathParameters")
	for i, name := range params {
		w.Text(strings.TrimSuffix(name, "+"))
		w.Colon()
		value := x.values[i]
		if x.kind() == template.REST {
			value = restParameter(value)
		}
		w.Text(value)
	}
	w.Close('}')
}

func (x *exchange) writeStageVariables(how absence) {
	w, variables := &x.event, x.endpoint.variables
	if len(variables) == 0 {
		x.writeAbsent(how, "stageVariables")
		return
	}
	w.Object("stageVariables")
	for _, v := range variables {
		w.Text(v.name)
		w.Colon()
		w.Text(v.value)
	}
	w.Close('}')
}

// writeBody writes a body that is not empty.
func (x *exchange) writeBody() {
	binary := x.bodyIsBinary()
	x.event.Bytes("body", x.body, binary)
	x.event.Bool("isBase64Encoded", binary)
}

// bodyIsBinary decides between base64 and text. A REST API asks its
// binaryMediaTypes, an HTTP API the content itself.
func (x *exchange) bodyIsBinary() bool {
	contentType := x.r.Header.Get("Content-Type")
	if x.kind() == template.REST {
		return matchesAny(x.endpoint.api.BinaryMediaTypes, contentType)
	}
	encoding := x.r.Header.Get("Content-Encoding")
	return encoding != "" && !strings.EqualFold(encoding, "identity") || !isText(contentType)
}
