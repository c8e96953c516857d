package gateway

import (
	"net/http"
	"strconv"
	"strings"

	"maru/local/internal/template"
)

// contextVariables are the $context variables that identity sources and gateway
// responses can name, as far as the doors know their values:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
// and
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html.
var contextVariables = map[string]variable{
	"accountId":          func(x *exchange) string { return x.g.config.AccountID },
	"apiId":              func(x *exchange) string { return x.api().ID },
	"domainName":         (*exchange).domain,
	"domainPrefix":       func(x *exchange) string { return x.api().ID },
	"extendedRequestId":  func(x *exchange) string { return x.extendedID },
	"httpMethod":         (*exchange).method,
	"identity.sourceIp":  (*exchange).sourceIP,
	"identity.userAgent": func(x *exchange) string { return x.r.UserAgent() },
	"path":               (*exchange).contextPath,
	"protocol":           func(*exchange) string { return protocol },
	"requestId":          func(x *exchange) string { return x.requestID },
	"requestTime":        func(x *exchange) string { return x.start.UTC().Format(clf) },
	"requestTimeEpoch":   func(x *exchange) string { return strconv.FormatInt(x.start.UnixMilli(), 10) },
	"resourceId":         func(x *exchange) string { return x.route().resourceID },
	"resourcePath":       func(x *exchange) string { return x.route().path },
	"routeKey":           func(x *exchange) string { return x.route().key },
	"stage":              func(x *exchange) string { return x.api().Stage },
}

// api is the API that the request met, or the one that answers for the door.
func (x *exchange) api() *template.API {
	if x.endpoint != nil {
		return x.endpoint.api
	}
	return x.door.api
}

// route is the endpoint that the request met, or an empty one.
func (x *exchange) route() *endpoint {
	if x.endpoint != nil {
		return x.endpoint
	}
	return new(endpoint)
}

// contextPath is the path with the stage, as requestContext has it.
func (x *exchange) contextPath() string {
	if x.kind() == template.HTTP {
		return x.rawPath()
	}
	return "/" + x.api().Stage + x.target.sent
}

// header gives the values of a header field, however the client spelled it. A
// field that came more than once counts as a whole, so that no part of it
// escapes notice.
func (x *exchange) header(name string) string {
	return strings.Join(x.headerValues(name), ",")
}

func (x *exchange) headerValues(name string) []string {
	name = http.CanonicalHeaderKey(name)
	if name == "Host" {
		return []string{x.r.Host}
	}
	return x.r.Header[name]
}

// parameter gives the values of a query parameter, decoded, as header does.
func (x *exchange) parameter(name string) string {
	return strings.Join(x.parameterValues(name), ",")
}

func (x *exchange) parameterValues(name string) (values []string) {
	for _, p := range x.pairs {
		if p.name == name {
			values = append(values, p.value)
		}
	}
	return values
}
