package event

import (
	"strings"

	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/gateway/internal/media"
	"maru/local/internal/gateway/internal/request"
	"maru/local/internal/template"
)

// kind has how the events of one kind of API differ from those of the others.
type kind struct {
	// drops tells of a field of the client's that it stays out, by its canonical
	// name.
	drops func(name string) bool
	// length tells whether Content-Length is added; tls adds what the client's TLS
	// came to.
	length func(*request.Request) bool
	tls    bool
	// binary tells whether a body goes into the event in base64.
	binary func(*request.Request) bool
	// pathParameter gives a path parameter as the event has it.
	pathParameter func(value string) string

	// cookieField is true where cookies stand in headers of format 2.0, too, as
	// captures of live function URLs show.
	cookieField bool

	// The others are of format 1.0. spell gives the name of a field from its
	// canonical one and the client's.
	spell func(canonical, client string) string
	// version is true where there is a member of this name.
	version bool
	path    func(*request.Request) string
	// resourceID gives requestContext.resourceId, deployment is true where a
	// deploymentId is beside it, and operation where a route's operationName is.
	resourceID            func(*request.Request) string
	deployment, operation bool
	// cognitoAMR is true where identity has this member, and nullAgent where a user
	// agent that is missing is null in it.
	cognitoAMR, nullAgent bool
	// identitySource is true where an authorizer's function is told the identity
	// source, and several where it gets the values of a name that came more than
	// once.
	identitySource, several bool
	// callersAccount is true where the accountId of format 2.0 is the caller's.
	callersAccount bool
}

var kinds = [...]kind{
	template.REST: {
		drops: dropsREST, length: never, binary: isBinaryType, pathParameter: disputed.RESTParameter,
		spell: asClient, path: func(r *request.Request) string { return r.Target.Path },
		resourceID: func(r *request.Request) string { return r.Route.ResourceID },
		deployment: true, operation: true, nullAgent: true, several: true,
	},
	template.HTTP: {
		drops: dropsHTTP, length: always, binary: isBinaryContent, pathParameter: asMatched,
		spell: disputed.SpellV1, version: true, path: (*request.Request).RawPath,
		resourceID: func(r *request.Request) string { return r.Route.Key },
		cognitoAMR: true, identitySource: true,
	},
	template.URL: {
		drops: dropsURL, length: hasLength, tls: true, binary: isBinaryContent, pathParameter: asMatched,
		cookieField: true,
		spell:       asClient, path: (*request.Request).RawPath,
		resourceID:     func(r *request.Request) string { return r.Route.Key },
		callersAccount: true,
	},
}

func asClient(_, client string) string { return client }

// asMatched leaves a value alone: a path was decoded before it was matched.
func asMatched(value string) string { return value }

func always(*request.Request) bool { return true }
func never(*request.Request) bool  { return false }

// hasLength tells whether a request has a length: because the client gave one, which
// may be zero, or because there is a body. Published events of function URLs have none
// for a GET without.
func hasLength(r *request.Request) bool {
	return len(r.Body) > 0 || r.HTTP.ContentLength > 0 || r.HTTP.Header["Content-Length"] != nil
}

// dropsREST has what a REST API leaves out (recorded in
// test_apigateway_header_remapping_aws).
func dropsREST(name string) bool {
	switch name {
	case "Content-Md5", "Expect", "Max-Forwards", "Proxy-Authenticate", "Server", "Www-Authenticate":
		return true
	}
	return false
}

// dropsHTTP has the connection's own fields (RFC 9110 §7.6.1).
func dropsHTTP(name string) bool {
	return name == "Keep-Alive" || name == "Proxy-Connection"
}

// dropsURL adds the fields that function URLs write themselves.
func dropsURL(name string) bool {
	return dropsHTTP(name) || name == headerTLSVersion || name == headerTLSCipher
}

// isBinaryType goes by the API's binaryMediaTypes.
func isBinaryType(r *request.Request) bool {
	return media.MatchesAny(r.Route.API.BinaryMediaTypes, r.HTTP.Header.Get("Content-Type"))
}

// isBinaryContent goes by the content itself.
func isBinaryContent(r *request.Request) bool {
	encoding := r.HTTP.Header.Get("Content-Encoding")
	return encoding != "" && !strings.EqualFold(encoding, "identity") || !disputed.IsText(r.HTTP.Header.Get("Content-Type"))
}
