package gateway

import (
	"strings"
	"testing"

	"maru/local/internal/gateway/internal/result"
	"maru/local/internal/template"
)

// These tests say which way each open question was decided. If AWS is seen to
// do otherwise, the test and one declaration in disputed.go change together.

func TestHTTPPathIsDecoded(t *testing.T) {
	if got := httpPath("/a%20b/%2F+%"); got != "/a b//+%" {
		t.Errorf("got %q, want /a b//+%%", got)
	}
}

func TestRESTParameterIsRaw(t *testing.T) {
	if got := restParameter("a%20b"); got != "a%20b" {
		t.Errorf("got %q, want a%%20b", got)
	}
}

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
		r := request(tt.method, tt.path, "", "X-HTTP-Method-Override", tt.override)
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

func TestGreedyMayBeEmptyInHTTPAPIs(t *testing.T) {
	for kind, want := range []bool{template.REST: false, template.HTTP: true} {
		e, _ := treeOf(t, newAPI(template.Kind(kind), "Api", "GET /{proxy+}")).match(bothBy("GET"), "/", nil)
		if got := e != nil; got != want {
			t.Errorf("%s: got %v, want %v", template.Kind(kind), got, want)
		}
	}
}

func TestIsText(t *testing.T) {
	tests := map[string]bool{
		"text/html":                         true,
		"text/binary":                       true,
		"Text/Plain; charset=latin1":        true,
		"application/json":                  true,
		"application/problem+json":          true,
		"application/xml":                   true,
		"image/svg+xml":                     true,
		"application/javascript":            true,
		"application/vnd.ms-excel":          false,
		"application/test":                  false,
		"application/x-www-form-urlencoded": false,
		"multipart/form-data; boundary=x":   false,
		"image/jpeg":                        false,
		"":                                  false,
	}
	for contentType, want := range tests {
		if got := isText(contentType); got != want {
			t.Errorf("%q: got %v, want %v", contentType, got, want)
		}
	}
}

func TestBlankIsMissing(t *testing.T) {
	for value, want := range map[string]bool{"": false, " \t": false, "0": true} {
		if got := isPresent(value); got != want {
			t.Errorf("%q: got %v, want %v", value, got, want)
		}
	}
}

// TestAbsentBody: a model without required properties takes no body.
func TestAbsentBody(t *testing.T) {
	api := validated(t, "POST /", `{"type":"object"}`, template.Validator{Models: jsonBody})
	if got := do(newGateway(t, Config{APIs: []*template.API{api}, Invoker: echoing}), request("POST", "/", "")).Code; got != 200 {
		t.Errorf("got %d, want 200", got)
	}
}

func TestSpellV1(t *testing.T) {
	tests := []struct{ canonical, client, want string }{
		{"Accept", "ACCEPT", "accept"},
		{"Cache-Control", "Cache-Control", "cache-control"},
		{"Content-Type", "content-type", "Content-Type"},
		{"Postman-Token", "postman-TOKEN", "postman-TOKEN"},
	}
	for _, tt := range tests {
		if got := spellV1(tt.canonical, tt.client); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.client, got, tt.want)
		}
	}
}

func TestPrincipalIsForREST(t *testing.T) {
	const output = `{"policyDocument":{"Statement":[]}}`
	for kind, fails := range []bool{template.REST: true, template.HTTP: false} {
		a := newAuthorizer("Own", new(template.LambdaAuthorizer), template.Kind(kind))
		if _, err := a.read([]byte(output)); (err != nil) != fails {
			t.Errorf("%s: got error %v, want one: %v", a.kind, err, fails)
		}
	}
}

func TestAuthorizersRefuseByOneError(t *testing.T) {
	for _, kind := range []template.Kind{template.REST, template.HTTP} {
		for message, want := range map[string]bool{"Unauthorized": true, "unauthorized": false, "Unauthorized: expired": false, "": false} {
			if got := refusesByError(kind, message); got != want {
				t.Errorf("%s, %q: got %v, want %v", kind, message, got, want)
			}
		}
	}
}

func TestErrorsHaveCORS(t *testing.T) {
	api := newAPI(template.HTTP, "Api")
	api.CORS = &template.CORS{AllowOrigins: []string{"*"}}
	w := do(newGateway(t, Config{APIs: []*template.API{api}, Invoker: echoing}), request("GET", "/", "", "Origin", "https://a"))
	if got := corsOf(w.Header())["allow-origin"]; w.Code != 404 || got != "*" {
		t.Errorf("got %d with origin %q, want 404 with *", w.Code, got)
	}
}

func TestWWWAuthenticateIsRemapped(t *testing.T) {
	if got := renameREST("Www-Authenticate", "WWW-Authenticate"); got != "x-amzn-Remapped-WWW-Authenticate" {
		t.Errorf("got %s, want it remapped", got)
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

func TestResultThatLooksLikeAFunctionError(t *testing.T) {
	tests := []struct {
		payload string
		want    bool
	}{
		{`{"errorMessage":"x"}`, true},
		{`{"errorMessage":"x","statusCode":200}`, false},
		{`{"message":"x"}`, false},
	}
	for _, tt := range tests {
		r, err := result.Read([]byte(tt.payload), formatOf(false))
		if got := failsWithoutError(r); err != nil || got != tt.want {
			t.Errorf("%s: got %v, %v, want %v", tt.payload, got, err, tt.want)
		}
	}
}
