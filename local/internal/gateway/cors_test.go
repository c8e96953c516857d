package gateway

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template"
)

// corsOf gives the CORS fields of a response's header, by lower-case name.
func corsOf(h http.Header) map[string]string {
	got := map[string]string{}
	for name, values := range h {
		if short, ok := strings.CutPrefix(strings.ToLower(name), "access-control-"); ok && values != nil {
			got[short] = strings.Join(values, "|")
		}
	}
	return got
}

// never is an Invoker whose functions must not be reached.
func never(t *testing.T) Invoker {
	return invokerFunc(func(_ context.Context, function, _ string, _ []byte) ([]byte, error) {
		t.Errorf("got an invocation of %s, want none", function)
		return []byte(`{}`), nil
	})
}

func preflight(target, origin, method string) *http.Request {
	return newRequest("OPTIONS", target, "", "Origin", origin, "Access-Control-Request-Method", method)
}

// shopCORS allows one origin and all that have another scheme.
func shopCORS() *template.CORS {
	age := 300
	return &template.CORS{
		AllowOrigins: []string{"https://www.example.com", "capacitor://*"}, AllowMethods: []string{"GET", "POST"},
		AllowHeaders: []string{"authorization", "*"}, ExposeHeaders: []string{"date", "x-api-id"},
		AllowCredentials: true, MaxAge: &age,
	}
}

