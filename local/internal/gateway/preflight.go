package gateway

import (
	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/gateway/internal/route"
	"maru/local/internal/template"
)

// meetPreflight has a preflight answered in the place of the route that the request
// met, or where it met none, if its API has CORS and answers by itself. No
// authorizer is asked, except that of an HTTP API's $default: see
// disputed.PreflightPassesDefault.
func (x *exchange) meetPreflight() {
	r := &x.request
	if !answer.IsPreflight(r.HTTP) {
		return
	}
	api := x.preflightAPI()
	if api == nil || api.CORS == nil {
		return
	}
	x.mock = answer.Preflight
	met := r.Route
	if met == nil || met.Path != route.Default || disputed.PreflightPassesDefault[met.Kind()] {
		r.Route = route.ForPreflight(api, met)
	}
}

// preflightAPI finds the API that a preflight is for: that of its own route, of
// the route that it asks about, or of the host name.
func (x *exchange) preflightAPI() *template.API {
	r := &x.request
	if r.Route != nil {
		return r.Route.API
	}
	method := r.HTTP.Header.Get("Access-Control-Request-Method")
	if asked, _ := r.Table.Match(route.All(method), r.Target.Path, nil); asked != nil {
		return asked.API
	}
	return r.Table.API
}
