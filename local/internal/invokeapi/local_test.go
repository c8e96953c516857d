package invokeapi_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"maru/local/internal/invokeapi"
)

func TestLocalOnly(t *testing.T) {
	h := invokeapi.LocalOnly(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }), "devbox")
	for _, test := range []struct {
		host, origin string
		status       int
	}{
		{"127.0.0.1:3001", "", 204},
		{"localhost", "", 204},
		{"[::1]:3001", "", 204},
		{"Fn.localhost:3001", "", 204},
		{"devbox:3001", "", 204},
		{"localhost:3001", "http://localhost:3001", 204},
		{"localhost:3001", "http://evil.example", 403},
		{"evil.example", "", 403},
		{"localhost.evil.example:3001", "", 403},
		{"", "", 403},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.Host = test.host
		if test.origin != "" {
			r.Header.Set("Origin", test.origin)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != test.status {
			t.Errorf("host %q, origin %q: got %d, want %d", test.host, test.origin, w.Code, test.status)
		}
	}
}
