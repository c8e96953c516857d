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
	w.open('{')
	w.member("version", "2.0")
	x.writeRequestV2(rawPath, contextPath)
	if len(x.body) > 0 {
		x.writeBody()
	} else {
		w.bool("isBase64Encoded", false)
	}
	w.close('}')
}

// writeRequestV2 writes the request without its body.
func (x *exchange) writeRequestV2(rawPath, contextPath string) {
	w := &x.event
	w.member("routeKey", x.endpoint.key)
	w.member("rawPath", rawPath)
	w.member("rawQueryString", x.target.query)
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
	w.name("cookies")
	w.open('[')
	for _, line := range lines {
		for cookie := range strings.SplitSeq(line, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				w.text(cookie)
			}
		}
	}
	w.close(']')
}

// writeFieldsV2 writes lower-case names; values of one name are joined by a
// comma without a space.
func (x *exchange) writeFieldsV2() {
	w := &x.event
	w.object("headers")
	for _, f := range x.fields {
		w.comma()
		w.raw(`"`)
		w.buf = appendLower(w.buf, f.canonical)
		w.raw(`":"`)
		w.buf = appendEscaped(w.buf, f.value)
		for i, value := range f.values {
			if i > 0 {
				w.raw(",")
			}
			w.buf = appendEscaped(w.buf, value)
		}
		w.raw(`"`)
	}
	w.close('}')
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
	w.object("queryStringParameters")
	for i, p := range x.pairs {
		switch {
		case i > 0 && x.pairs[i-1].name == p.name:
			w.raw(",")
		default:
			if i > 0 {
				w.raw(`"`)
			}
			w.text(p.name)
			w.raw(`:"`)
		}
		w.buf = appendEscaped(w.buf, p.value)
	}
	w.raw(`"`)
	w.close('}')
}

func (x *exchange) writeContextV2(path string) {
	w, api := &x.event, x.endpoint.api
	w.object("requestContext")
	w.member("accountId", x.accountID())
	w.member("apiId", api.ID)
	x.writeGrant()
	w.member("domainName", x.domain())
	w.member("domainPrefix", api.ID)
	w.object("http")
	w.member("method", x.method())
	w.member("path", path)
	w.member("protocol", protocol)
	w.member("sourceIp", x.sourceIP())
	w.member("userAgent", x.r.UserAgent())
	w.close('}')
	w.member("requestId", x.requestID)
	w.member("routeKey", x.endpoint.key)
	w.member("stage", api.Stage)
	x.writeTime("time", "timeEpoch")
	w.close('}')
}

// writeTime writes when the request came, for people and in milliseconds.
func (x *exchange) writeTime(text, epoch string) {
	w := &x.event
	w.name(text)
	w.raw(`"`)
	w.buf = x.start.UTC().AppendFormat(w.buf, clf)
	w.raw(`"`)
	w.number(epoch, x.start.UnixMilli())
}

// writePathParameters writes what the route's parameters stand for. Those of an
// HTTP API are of a path that was decoded before it was matched.
func (x *exchange) writePathParameters(how absence) {
	w, params := &x.event, x.endpoint.params
	if len(params) == 0 {
		w.absent(how, "pathParameters")
		return
	}
	w.object("pathParameters")
	for i, name := range params {
		w.text(strings.TrimSuffix(name, "+"))
		w.colon()
		value := x.values[i]
		if x.kind() == template.REST {
			value = restParameter(value)
		}
		w.text(value)
	}
	w.close('}')
}

func (x *exchange) writeStageVariables(how absence) {
	w, variables := &x.event, x.endpoint.variables
	if len(variables) == 0 {
		w.absent(how, "stageVariables")
		return
	}
	w.object("stageVariables")
	for _, v := range variables {
		w.text(v.name)
		w.colon()
		w.text(v.value)
	}
	w.close('}')
}

// writeBody writes a body that is not empty.
func (x *exchange) writeBody() {
	binary := x.bodyIsBinary()
	x.event.bytes("body", x.body, binary)
	x.event.bool("isBase64Encoded", binary)
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
