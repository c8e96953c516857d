package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

const browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"

// submit posts a form of the page, as a browser without scripts does, and
// returns the view that the answer leads to.
func (v *visitor) submit(path string, form url.Values) string {
	v.t.Helper()
	res := v.do("POST", path, form.Encode(), "Content-Type: "+formType, browser, "Sec-Fetch-Site: same-origin")
	if res.StatusCode != http.StatusSeeOther {
		v.t.Errorf("POST %s %v: got %d, want 303 to a view: %s", path, form, res.StatusCode, text(v.t, res))
		return ""
	}
	return v.view(res.Header.Get("Location"))
}

const formType = "application/x-www-form-urlencoded"

// view returns a view of the page.
func (v *visitor) view(path string) string {
	v.t.Helper()
	path, _, _ = strings.Cut(path, "#")
	return v.want(http.StatusOK, "GET", path, "", browser)
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
	see(t, v.view("/"), "난 알아요", "₩1,100")
	see(t, v.view("/?view=cart"), "The cart is empty")
	page := v.submit("/cart/items", url.Values{"song": {"nan-arayo"}, "quantity": {"1"}, "_view": {"decade=1990#nan-arayo"}})
	see(t, page, "1 in the cart", `<span class="count">1</span>`)
	page = v.submit("/cart/items/nan-arayo", url.Values{"_method": {"PUT"}, "quantity": {"3"}})
	see(t, page, "Remove 난 알아요 from the cart", "₩3,300", "Sign in to order")

	in := url.Values{"name": {"kim"}, "password": {"correct horse"}}
	see(t, v.submit("/users", in), "Sign in")
	see(t, v.submit("/session", in), "You are signed in as kim", "this browser")
	orderKey := regexp.MustCompile(`name="_key" value="([^"]+)"`).FindStringSubmatch(v.view("/?view=cart"))
	if orderKey == nil {
		t.Fatal("cart has no key for the order")
	}
	order := url.Values{"_key": {orderKey[1]}}
	see(t, v.submit("/orders", order), "Order 1", "₩3,300", "This order is placed")
	if page := v.submit("/orders", order); strings.Contains(page, "Order 2") {
		t.Error("the button pressed twice orders twice")
	}
	see(t, v.view("/?view=cart"), "The cart is empty")
	see(t, v.submit("/session", url.Values{"_method": {"DELETE"}}), "Sign up")
}

// The board without JavaScript.
func TestPageBoard(t *testing.T) {
	v := newApp(t).user(t, "kim")
	see(t, v.view("/?view=board"), "Nobody has written yet")
	page := v.submit("/posts", url.Values{"title": {"<script>alert(1)</script>"}, "body": {"좋은 노래"}})
	see(t, page, "&lt;script&gt;alert(1)&lt;/script&gt;", `lang="ko">좋은 노래`, `action="/posts/1/comments"`)
	page = v.submit("/posts/1/comments", url.Values{"body": {"so it is"}})
	see(t, page, "so it is", `id="comment-1"`)
	page = v.submit("/posts/1/comments/1", url.Values{"_method": {"DELETE"}})
	see(t, page, "No comments yet")
	page = v.submit("/posts/1", url.Values{"_method": {"DELETE"}, "_view": {"view=board"}})
	see(t, page, "Nobody has written yet")
	v.want(http.StatusNotFound, "GET", "/?view=post&id=1", "", browser)

	for i := range 11 {
		v.want(http.StatusCreated, "POST", "/posts", fmt.Sprintf(`{"title":"title %d","body":"b"}`, i))
	}
	see(t, v.view("/?view=board"), "title 10", "/?view=board&amp;after=3")
	see(t, v.view("/?view=board&after=3"), "title 0")
}

func TestPageWeather(t *testing.T) {
	v := newApp(t).user(t, "kim")
	see(t, v.view("/?view=weather"), "Seoul", "25.3 °C", "Usual for the month")
	page := v.submit("/weather/seoul", url.Values{"_method": {"PUT"}, "sky": {"rain"}, "celsius": {"21.5"}})
	see(t, page, "21.5 °C", "Rain · says kim")
	if page := v.want(http.StatusOK, "GET", "/?view=weather", "", browser, "Accept-Language: ko"); strings.Index(page, "강릉") > strings.Index(page, "부산") {
		t.Error("cities are not in the order of their Korean names")
	}
}

