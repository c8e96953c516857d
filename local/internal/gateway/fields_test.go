package gateway

import (
	"encoding/json"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"testing"

	"maru/local/internal/template"
)

// shownOf gives the header fields of a function's event.
func shownOf(t *testing.T, api *template.API, output string) map[string]any {
	t.Helper()
	g := newGateway(t, Config{APIs: []*template.API{api}, Invoker: &stack{answer: output}})
	r := newRequest("GET", "/?q=3", "", "Connection", "X-Pass, X-Other, Q", "X-Pass", "1", "X-Other", "2", "Q", "3")
	var e struct{ Headers map[string]any }
	if err := json.Unmarshal(eventOf(t, g, r), &e); err != nil {
		t.Fatal(err)
	}
	return e.Headers
}

// TestIdentityIsShown has a client name the identity source in Connection. It
// counted for the authorizer, so the events show it.
func TestIdentityIsShown(t *testing.T) {
	api := newAPI(template.HTTP, "Api", "GET /")
	api.Routes[0].Auth = authBy("Own", &template.LambdaAuthorizer{
		Function: "guard", IdentitySources: []string{"$request.header.x-pass", "$request.querystring.q"}, PayloadFormat: "2.0", SimpleResponses: true,
	})
	got := shownOf(t, api, `{"isAuthorized":true}`)
	if got["x-pass"] == nil || got["x-other"] != nil || got["q"] != nil {
		t.Errorf("got %v, want x-pass and neither x-other nor q", got)
	}
}

// TestRequiredFieldIsShown: what the validator found, the function gets.
func TestRequiredFieldIsShown(t *testing.T) {
	api := newAPI(template.REST, "Api", "GET /")
	api.Routes[0].Validator = &template.Validator{Headers: []string{"x-pass"}}
	got := shownOf(t, api, "")
	if got["X-Pass"] == nil || got["X-Other"] != nil {
		t.Errorf("got %v, want X-Pass and no X-Other", got)
	}
}

// brokenBody gives some bytes and an error.
type brokenBody struct{ err error }

func (b brokenBody) Read(p []byte) (int, error) { return copy(p, "some"), b.err }

func TestBodyThatStops(t *testing.T) {
	for err, want := range map[error]int{os.ErrDeadlineExceeded: 408, io.ErrUnexpectedEOF: 400, errors.New("broken"): 400} {
		g := newGateway(t, Config{APIs: []*template.API{newAPI(template.HTTP, "Api", "POST /")}, Invoker: echoing})
		w := do(g, httptest.NewRequest("POST", "/", brokenBody{err}))
		if w.Code != want || w.Header().Get("Connection") != "close" {
			t.Errorf("%v: got %d, Connection %q, want %d and close", err, w.Code, w.Header().Get("Connection"), want)
		}
	}
}
