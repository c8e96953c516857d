package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

const browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"

// shows matches a form's path and the section of the page that its answer leads to.
var shows = regexp.MustCompile(`^/(cart|orders).* /#cart$|^/posts.* /#board$|^/(session|users).* /#account$`)

// submit posts a form of the page, as a browser without scripts does, and returns the page that follows.
func (v *visitor) submit(path string, form url.Values) string {
	v.t.Helper()
	res := v.do("POST", path, form.Encode(), "Content-Type: application/x-www-form-urlencoded", browser, "Sec-Fetch-Site: same-origin")
	if res.StatusCode != http.StatusSeeOther || !shows.MatchString(path+" "+res.Header.Get("Location")) {
		v.t.Errorf("POST %s %v: got %d to %q, want 303 to what was changed: %s", path, form, res.StatusCode, res.Header.Get("Location"), text(v.t, res))
	}
	return v.want(http.StatusOK, "GET", "/", "", browser)
}

// see checks that the page has these texts.
func see(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("page lacks %q", text)
		}
	}
}

// A visitor without JavaScript goes from the first look to the order.
func TestPage(t *testing.T) {
	v := newApp(t).visitor(t)
	page := v.want(http.StatusOK, "GET", "/", "", browser)
	see(t, page, "난 알아요", "The cart is empty", "Nobody has written yet", "서울", "Sign up")
	page = v.submit("/cart/items", url.Values{"song": {"nan-arayo"}, "quantity": {"1"}})
	see(t, page, "Remove 난 알아요 from the cart", "₩1100", "Sign in</a> to order")
	page = v.submit("/cart/items/nan-arayo", url.Values{"_method": {"PUT"}, "quantity": {"3"}})
	see(t, page, "₩3300")

	in := url.Values{"name": {"kim"}, "password": {"correct horse"}}
	v.submit("/users", in)
	page = v.submit("/session", in)
	see(t, page, "Signed in as <strong>kim</strong>", "₩3300")
	page = v.submit("/posts", url.Values{"title": {"<script>alert(1)</script>"}, "body": {"좋은 노래"}})
	see(t, page, "&lt;script&gt;alert(1)&lt;/script&gt;", "좋은 노래", `action="/posts/1"`)
	page = v.submit("/posts/1", url.Values{"_method": {"DELETE"}})
	see(t, page, "Nobody has written yet")

	orderKey := regexp.MustCompile(`name="_key" value="([^"]+)"`).FindStringSubmatch(page)
	if orderKey == nil {
		t.Fatalf("page has no key for the order:\n%s", page)
	}
	order := url.Values{"_key": {orderKey[1]}}
	see(t, v.submit("/orders", order), "The cart is empty")
	v.submit("/orders", order)
	orders := read[struct{ Orders []struct{ Total int } }](t, v.want(http.StatusOK, "GET", "/orders", ""))
	if len(orders.Orders) != 1 || orders.Orders[0].Total != 3300 {
		t.Errorf("got %+v, want one order of 3300 won", orders)
	}
	see(t, v.submit("/session", url.Values{"_method": {"DELETE"}}), "Sign up")
}

// The page needs no more than its policy allows: no script, no style but the one that the policy names.
func TestPagePolicy(t *testing.T) {
	v := newApp(t).visitor(t)
	res := v.do("GET", "/", "", browser)
	page := text(t, res)
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(page)
	if style == nil {
		t.Fatal("page has no style")
	}
	sum := sha256.Sum256([]byte(style[1]))
	want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	policy := res.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, want) || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("got policy %q, want one that allows %s only", policy, want)
	}
	for _, never := range []string{"<script", " style=", " onclick=", "javascript:", "http://", "https://"} {
		if strings.Contains(page, never) {
			t.Errorf("page has %q", never)
		}
	}
}

func TestHome(t *testing.T) {
	v := newApp(t).visitor(t)
	index := read[map[string]string](t, v.want(http.StatusOK, "GET", "/", "", "Accept: */*"))
	for name, path := range index {
		if status := v.do("GET", path, "").StatusCode; status != http.StatusOK && status != http.StatusUnauthorized {
			t.Errorf("%s: GET %s: got %d", name, path, status)
		}
	}
	see(t, v.want(http.StatusOK, "GET", "/?decade=2000", "", browser), "애인 있어요")
	v.want(http.StatusBadRequest, "GET", "/?decade=x", "", browser)
	for _, accept := range []string{browser, "Accept: */*"} {
		if got := strings.Join(v.do("GET", "/", "", accept).Header["Vary"], ", "); !strings.Contains(got, "Accept") {
			t.Errorf("%s: got Vary %q, want Accept in it", accept, got)
		}
	}
}

// People get a problem as a page, programs as problem+json.
func TestProblem(t *testing.T) {
	v := newApp(t).visitor(t)
	res := v.do("GET", "/nothing", "")
	if got, want := res.Header.Get("Content-Type"), "application/problem+json"; got != want {
		t.Errorf("got Content-Type %q, want %q", got, want)
	}
	res = v.do("POST", "/users", "name=x&password=y", "Content-Type: application/x-www-form-urlencoded", browser)
	if got, want := res.Header.Get("Content-Type"), "text/html; charset=utf-8"; res.StatusCode != 422 || got != want {
		t.Errorf("got %d with Content-Type %q, want 422 with %q", res.StatusCode, got, want)
	}
	see(t, text(t, res), "<strong>password</strong> must be 8 to 128 characters", "Back to the page")
}

// A form from another site does nothing, whatever method it claims.
func TestFormFromAnotherSite(t *testing.T) {
	a := newApp(t)
	r := httptest.NewRequest("POST", "/session", strings.NewReader("_method=DELETE"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://evil.example")
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("got %d, want 403", w.Code)
	}
}
