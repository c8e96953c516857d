package gateway

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"maru/local/internal/template"
)

// A route that cannot be served is there and refuses, with the reason in its Record: no
// other route takes its requests.
func TestUnservedRoute(t *testing.T) {
	const why = "an integration of type HTTP_PROXY with https://example.com is not emulated"
	for _, tt := range []struct {
		name   string
		set    func(r *template.Route)
		status map[template.Kind]int
		reason string
	}{
		{"not emulated", func(r *template.Route) { r.Function, r.Unsupported = "", why },
			map[template.Kind]int{template.REST: 501, template.HTTP: 501}, why},
		{"not emulated, for callers that are not known", func(r *template.Route) {
			r.Function, r.Unsupported, r.Auth = "", why, &template.Auth{IAM: true}
		}, map[template.Kind]int{template.REST: 501, template.HTTP: 501}, why},
		{"with an error in it, that has a mock", func(r *template.Route) {
			r.Function, r.Unsupported, r.Mock = "", why, &template.Mock{StatusCode: 200}
		}, map[template.Kind]int{template.REST: 501}, why},
		{"of a function that is not in the template", func(r *template.Route) { r.Function, r.MissingFunction = "", "other" },
			map[template.Kind]int{template.REST: 500, template.HTTP: 500}, "the template has no function other"},
		{"of a function that is not in the template, for callers that are not known", func(r *template.Route) {
			r.Function, r.MissingFunction, r.Auth = "", "other", &template.Auth{IAM: true}
		}, map[template.Kind]int{template.REST: 403, template.HTTP: 403}, "IAM authorization is not emulated"},
	} {
		for kind, status := range tt.status {
			t.Run(tt.name+" of a "+kind.String(), func(t *testing.T) {
				api := newAPI(kind, "Api", "GET /pets", "ANY /{proxy+}")
				tt.set(api.Routes[0])
				fn := &stack{answer: `{}`}
				var got Record
				g := newGateway(t, Config{APIs: []*template.API{api}, Invoker: fn, Observe: func(r Record) { got = r }})
				if w := get(g, "/pets"); w.Code != status || fn.passed != 0 {
					t.Errorf("got the status %d, and a function reached %d times, want %d and none", w.Code, fn.passed, status)
				}
				if got.Reason != tt.reason || got.RouteKey != "GET /pets" {
					t.Errorf("got the reason %q of %q, want %q of GET /pets", got.Reason, got.RouteKey, tt.reason)
				}
				if w := get(g, "/other"); w.Code != 200 {
					t.Errorf("got the status %d of the other route, want 200", w.Code)
				}
			})
		}
	}
}

// An API with CORS answers the preflights of such a route all the same: a page is to
// see why its request is refused.
func TestPreflightOfUnservedRoute(t *testing.T) {
	api := newAPI(template.HTTP, "Api", "ANY /pets")
	api.Routes[0].Function, api.Routes[0].Unsupported = "", "not emulated"
	api.CORS = &template.CORS{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}}
	g := newGateway(t, Config{APIs: []*template.API{api}, Invoker: &stack{}})
	r := httptest.NewRequest(http.MethodOptions, "/pets", nil)
	r.Header.Set("Origin", "https://example.com")
	r.Header.Set("Access-Control-Request-Method", "GET")
	if w := do(g, r); w.Code != 204 {
		t.Errorf("got the status %d, want 204", w.Code)
	}
	r = httptest.NewRequest(http.MethodGet, "/pets", nil)
	r.Header.Set("Origin", "https://example.com")
	w := do(g, r)
	if origin := corsOf(w.Header())["allow-origin"]; w.Code != 501 || origin != "*" {
		t.Errorf("got the status %d for the origin %q, want 501 for *", w.Code, origin)
	}
}
