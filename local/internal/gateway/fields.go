package gateway

import (
	"cmp"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"maru/local/internal/template"
)

// Header fields that API Gateway adds, as it spells them.
const (
	headerTraceID       = "X-Amzn-Trace-Id"
	headerForwardedFor  = "X-Forwarded-For"
	headerForwardedPort = "X-Forwarded-Port"
	headerForwardedProt = "X-Forwarded-Proto"
	headerRequestID     = "x-amzn-RequestId"
	headerExtendedID    = "x-amz-apigw-id"
	headerErrorType     = "x-amzn-ErrorType"
	headerHTTPRequestID = "Apigw-Requestid"
)

// field is a header field of an event.
type field struct {
	canonical string // as net/http spells the name
	name      string // as the event does
	values    []string
	value     string // the only one, where values is nil
}

// last gives the value that a map with room for one keeps.
func (f field) last() string {
	if len(f.values) > 0 {
		return f.values[len(f.values)-1]
	}
	return f.value
}

// collect gathers the header fields of an event of format 1.0 or 2.0 in the
// order of their names: the client's, without those that concern only its
// connection, and those that API Gateway adds or rewrites.
func (x *exchange) collect(v1 bool) {
	x.fields = x.fields[:0]
	nominated := x.r.Header["Connection"]
	for name, values := range x.r.Header {
		if len(values) > 0 && !x.drops(name, v1) && (!mentions(nominated, name) || x.wasJudgedBy(name)) {
			x.fields = append(x.fields, field{canonical: name, name: name, values: values})
		}
	}
	x.add("Host", x.r.Host)
	x.add(headerForwardedFor, x.forwardedFor())
	x.add(headerForwardedPort, x.port())
	x.add(headerForwardedProt, x.scheme())
	x.add(headerTraceID, x.trace.Event)
	if x.kind() != template.REST {
		x.add("Content-Length", strconv.FormatInt(x.length(), 10))
	}
	if x.kind() == template.URL {
		x.addTLS()
	}
	slices.SortFunc(x.fields, func(a, b field) int { return cmp.Compare(a.canonical, b.canonical) })
}

// wasJudgedBy tells whether the route's authorizer knows callers by a field, or its
// validator requires it. Then a client cannot take it back from the events by
// naming it in Connection.
func (x *exchange) wasJudgedBy(name string) bool {
	a, v := x.route().authorizer, x.route().validator
	return a != nil && slices.Contains(a.headers, name) || v != nil && slices.Contains(v.headers, name)
}

// length is that of the body, which an authorizer is told before the body was
// read.
func (x *exchange) length() int64 {
	return max(x.r.ContentLength, int64(len(x.body)))
}

func (x *exchange) add(name, value string) {
	x.fields = append(x.fields, field{canonical: name, name: name, value: value})
}

// drops tells whether a field that the client sent stays out of the event:
// because the doors write it themselves, or because API Gateway leaves it out
// (recorded for REST APIs in test_apigateway_header_remapping_aws; for HTTP
// APIs the connection's own, RFC 9110 §7.6.1).
func (x *exchange) drops(name string, v1 bool) bool {
	switch name {
	case "Host", headerForwardedFor, headerForwardedPort, headerForwardedProt, headerTraceID,
		"Connection", "Content-Length", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return true
	case "Content-Md5", "Expect", "Max-Forwards", "Proxy-Authenticate", "Server", "Www-Authenticate":
		return x.kind() == template.REST
	case "Keep-Alive", "Proxy-Connection":
		return x.kind() != template.REST
	case headerMethodOverride:
		return overridesMethod&(1<<x.kind()) != 0
	case headerTLSVersion, headerTLSCipher:
		return x.kind() == template.URL
	case "Cookie":
		return !v1
	}
	return false
}

// mentions tells whether a list-valued field names this token.
func mentions(lines []string, token string) bool {
	for _, line := range lines {
		for item := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(item), token) {
				return true
			}
		}
	}
	return false
}

// forwardedFor puts the client behind the proxies that it came through.
func (x *exchange) forwardedFor() string {
	ip := x.sourceIP()
	if before := x.r.Header[headerForwardedFor]; len(before) > 0 {
		return strings.Join(before, ", ") + ", " + ip
	}
	return ip
}

// sourceIP is the client's address, or the loopback address where the
// connection has none, like a Unix socket.
func (x *exchange) sourceIP() string {
	host, _, err := net.SplitHostPort(x.r.RemoteAddr)
	if err != nil || host == "" {
		return "127.0.0.1"
	}
	return host
}

// port is the one the request came in by.
func (x *exchange) port() string {
	if addr, ok := x.r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok {
		return strconv.Itoa(addr.Port)
	}
	if x.r.TLS != nil {
		return "443"
	}
	return "80"
}

func (x *exchange) scheme() string {
	if x.r.TLS != nil {
		return "https"
	}
	return "http"
}

// domain is the name the client reached the API by. A function that builds
// links from it gets links that work, as behind a custom domain in AWS.
func (x *exchange) domain() string {
	if x.r.Host != "" {
		return x.r.Host
	}
	return x.api().ID + ".execute-api." + x.g.config.Region + ".amazonaws.com"
}
