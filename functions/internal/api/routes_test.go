package api_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/functions/internal/api"
)

// paths are one path for each resource, and what the design says it allows.
var paths = map[string]string{
	"/":                   "GET, HEAD, OPTIONS",
	"/songs":              "GET, HEAD, OPTIONS",
	"/songs/creep":        "GET, HEAD, OPTIONS",
	"/weather":            "GET, HEAD, OPTIONS",
	"/weather/seoul":      "GET, HEAD, OPTIONS, PUT",
	"/posts":              "GET, HEAD, OPTIONS, POST",
	"/posts/1":            "DELETE, GET, HEAD, OPTIONS, PUT",
	"/posts/1/comments":   "GET, HEAD, OPTIONS, POST",
	"/posts/1/comments/1": "DELETE, GET, HEAD, OPTIONS, PUT",
	"/cart":               "DELETE, GET, HEAD, OPTIONS",
	"/cart/items":         "GET, HEAD, OPTIONS, POST",
	"/cart/items/creep":   "DELETE, GET, HEAD, OPTIONS, PUT",
	"/orders":             "GET, HEAD, OPTIONS, POST",
	"/orders/1":           "GET, HEAD, OPTIONS",
	"/users":              "OPTIONS, POST",
	"/session":            "DELETE, GET, HEAD, OPTIONS, POST",
	"/sessions/x":         "DELETE, OPTIONS",
	"/openapi.json":       "GET, HEAD, OPTIONS",
	"/page.js":            "GET, HEAD, OPTIONS",
}

func TestOptions(t *testing.T) {
	v := newApp(t).visitor(t)
	for path, want := range paths {
		res := v.do("OPTIONS", path, "")
		if got := res.Header.Get("Allow"); res.StatusCode != http.StatusNoContent || got != want {
			t.Errorf("OPTIONS %s: got %d, Allow %q, want 204, %q", path, res.StatusCode, got, want)
		}
	}
	v.want(http.StatusNotFound, "OPTIONS", "/no/such/path", "")
	for _, path := range []string{"*", "/*"} {
		if got, want := v.do("OPTIONS", path, "").Header.Get("Allow"), "DELETE, GET, HEAD, OPTIONS, POST, PUT"; got != want {
			t.Errorf("OPTIONS %s: got Allow %q, want %q", path, got, want)
		}
	}
}

// A method is refused with 405 and Allow exactly if OPTIONS does not name it.
func TestMethodNotAllowed(t *testing.T) {
	v := newApp(t).visitor(t)
	for path, allowed := range paths {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE"} {
			res := v.do(method, path, "")
			refused := res.StatusCode == http.StatusMethodNotAllowed
			if named := slices.Contains(strings.Split(allowed, ", "), method); refused == named {
				t.Errorf("%s %s: got %d, but Allow is %q", method, path, res.StatusCode, allowed)
			}
			if got := res.Header.Get("Allow"); refused && got != allowed {
				t.Errorf("%s %s: got Allow %q, want %q", method, path, got, allowed)
			}
		}
	}
}

func TestNoRoute(t *testing.T) {
	v := newApp(t).visitor(t)
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"} {
		for _, path := range []string{"/no/such/path", "/songs/", "/songs/a/b", "/Songs"} {
			v.want(http.StatusNotFound, method, path, "")
		}
	}
}

func TestUncleanPath(t *testing.T) {
	res := newApp(t).visitor(t).do("GET", "/songs/../songs?decade=1990", "")
	if got, want := res.Header.Get("Location"), "/songs?decade=1990"; res.StatusCode != http.StatusTemporaryRedirect || got != want {
		t.Errorf("got %d to %q, want 307 to %q", res.StatusCode, got, want)
	}
}

// A function serves only its method, wherever else its route may lead.
func TestMethodOfAnotherFunction(t *testing.T) {
	handlers := newApp(t).handlers
	for method, handler := range handlers {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodPatch, "/songs", nil))
		if got := w.Code; got != http.StatusMethodNotAllowed || w.Header().Get("Allow") != method {
			t.Errorf("PATCH to the function of %s: got %d, Allow %q", method, got, w.Header().Get("Allow"))
		}
	}
}

