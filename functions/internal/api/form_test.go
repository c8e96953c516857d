package api

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestViewAfter(t *testing.T) {
	tests := []struct{ path, given, location, want string }{
		{"/cart", "", "", "/?view=cart"},
		{"/cart/items", "", "/cart/items/creep", "/?view=cart"},
		{"/cart/items", "decade=1990#creep", "/cart/items/creep", "/?decade=1990#creep"},
		{"/orders", "", "/orders/7", "/?view=orders&placed=7#order-7"},
		{"/posts", "", "/posts/7", "/?view=post&id=7"},
		{"/posts/7/comments", "", "/posts/7/comments/2", "/?view=post&id=7#comment-2"},
		{"/orders", "", "", "/?view=cart"},
		{"/posts", "", "", "/?view=board"},
		{"/posts/7", "view=board", "", "/?view=board"},
		{"/weather/seoul", "", "", "/?view=weather#seoul"},
		{"/session", "", "", "/?view=account"},
		{"/sessions/x", "", "", "/?view=account"},
		{"/users", "", "", "/?view=account"},
		{"/else", "", "", "/"},
		// What a form says leads nowhere else.
		{"/cart", "//evil.example/", "", "/?//evil.example/"},
		{"/cart", "https://evil.example/", "", "/?https://evil.example/"},
		{"/cart", "a\r\nSet-Cookie: b", "", "/?view=cart"},
	}
	for _, tt := range tests {
		r := formTo(tt.path, url.Values{"_view": {tt.given}})
		if got := viewAfter(r, tt.location); got != tt.want {
			t.Errorf("%s with _view %q, created %q: got %q, want %q", tt.path, tt.given, tt.location, got, tt.want)
		}
	}
}

func formTo(path string, form url.Values) *http.Request {
	r := httptest.NewRequest("POST", path, nil)
	r.PostForm = form
	return r
}

// Whatever a form says, its answer leads to the page and can be a header field.
func FuzzViewAfter(f *testing.F) {
	f.Add("/posts/7/comments/2", "decade=1990#creep")
	f.Add("//evil.example", "\r\n")
	f.Fuzz(func(t *testing.T, path, given string) {
		r := formTo("/", url.Values{"_view": {given}})
		r.URL.Path = path
		got := viewAfter(r, "")
		at, err := url.Parse(got)
		if err != nil || at.Path != "/" || at.Host != "" || at.Scheme != "" || strings.ContainsAny(got, "\r\n") {
			t.Errorf("got %q (%v), which is no view of the page", got, err)
		}
	})
}
