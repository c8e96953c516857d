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
			{Method: "POST", Path: "/posts", Function: "F"},
		}}, {LogicalID: "Other", Kind: template.HTTP, Stage: "$default", Routes: []*template.Route{
			{Method: "GET", Path: "/notes/{id}", Function: "F"},
		}}},
		Methods: map[string]string{"TRACE": "F"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		method, target, host string
		want                 bool
		override             string
	}{
		{"GET", "/songs/7", "localhost", true, ""},
		{"GET", "//songs/7?x=1", "localhost", true, ""},
		{"POST", "/songs", "localhost", false, ""},
		{"GET", "/songs", "localhost", false, ""},
		{"TRACE", "/nowhere", "localhost", true, ""},
		{"GET", "/Prod/songs/7", "shop.localhost:3000", true, ""},
		{"GET", "/Prod/songs/7", "localhost", false, ""},
		{"GET", "/%73ongs/7", "localhost", true, ""},
		{"GET", "/songs%2F7", "localhost", true, ""},
		{"GET", "/%2573ongs/7", "localhost", false, ""},
		// An HTTP API decodes twice; what it cannot decode is no route's.
		{"GET", "/%256eotes/1", "localhost", true, ""},
		{"GET", "/notes/1%3Fx", "localhost", true, ""},
		{"GET", "/%25256eotes/1", "localhost", false, ""},
		{"GET", "/100%25", "localhost", false, ""},
		{"GET", "/%50rod/songs/7", "shop.localhost", true, ""},
		{"ANY", "/posts", "localhost", false, ""},
		{"GET", "/posts", "localhost", false, ""},
		{"GET", "/posts", "localhost", true, "POST"},
		{"GET", "x:/songs/7", "localhost", true, ""},
		{"GET", "/Prod/songs/7", "shop.localhost.:3000", true, ""},
		// What GET has a route for is claimed, however the client asks for it.
		{"HEAD", "/songs/7", "localhost", true, ""},
		{"GET", "/songs/7", "localhost", true, "PURGE"},
		{"GET", "/%73ongs/7", "localhost", true, "POST"},
		{"GET", "/songs/7", "other.localhost", true, ""},
		{"GET", "/file", "other.lambda-url.eu-west-1.on.aws", true, ""},
		{"GET", "/file", "other.execute-api.eu-west-1.amazonaws.com", false, ""},
	} {
		r := httptest.NewRequest(test.method, test.target, nil)
		r.Host, r.RequestURI = test.host, test.target
		r.Header.Set("X-HTTP-Method-Override", test.override)
		if got := g.Claims(r); got != test.want {
			t.Errorf("%+v: got %t", test, got)
		}
	}
}