// The page needs no more than its policy allows: its own script, and the style that the policy names.
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
	for _, never := range []string{"<script>", " style=", " onclick=", "javascript:", "https://"} {
		if strings.Contains(page, never) {
			t.Errorf("page has %q", never)
		}
	}
	path := regexp.MustCompile(`<script src="([^"]+)"`).FindStringSubmatch(page)
	if path == nil || !strings.Contains(policy, "script-src 'self';") {
		t.Fatalf("page has no script, or its policy is %q", policy)
	}
	res = v.do("GET", path[1], "")
	if got := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || !strings.HasPrefix(got, "text/javascript") {
		t.Errorf("GET %s: got %d with Content-Type %q, want 200 with JavaScript", path[1], res.StatusCode, got)
	}
}

// What a visitor has seen is kept by no cache, so that the back button shows
// nothing of it once they have signed out.
func TestPageIsNotStored(t *testing.T) {
	v := newApp(t).user(t, "kim")
	for _, name := range []string{"songs", "cart", "orders", "board", "weather", "account"} {
		if got := v.do("GET", "/?view="+name, "", browser).Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("view %s: got Cache-Control %q, want no-store", name, got)
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
	for _, accept := range []string{browser, "Accept: */*"} {
		for _, query := range []string{"decade=x", "decade=114827", "view=x", "limit=0", "after=x"} {
			v.want(http.StatusBadRequest, "GET", "/?"+query, "", accept)
		}
		if got := strings.Join(v.do("GET", "/", "", accept).Header["Vary"], ", "); !strings.Contains(got, "Accept, Accept-Language") {
			t.Errorf("%s: got Vary %q, want Accept and Accept-Language in it", accept, got)
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
	res = v.do("GET", "/nothing", "", browser)
	if got, want := res.Header.Get("Content-Type"), "text/html; charset=utf-8"; got != want {
		t.Errorf("got Content-Type %q, want %q", got, want)
	}
	see(t, text(t, res), "There is nothing here", "Back to the songs")
}

// A page says which language it speaks, and what is for programs speaks none.
func TestContentLanguage(t *testing.T) {
	v := newApp(t).visitor(t)
	for _, tt := range []struct{ path, accept, language, want string }{
		{"/", browser, "ko-KR", "ko"},
		{"/", browser, "fr", "en"},
		{"/nothing", browser, "ko", "ko"},
		{"/", "Accept: */*", "ko", ""},
		{"/nothing", "Accept: */*", "ko", ""},
	} {
		if got := v.do("GET", tt.path, "", tt.accept, "Accept-Language: "+tt.language).Header.Get("Content-Language"); got != tt.want {
			t.Errorf("GET %s, %s, %s: got Content-Language %q, want %q", tt.path, tt.accept, tt.language, got, tt.want)
		}
	}
}

// The page orders what it showed: the form of a cart that another tab has changed
// since is refused, and one that is as it was is not.
func TestOrderOfStalePage(t *testing.T) {
	v := newApp(t).user(t, "kim")
	v.submit("/cart/items", url.Values{"song": {"creep"}, "quantity": {"1"}})
	fields := regexp.MustCompile(`name="(_key|total)" value="([^"]+)"`)
	shown := func() url.Values {
		form := url.Values{}
		for _, field := range fields.FindAllStringSubmatch(v.view("/?view=cart"), -1) {
			form.Set(field[1], field[2])
		}
		return form
	}
	form := shown()
	v.submit("/cart/items", url.Values{"song": {"torn"}, "quantity": {"1"}})
	page := v.want(http.StatusConflict, "POST", "/orders", form.Encode(), "Content-Type: "+formType, browser)
	see(t, page, "Your cart has changed")
	see(t, v.submit("/orders", shown()), "Order 1", "₩2,400")
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
