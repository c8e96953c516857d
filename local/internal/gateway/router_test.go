package gateway

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	"maru/local/internal/template"
)

// TestOnePath checks that the route, the authorizer's ARN and the function see
// one path, whatever the client escaped: else a route that is guarded is reached
// through one that is open.
func TestOnePath(t *testing.T) {
	tests := []struct {
		kind   template.Kind
		target string
		status int
		path   string // as the open function sees it
	}{
		{template.HTTP, "/admin/u", 401, ""},
		{template.HTTP, "/%61dmin/u", 401, ""},
		{template.HTTP, "/admin%2fu", 401, ""},
		{template.HTTP, "/%2Fadmin/u", 401, ""},
		{template.HTTP, "/%2561dmin/u", 200, "/%61dmin/u"},
		{template.HTTP, "/x%2Fadmin", 200, "/x/admin"},
		{template.REST, "/admin/u", 401, ""},
		{template.REST, "/%61dmin/u", 200, "/%61dmin/u"},
		{template.REST, "/admin%2fu", 200, "/admin%2fu"},
	}
	for _, tt := range tests {
		t.Run(tt.kind.String()+tt.target, func(t *testing.T) {
			api := newAPI(tt.kind, "Api", "ANY /admin/{x+}", "ANY /{proxy+}")
			api.Routes[0].Auth = &template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthJWT}}
			w := do(newGateway(t, Config{APIs: []*template.API{api}, Invoker: echoing}), newRequest("GET", tt.target, ""))
			var e struct{ RawPath, Path string }
			if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
				t.Fatal(err)
			}
			if got := e.RawPath + e.Path; w.Code != tt.status || got != tt.path {
				t.Errorf("got %d with path %q, want %d with %q", w.Code, got, tt.status, tt.path)
			}
		})
	}
}

func TestStageOfOneAPI(t *testing.T) {
	g := newGateway(t, Config{APIs: []*template.API{newAPI(template.REST, "Api", "GET /pets")}, Invoker: echoing})
	for target, want := range map[string]int{
		"http://api.localhost/Prod/pets": 200,
		"http://api.localhost/pets":      200,
		"http://localhost/Prod/pets":     403,
	} {
		if w := do(g, httptest.NewRequest("GET", target, nil)); w.Code != want {
			t.Errorf("%s: got %d, want %d", target, w.Code, want)
		}
	}
}
