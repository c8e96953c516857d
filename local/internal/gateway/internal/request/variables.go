package request

import (
	"strconv"
	"strings"

	"maru/local/internal/gateway/internal/route"
)

// Protocol is what events and logs say whatever the client spoke: API Gateway
// ends HTTP/2 itself.
const Protocol = "HTTP/1.1"

// TimeFormat is that of the Common Log Format, in which requestTime is.
const TimeFormat = "02/Jan/2006:15:04:05 -0700"

// Variable is a value that a request has. Empty is the same as missing.
type Variable func(*Request) string

// ContextVariable gives the $context variable of a name, such as
// "identity.sourceIp", as far as this host knows its values; nil for others:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
// and
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html.
func ContextVariable(name string) Variable { return contextVariables[name] }

var contextVariables = map[string]Variable{
	"accountId":          func(r *Request) string { return r.Account.ID },
	"apiId":              func(r *Request) string { return r.API().ID },
	"domainName":         (*Request).Domain,
	"domainPrefix":       func(r *Request) string { return r.API().ID },
	"extendedRequestId":  func(r *Request) string { return r.ExtendedID },
	"httpMethod":         (*Request).Method,
	"identity.sourceIp":  (*Request).SourceIP,
	"identity.userAgent": func(r *Request) string { return r.HTTP.UserAgent() },
	"path":               (*Request).ContextPath,
	"protocol":           func(*Request) string { return Protocol },
	"requestId":          func(r *Request) string { return r.ID },
	"requestTime":        func(r *Request) string { return r.Start.UTC().Format(TimeFormat) },
	"requestTimeEpoch":   func(r *Request) string { return strconv.FormatInt(r.Start.UnixMilli(), 10) },
	"resourceId":         func(r *Request) string { return r.route().ResourceID },
	"resourcePath":       func(r *Request) string { return r.route().Path },
	"routeKey":           func(r *Request) string { return r.route().Key },
	"stage":              func(r *Request) string { return r.API().Stage },
}

// Parameter gives the variable that mappings and identity sources name in the spelling
// of either kind of API, such as "method.request.header.Origin" or
// "$request.querystring.q", stage variables and $context among them; nil for others.
func Parameter(place string) Variable {
	place = strings.TrimPrefix(strings.TrimPrefix(place, "$"), "method.")
	for _, kind := range parameters {
		if name, ok := strings.CutPrefix(place, kind.prefix); ok {
			return kind.of(name)
		}
	}
	return nil
}

// parameters are the kinds of what a mapping can name. A field or a parameter that came
// more than once counts as a whole; see Header.
var parameters = []struct {
	prefix string
	of     func(name string) Variable
}{
	{"request.header.", headerVariable},
	{"request.multivalueheader.", headerVariable},
	{"request.querystring.", queryVariable},
	{"request.multivaluequerystring.", queryVariable},
	{"request.path.", func(name string) Variable { return func(r *Request) string { return r.PathParameter(name) } }},
	{"stageVariables.", func(name string) Variable { return func(r *Request) string { return r.API().StageVariables[name] } }},
	{"context.", ContextVariable},
}

func headerVariable(name string) Variable {
	return func(r *Request) string { return r.Header(name) }
}

func queryVariable(name string) Variable {
	return func(r *Request) string { return r.Parameter(name) }
}

// route is the Route that the request met, or an empty one.
func (r *Request) route() *route.Route {
	if r.Route != nil {
		return r.Route
	}
	return new(route.Route)
}