// HEAD answers as GET does, fields and all; the gateway leaves the body out.
func TestHeadIsGet(t *testing.T) {
	a := newApp(t)
	kim := a.user(t, "kim")
	kim.want(http.StatusCreated, "POST", "/posts", `{"title":"a","body":"b"}`)
	kim.want(http.StatusCreated, "POST", "/posts/1/comments", `{"body":"b"}`)
	kim.want(http.StatusCreated, "POST", "/cart/items", `{"song":"creep","quantity":2}`)
	kim.want(http.StatusCreated, "POST", "/orders", "", key)
	kim.want(http.StatusCreated, "POST", "/cart/items", `{"song":"creep","quantity":2}`)
	for path, allowed := range paths {
		if !strings.Contains(allowed, "GET") {
			continue
		}
		get, head := kim.do("GET", path, ""), kim.do("HEAD", path, "")
		if get.StatusCode != http.StatusOK || get.Header.Get("ETag") == "" {
			t.Errorf("GET %s: got %d, ETag %q", path, get.StatusCode, get.Header.Get("ETag"))
		}
		if diff := cmp.Diff(get.Header, head.Header); head.StatusCode != get.StatusCode || diff != "" {
			t.Errorf("HEAD %s: got %d, header (-GET +HEAD):\n%s", path, head.StatusCode, diff)
		}
		if got, want := text(t, head), text(t, get); got != want {
			t.Errorf("HEAD %s: got body %q, want %q", path, got, want)
		}
	}
}

// A client that has a representation gets it again only when it has changed.
func TestNotModified(t *testing.T) {
	v := newApp(t).visitor(t)
	for _, path := range []string{"/", "/songs", "/songs/creep", "/weather/seoul", "/posts", "/openapi.json"} {
		full := v.do("GET", path, "")
		for _, field := range []string{full.Header.Get("ETag"), "W/" + full.Header.Get("ETag"), `"x", ` + full.Header.Get("ETag"), "*"} {
			res := v.do("GET", path, "", "If-None-Match: "+field)
			if got := text(t, res); res.StatusCode != http.StatusNotModified || got != "" {
				t.Errorf("GET %s with If-None-Match %s: got %d %q, want 304", path, field, res.StatusCode, got)
			}
			for _, name := range []string{"ETag", "Cache-Control", "Vary"} {
				if got, want := res.Header[name], full.Header[name]; !slices.Equal(got, want) {
					t.Errorf("GET %s: 304 has %s %q, want %q as in the 200", path, name, got, want)
				}
			}
		}
		v.want(http.StatusOK, "GET", path, "", `If-None-Match: "other"`)
	}
}

func TestCrossOrigin(t *testing.T) {
	v := newApp(t).visitor(t)
	tests := []struct {
		header string
		status int
	}{
		{"Sec-Fetch-Site: same-origin", 204},
		{"Sec-Fetch-Site: cross-site", 403},
		{"Sec-Fetch-Site: same-site", 403},
		{"Origin: http://example.com", 204}, // httptest's Host
		{"Origin: http://evil.example", 403},
		{"Accept: */*", 204},
	}
	for _, tt := range tests {
		v.want(tt.status, "DELETE", "/cart", "", tt.header)
		v.want(200, "GET", "/cart", "", tt.header)
	}
}

func TestTrace(t *testing.T) {
	v := newApp(t).visitor(t)
	v.cookies["__Host-session"] = "secret-cookie"
	res := v.do("TRACE", "/songs?decade=1990", "", "Authorization: secret-login", "Proxy-Authorization: secret-proxy", "X-Seen: yes")
	want := "TRACE /songs?decade=1990 HTTP/1.1\r\nHost: example.com\r\nX-Seen: yes\r\n\r\n"
	if mediaType := res.Header.Get("Content-Type"); mediaType != "message/http" {
		t.Errorf("got Content-Type %q, want message/http", mediaType)
	}
	if got := text(t, res); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestConnect(t *testing.T) {
	tests := []struct {
		list, authority string
		status          int
	}{
		{"", "example.com:443", 403},
		{"example.com:443", "example.com:443", 200},
		{"example.com:443, Example.org:8443", "EXAMPLE.org:8443", 200},
		{"example.com:443", "example.com:80", 403},
		{"example.com:443", "evil.example.com:443", 403},
		{"example.com:443", "", 403},
		{"[2001:db8::1]:443", "[2001:db8::1]:443", 200},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(http.MethodConnect, "/", nil)
		r.Host = tt.authority
		w := httptest.NewRecorder()
		api.Connect(tt.list).ServeHTTP(w, r)
		if w.Code != tt.status {
			t.Errorf("CONNECT %q with list %q: got %d, want %d", tt.authority, tt.list, w.Code, tt.status)
		}
	}
}
