package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"maru/functions/internal/api"
	"maru/functions/internal/runtimetest"
)

// The handler behind Proxy sees what a net/http server would show it.
func TestProxyRequest(t *testing.T) {
	event := runtimetest.Request("GET", "/songs", "")
	event.RawQueryString = "decade=1990&a=%20b"
	event.Headers["host"] = "shop.example:8443"
	event.Headers["accept"] = "text/html,*/*;q=0.8"
	event.Headers["if-none-match"] = `"one", W/"two"`
	event.Headers["user-agent"] = "Mozilla/5.0 (X11, Linux)"
	event.Cookies = []string{"a=1", "b=2"}
	var got http.Request
	serve := api.Proxy(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = *r
		w.WriteHeader(http.StatusNoContent)
	}))
	if _, err := serve(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	wantHeader := http.Header{
		"Accept":        {"text/html, */*;q=0.8"},
		"Cookie":        {"a=1; b=2"},
		"If-None-Match": {`"one", W/"two"`},
		"User-Agent":    {"Mozilla/5.0 (X11, Linux)"},
	}
	if diff := cmp.Diff(wantHeader, got.Header); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	if got, want := got.Host, "shop.example:8443"; got != want {
		t.Errorf("got Host %q, want %q", got, want)
	}
	if got, want := got.RequestURI, "/songs?decade=1990&a=%20b"; got != want {
		t.Errorf("got RequestURI %q, want %q", got, want)
	}
	if cookie, err := got.Cookie("b"); err != nil || cookie.Value != "2" {
		t.Errorf("got cookie %v, %v, want b=2", cookie, err)
	}
}

// "sam local start-api" has the cookies of a request in two places of its event.
func TestProxyCookiesInTwoPlaces(t *testing.T) {
	a := newApp(t)
	ask := func(method, path, body string, cookies ...string) events.APIGatewayV2HTTPResponse {
		event := runtimetest.Request(method, path, body)
		event.Cookies = cookies
		event.Headers["Cookie"] = strings.Join(cookies, "; ")
		response, err := api.Proxy(a.handlers[method])(t.Context(), event)
		if err != nil {
			t.Fatal(err)
		}
		return response
	}
	filled := ask("POST", "/cart/items", `{"song":"creep","quantity":2}`)
	if len(filled.Cookies) != 1 {
		t.Fatalf("got %+v, want a cookie", filled)
	}
	cookie, _, _ := strings.Cut(filled.Cookies[0], ";")
	const want = `{"items":[{"song":"creep","quantity":2,"price":1300}],"total":2600}`
	if got := strings.TrimSpace(ask("GET", "/cart", "", "other=1", cookie).Body); got != want {
		t.Errorf("got the cart %s, want %s", got, want)
	}
}

// A gateway may decode the path or not; both mean the same resource, and neither fails.
func TestProxyPath(t *testing.T) {
	tests := []struct{ rawPath, want string }{
		{"/", "/"},
		{"/posts/1", "/posts/1"},
		{"/weather/서울", "/weather/서울"},
		{"/weather/%EC%84%9C%EC%9A%B8", "/weather/서울"},
		{"/songs/100% sure?", "/songs/100% sure?"},
		{"/songs/a b", "/songs/a b"},
		{"/songs/a#b", "/songs/a#b"},
		{"/songs/%zz", "/songs/%zz"},
		{"/songs/\x7f\n", "/songs/\x7f\n"},
		{"//evil.example/x", "//evil.example/x"},
		{"/*", "/*"},
		{"", "/"},
	}
	for _, tt := range tests {
		var got string
		serve := api.Proxy(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = r.URL.Path
			w.WriteHeader(http.StatusNoContent)
		}))
		event := runtimetest.Request("GET", tt.rawPath, "")
		event.RequestContext.DomainName = "not a host"
		if _, err := serve(t.Context(), event); err != nil || got != tt.want {
			t.Errorf("rawPath %q: got path %q, %v, want %q", tt.rawPath, got, err, tt.want)
		}
	}
}

// Whatever path an event has, the handler sees it, decoded or as it is.
func FuzzProxyPath(f *testing.F) {
	for _, seed := range []string{"/", "/weather/%EC%84%9C", "/100%", "//a?b#c", "/\xff\x00", "a:b", "http://a/b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, rawPath string) {
		var got string
		serve := api.Proxy(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = r.URL.Path
			w.WriteHeader(http.StatusNoContent)
		}))
		if _, err := serve(t.Context(), runtimetest.Request("GET", rawPath, "")); err != nil {
			t.Fatalf("rawPath %q: %v", rawPath, err)
		}
		want := "/" + strings.TrimPrefix(rawPath, "/")
		if decoded, err := url.PathUnescape(want); got != want && (err != nil || got != decoded) {
			t.Errorf("rawPath %q: got path %q", rawPath, got)
		}
	})
}

func TestProxyResponse(t *testing.T) {
	serve := api.Proxy(newApp(t).handlers["POST"])
	got, err := serve(t.Context(), runtimetest.Request("POST", "/cart/items", `{"song":"nan-arayo","quantity":2}`))
	if err != nil {
		t.Fatal(err)
	}
	if got.StatusCode != http.StatusCreated || got.IsBase64Encoded || len(got.Cookies) != 1 || got.Headers["Location"] != "/cart/items/nan-arayo" {
		t.Errorf("got %+v, want 201 with a cookie and a location", got)
	}
	if got, want := got.Headers["Content-Length"], fmt.Sprint(len(got.Body)); got != want {
		t.Errorf("got Content-Length %s, want %s", got, want)
	}
}
