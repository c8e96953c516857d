package gateway

import (
	"testing"

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

func TestGreedyMayBeEmptyInHTTPAPIs(t *testing.T) {
	for kind, want := range []bool{template.REST: false, template.HTTP: true} {
		e, _ := treeOf(t, newAPI(template.Kind(kind), "Api", "GET /{proxy+}")).match("GET", "/", nil)
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
		a := newAuthorizer(new(template.Authorizer), template.Kind(kind))
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
		r, err := readResult([]byte(tt.payload), false)
		if got := failsWithoutError(r); err != nil || got != tt.want {
			t.Errorf("%s: got %v, %v, want %v", tt.payload, got, err, tt.want)
		}
	}
}
