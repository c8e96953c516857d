package gateway

import (
	"net/http/httptest"
	"testing"

	"maru/local/internal/template"
)

func TestClaims(t *testing.T) {
	g, err := New(Config{
		APIs: []*template.API{{LogicalID: "Shop", Kind: template.REST, Stage: "Prod", Routes: []*template.Route{
			{Method: "GET", Path: "/songs/{id}", Function: "F"},
		}}},
		Methods: map[string]string{"TRACE": "F"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		method, target, host string
		want                 bool
	}{
		{"GET", "/songs/7", "localhost", true},
		{"GET", "//songs/7?x=1", "localhost", true},
		{"POST", "/songs/7", "localhost", false},
		{"GET", "/songs", "localhost", false},
		{"TRACE", "/nowhere", "localhost", true},
		{"GET", "/Prod/songs/7", "shop.localhost:3000", true},
		{"GET", "/Prod/songs/7", "localhost", false},
		{"GET", "/%73ongs/7", "localhost", true},
		{"GET", "/songs%2F7", "localhost", true},
		{"GET", "/%2573ongs/7", "localhost", false},
		{"GET", "/%50rod/songs/7", "shop.localhost", true},
		{"ANY", "/songs/7", "localhost", false},
	} {
		r := httptest.NewRequest(test.method, test.target, nil)
		r.Host, r.RequestURI = test.host, test.target
		if got := g.Claims(r); got != test.want {
			t.Errorf("%s %s at %s: got %t, want %t", test.method, test.target, test.host, got, test.want)
		}
	}
}