// TestPreflight (B.12): an HTTP API answers by itself, asks no authorizer, and
// says nothing to an origin that is not on its list.
func TestPreflight(t *testing.T) {
	full := func(origin string) map[string]string {
		return map[string]string{
			"allow-origin": origin, "allow-credentials": "true", "allow-methods": "GET,POST",
			"allow-headers": "authorization,*", "expose-headers": "date,x-api-id", "max-age": "300",
		}
	}
	none := map[string]string{}
	zero := 0
	tests := []struct {
		name   string
		cors   *template.CORS
		origin string
		want   map[string]string
	}{
		{"on the list", shopCORS(), "https://www.example.com", full("https://www.example.com")},
		{"any of a scheme", shopCORS(), "capacitor://localhost", full("capacitor://localhost")},
		{"not on the list", shopCORS(), "https://evil.example", none},
		{"another scheme", shopCORS(), "http://www.example.com", none},
		{"a longer name", shopCORS(), "https://www.example.com.evil.example", none},
		{"null", shopCORS(), "null", none},
		{"any", &template.CORS{AllowOrigins: []string{"*"}, MaxAge: &zero}, "https://a", map[string]string{"allow-origin": "*", "max-age": "0"}},
		{"nothing configured", &template.CORS{}, "https://a", none},
	}
	for _, tt := range tests {
		for _, target := range []string{"/pets", "/routeless"} {
			t.Run(tt.name+" "+target, func(t *testing.T) {
				api := newAPI(template.HTTP, "Api", "ANY /pets")
				api.CORS = tt.cors
				api.Routes[0].Auth = &template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthJWT}}
				w := do(newGateway(t, Config{APIs: []*template.API{api}, Invoker: never(t)}), preflight(target, tt.origin, "GET"))
				if w.Code != 204 || w.Body.Len() != 0 || len(w.Header()["Apigw-Requestid"]) != 1 {
					t.Errorf("got %d %q %v, want 204 with an ID", w.Code, w.Body, w.Header())
				}
				if diff := cmp.Diff(tt.want, corsOf(w.Header())); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestPreflightOfWhom has the merged host find the API that a preflight is for.
func TestPreflightOfWhom(t *testing.T) {
	open := newAPI(template.HTTP, "Open", "GET /open", "OPTIONS /own")
	open.CORS = &template.CORS{AllowOrigins: []string{"*"}}
	plain := newAPI(template.HTTP, "Plain", "GET /plain", "OPTIONS /asked")
	rest := newAPI(template.REST, "Rest", "OPTIONS /rest", "GET /get")
	apis := []*template.API{open, plain, rest}
	tests := []struct {
		name, target string
		status       int
	}{
		{"asks about a route of an API with CORS", "/open", 204},
		{"its own route is ignored", "/own", 204},
		{"asks about a route of an API without", "/plain", 403},
		{"a route of an API without", "/asked", 200},
		{"a REST API's route", "/rest", 200},
		{"a REST API's route for another method", "/get", 403},
		{"nobody's at the merged host, which is a REST API's", "/x", 403},
		{"nobody's at its own host", "http://open.localhost/x", 204},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := newGateway(t, Config{APIs: apis, Invoker: returning(`{"statusCode":200}`)})
			if w := do(g, preflight(tt.target, "https://a", "GET")); w.Code != tt.status {
				t.Errorf("got %d, want %d", w.Code, tt.status)
			}
		})
	}
}

// TestOptionsThatIsNoPreflight goes to its route like any other request.
func TestOptionsThatIsNoPreflight(t *testing.T) {
	api := newAPI(template.HTTP, "Api", "OPTIONS /pets")
	api.CORS = shopCORS()
	g := newGateway(t, Config{APIs: []*template.API{api}, Invoker: returning(`{"statusCode":299}`)})
	for _, fields := range [][]string{nil, {"Origin", "https://a"}, {"Access-Control-Request-Method", "GET"}} {
		if w := do(g, newRequest("OPTIONS", "/pets", "", fields...)); w.Code != 299 {
			t.Errorf("%q: got %d, want the function's 299", fields, w.Code)
		}
	}
}

// TestCORSOfResponses (B.12): what is configured takes the place of what the
// function says, errors included.
func TestCORSOfResponses(t *testing.T) {
	const theirs = `{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"https://theirs","access-control-max-age":"9","x":"1"}}`
	simple := map[string]string{"allow-origin": "https://www.example.com", "allow-credentials": "true", "expose-headers": "date,x-api-id"}
	function := map[string]string{"allow-origin": "https://theirs", "max-age": "9"}
	none := map[string]string{}
	tests := []struct {
		name, path, origin string
		cors               *template.CORS
		want               map[string]string
	}{
		{"on the list", "/", "https://www.example.com", shopCORS(), simple},
		{"not on the list", "/", "https://evil.example", shopCORS(), none},
		{"no origin", "/", "", shopCORS(), none},
		{"no route", "/x", "https://www.example.com", shopCORS(), simple},
		{"not configured", "/", "https://www.example.com", nil, function},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api := newAPI(template.HTTP, "Api", "GET /")
			api.CORS = tt.cors
			g := newGateway(t, Config{APIs: []*template.API{api}, Invoker: returning(theirs)})
			w := do(g, newRequest("GET", tt.path, "", "Origin", tt.origin))
			if diff := cmp.Diff(tt.want, corsOf(w.Header())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestPreflightOfDefault (B.12): a $default route behind an authorizer keeps
// preflights out; a route OPTIONS /{proxy+} without one lets them in.
func TestPreflightOfDefault(t *testing.T) {
	is := httpSimple
	fn := &stack{answer: `{"isAuthorized":true}`}
	api := newAPI(template.HTTP, "Api", "$default")
	api.CORS = shopCORS()
	g := guarded(t, fn, api, &is)
	if w := do(g, preflight("/a", "https://www.example.com", "GET")); w.Code != 401 || corsOf(w.Header())["allow-origin"] == "" {
		t.Errorf("without a token: got %d %v, want 401", w.Code, corsOf(w.Header()))
	}
	r := preflight("/a", "https://www.example.com", "GET")
	r.Header.Set("Authorization", "token")
	if w := do(g, r); w.Code != 204 || fn.passed != 0 {
		t.Errorf("with a token: got %d and %d invocations, want 204 and 0", w.Code, fn.passed)
	}
	missing := newAPI(template.HTTP, "Api", "$default")
	missing.CORS, missing.Routes[0].Function, missing.Routes[0].MissingFunction = shopCORS(), "", "Other"
	if w := do(newGateway(t, Config{APIs: []*template.API{missing}, Invoker: never(t)}), preflight("/a", "https://www.example.com", "GET")); w.Code != 204 {
		t.Errorf("of a function that is not there: got %d, want 204", w.Code)
	}
	open := newAPI(template.HTTP, "Api", "$default", "OPTIONS /{proxy+}")
	open.CORS, open.Routes[0].Auth = shopCORS(), api.Routes[0].Auth
	if w := do(newGateway(t, Config{APIs: []*template.API{open}, Invoker: never(t)}), preflight("/a", "https://www.example.com", "GET")); w.Code != 204 {
		t.Errorf("with a route for OPTIONS: got %d, want 204", w.Code)
	}
}

// TestMockAnswers (A.41, and test_invocation_trace_id for MOCK): a REST API's
// preflight is a route whose answer carries its IDs and no trace.
func TestMockAnswers(t *testing.T) {
	api := newAPI(template.REST, "Api", "OPTIONS /pets", "GET /pets")
	api.Routes[0].Function, api.Routes[0].Mock = "", &template.Mock{
		StatusCode: 200, Body: "{}",
		Headers: map[string]string{"Access-Control-Allow-Origin": "*", "X-Own": "1"},
	}
	w := do(newGateway(t, Config{APIs: []*template.API{api}, Invoker: never(t)}), newRequest("OPTIONS", "/pets", "ignored"))
	if w.Code != 200 || w.Body.String() != "{}" {
		t.Errorf("got %d %q, want 200 {}", w.Code, w.Body)
	}
	want := []string{"Access-Control-Allow-Origin", "Content-Length", "Content-Type", "X-Own", "x-amz-apigw-id", "x-amzn-RequestId"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(w.Header()))); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	api.Routes[0].Mock.Headers = map[string]string{"content-type": "text/plain"}
	w = do(newGateway(t, Config{APIs: []*template.API{api}, Invoker: never(t)}), newRequest("OPTIONS", "/pets", ""))
	h := map[string][]string(w.Header())
	if got := h["content-type"]; h["Content-Type"] != nil || len(got) != 1 || got[0] != "text/plain" {
		t.Errorf("got header %v, want its own type only", h)
	}
}

// TestMockIsAuthorized has a mock behind an authorizer refuse like a function.
func TestMockIsAuthorized(t *testing.T) {
	api := newAPI(template.REST, "Api", "OPTIONS /pets")
	api.Routes[0].Mock = &template.Mock{StatusCode: 200}
	api.Routes[0].Auth = &template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthCognito}}
	if w := do(newGateway(t, Config{APIs: []*template.API{api}, Invoker: never(t)}), newRequest("OPTIONS", "/pets", "")); w.Code != 401 {
		t.Errorf("got %d, want 401", w.Code)
	}
}
