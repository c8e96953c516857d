package gateway

import (
	"strings"
	"testing"

	"maru/local/internal/template"
)

// These tests say which way open questions were decided that show in requests and
// responses alone. If AWS is seen to do otherwise, the test and one declaration of
// package disputed change together.

// TestMethodOverride (A.46): the route, its authorization and the event are those
// of the method that the client means; the response is that of the one it sent.
func TestMethodOverride(t *testing.T) {
	rest, http := newAPI(template.REST, "Rest", "GET /r", "PUT /r", "DELETE /r", "HEAD /r"), newAPI(template.HTTP, "Http", "POST /h")
	rest.Routes[2].Auth = &template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthCognito}}
	g := newGateway(t, Config{APIs: []*template.API{rest, http}, Methods: map[string]string{"TRACE": "Trace"}, Invoker: echoing})
	tests := []struct {
		method, path, override string
		status                 int
		want                   string // in the event
	}{
		{"POST", "/r", "PUT", 200, `"resource":"/r","path":"/r","httpMethod":"PUT"`},
		{"GET", "/r", "PUT", 200, `"httpMethod":"PUT"`},
		{"GET", "/r", "", 200, `"httpMethod":"GET"`},
		{"POST", "/r", "HEAD", 200, `"httpMethod":"HEAD"`},
		{"GET", "/r", "DELETE", 401, ""},
		{"GET", "/r", "POST", 403, ""},
		{"GET", "/r", "TRACE", 403, ""},
		{"GET", "/r", "put", 403, ""},
		{"PURGE", "/r", "GET", 403, ""},
		{"TRACE", "/r", "GET", 200, `"method":"TRACE"`},
		{"POST", "/h", "GET", 200, `"method":"POST"`},
		{"GET", "/h", "POST", 403, ""},
	}
	for _, tt := range tests {
		r := newRequest(tt.method, tt.path, "", "X-HTTP-Method-Override", tt.override)
		w := do(g, r)
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("%s %s as %s: got %d %s, want %d with %s", tt.method, tt.path, tt.override, w.Code, w.Body, tt.status, tt.want)
		}
		shown := strings.Contains(strings.ToLower(w.Body.String()), "x-http-method-override")
		if shown != (tt.status == 200 && tt.path == "/h" || tt.method == "TRACE") {
			t.Errorf("%s %s as %s: got the field in the event: %v", tt.method, tt.path, tt.override, shown)
		}
		// A GET of /r is somebody's, whatever method the client means.
		if got := g.Claims(r); got != (tt.status < 403 || tt.path == "/r") {
			t.Errorf("%s %s as %s: claimed %v", tt.method, tt.path, tt.override, got)
		}
	}
}

// TestAbsentBody: a model without required properties takes no body.
func TestAbsentBody(t *testing.T) {
	api := validated(t, "POST /", `{"type":"object"}`, template.Validator{Models: jsonBody})
	if got := do(newGateway(t, Config{APIs: []*template.API{api}, Invoker: echoing}), newRequest("POST", "/", "")).Code; got != 200 {
		t.Errorf("got %d, want 200", got)
	}
}

func TestErrorsHaveCORS(t *testing.T) {
	api := newAPI(template.HTTP, "Api")
	api.CORS = &template.CORS{AllowOrigins: []string{"*"}}
	w := do(newGateway(t, Config{APIs: []*template.API{api}, Invoker: echoing}), newRequest("GET", "/", "", "Origin", "https://a"))
	if got := corsOf(w.Header())["allow-origin"]; w.Code != 404 || got != "*" {
		t.Errorf("got %d with origin %q, want 404 with *", w.Code, got)
	}
}

func TestNumbersAreHeaderValues(t *testing.T) {
	for kind, want := range []sent{
		template.REST: {200, fieldsOf("Content-Type", "application/json", "a", "1.50"), ""},
		template.HTTP: {200, fieldsOf("a", "1.50"), ""},
	} {
		check(t, newAPI(template.Kind(kind), "Api", "GET /"), `{"statusCode":200,"headers":{"a":1.50}}`, want)
	}
}

func TestHTTPDefaultType(t *testing.T) {
	check(t, newAPI(template.HTTP, "Api", "GET /"), `{"statusCode":200,"body":"<p>"}`,
		sent{200, fieldsOf("Content-Type", "text/plain;charset=UTF-8"), "<p>"})
}

func TestInferredBodyKeepsItsSpaces(t *testing.T) {
	check(t, newAPI(template.HTTP, "Api", "GET /"), `{ "a": 1 }`, sent{200, jsonType, `{ "a": 1 }`})
	check(t, newAPI(template.HTTP, "Api", "GET /"), ` "a\"b" `, sent{200, jsonType, `a"b`})
}
