package gateway

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"maru/local/internal/template"
)

// Header fields of CORS as an HTTP API spells them, after
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
// and https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors.
const (
	headerAllowOrigin      = "access-control-allow-origin"
	headerAllowCredentials = "access-control-allow-credentials"
	headerAllowMethods     = "access-control-allow-methods"
	headerAllowHeaders     = "access-control-allow-headers"
	headerExposeHeaders    = "access-control-expose-headers"
	headerMaxAge           = "access-control-max-age"
)

// isPreflight tells a preflight of a browser from other OPTIONS requests
// (https://fetch.spec.whatwg.org/#cors-preflight-request).
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// meetPreflight answers a preflight in the place of the route that the request
// met, or where it met none, if its API is an HTTP API, or a function URL, with
// CORS. No authorizer is asked, except that of an HTTP API's $default: see
// preflightPassesDefault.
func (x *exchange) meetPreflight() {
	if !isPreflight(x.r) {
		return
	}
	api := x.preflightAPI()
	if api == nil || api.CORS == nil {
		return
	}
	e := endpoint{api: api, kind: api.Kind, key: x.route().key}
	if met := x.endpoint; met != nil && met.kind == template.HTTP && met.path == defaultStage && !preflightPassesDefault {
		e = *met
	}
	// What is permitted comes with every response: see allowOrigin.
	e.mock = &template.Mock{StatusCode: http.StatusNoContent}
	x.endpoint = &e
}

// preflightAPI finds the API that a preflight is for: that of its own route, of
// the route that it asks about, or of the door.
func (x *exchange) preflightAPI() *template.API {
	if x.endpoint != nil {
		return x.endpoint.api
	}
	method := x.r.Header.Get("Access-Control-Request-Method")
	if e, _ := x.door.tree.match(methods{method, method}, x.target.path, nil); e != nil {
		return e.api
	}
	return x.door.api
}

// allowOrigin says what an HTTP API or a function URL with CORS permits to the origin that asks:
// nothing to one that is not on its list, and to a preflight more than to other
// requests.
func (x *exchange) allowOrigin() {
	api := x.api()
	if api == nil || api.CORS == nil || api.Kind == template.REST {
		return
	}
	c := api.CORS
	origin := x.r.Header.Get("Origin")
	allowed := allowedOrigin(c.AllowOrigins, origin)
	switch allowed {
	case "":
		return
	case "*":
		allowed = anyOrigin(api.Kind, origin)
	}
	x.permit(headerAllowOrigin, allowed)
	if c.AllowCredentials {
		x.permit(headerAllowCredentials, "true")
	}
	x.permitList(headerExposeHeaders, c.ExposeHeaders)
	if !isPreflight(x.r) {
		return
	}
	x.permitList(headerAllowMethods, c.AllowMethods)
	x.permitList(headerAllowHeaders, c.AllowHeaders)
	if c.MaxAge != nil {
		x.permit(headerMaxAge, strconv.Itoa(*c.MaxAge))
	}
}

// permit adds a header field. An HTTP API's function has none of these left; a
// function URL's own stand beside them.
func (x *exchange) permit(name, value string) {
	h := x.w.Header()
	h[name] = append(h[name], value)
}

// permitList adds a list as one header field, unless it is empty.
func (x *exchange) permitList(name string, values []string) {
	if len(values) > 0 {
		x.permit(name, strings.Join(values, ","))
	}
}

// allowedOrigin gives what to say to an origin: "*" where any may come, the
// origin itself where it or its scheme ("https://*") is on the list, else "".
func allowedOrigin(list []string, origin string) string {
	if origin == "" {
		return ""
	}
	if slices.Contains(list, "*") {
		return "*"
	}
	for _, allowed := range list {
		scheme, wild := strings.CutSuffix(allowed, "://*")
		if strings.EqualFold(allowed, origin) || wild && strings.HasPrefix(origin, scheme+"://") {
			return origin
		}
	}
	return ""
}
