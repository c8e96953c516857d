package api_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// A form that is refused comes back with what was given, but for the password,
// and says at the field what is wrong with it.
func TestRefusedForm(t *testing.T) {
	v := newApp(t).user(t, "kim")
	tests := []struct {
		path   string
		form   url.Values
		status int
		want   []string
	}{
		{"/users", url.Values{"name": {"x/y"}, "password": {"secret"}}, 422, []string{`value="x/y"`, `aria-describedby="sign-up-name-fault"`, `id="sign-up-password-fault">8 to 128`}},
		{"/users", url.Values{"name": {"kim"}, "password": {"secret secret"}}, 409, []string{"This name is taken", `value="kim"`}},
		{"/session", url.Values{"name": {"kim"}, "password": {"secret secret"}, "_view": {"view=cart"}}, 401, []string{"Unknown name or wrong password", `value="kim"`, `name="_view" value="view=cart"`, "correct this"}},
		{"/posts", url.Values{"title": {" "}, "body": {"kept"}}, 422, []string{"kept</textarea>", `id="write-title-fault"`}},
		{"/posts/7/comments", url.Values{"body": {" "}}, 422, []string{`action="/posts/7/comments"`, `id="comment-body-fault"`}},
		{"/cart/items", url.Values{"song": {"no"}, "quantity": {"1"}}, 422, []string{"<li>There is no such song.</li>"}},
		{"/orders", url.Values{"_key": {"k"}}, 409, []string{"Your cart has changed", `<a href="/?view=cart">Back</a>`}},
		{"/cart/items", url.Values{"song": {"no"}, "quantity": {"1"}, "_view": {"decade=1990#creep"}}, 422, []string{`<a href="/?decade=1990#creep">Back</a>`}},
	}
	for _, tt := range tests {
		page := v.want(tt.status, "POST", tt.path, tt.form.Encode(), "Content-Type: "+formType, browser)
		see(t, page, tt.want...)
		if strings.Contains(page, "secret") {
			t.Errorf("POST %s: the page has the password", tt.path)
		}
	}
}

// Who is signed out while writing loses nothing of it, and is shown the way in.
func TestSignedOutMeanwhile(t *testing.T) {
	v := newApp(t).visitor(t)
	tests := []struct {
		path string
		form url.Values
		want []string
	}{
		{"/posts", url.Values{"title": {"long"}, "body": {"thoughts"}}, []string{`value="long"`, "thoughts</textarea>", "no longer signed in", `target="_blank"`}},
		{"/orders", url.Values{"_key": {"k"}, "total": {"1300"}}, []string{`href="/?view=account&amp;then=view%3dcart"`}},
		{"/posts/7", url.Values{"_method": {"DELETE"}}, []string{`then=view%3dpost%26id%3d7"`}},
	}
	for _, tt := range tests {
		see(t, v.want(http.StatusUnauthorized, "POST", tt.path, tt.form.Encode(), "Content-Type: "+formType, browser), tt.want...)
	}
}

// The author edits a post, and overwrites nothing that another tab has changed meanwhile.
func TestEdit(t *testing.T) {
	v := newApp(t).user(t, "kim")
	shown := v.submit("/posts", url.Values{"title": {"노래"}, "body": {"\nfirst"}})
	see(t, shown, `id="edit-title" name="title" value="노래"`, "\n\nfirst</textarea>")
	edit := url.Values{"_method": {"PUT"}, "_match": {match(t, shown, `name="_match" value="([^"]+)"`)}, "title": {"노래"}, "body": {"second"}}
	see(t, v.submit("/posts/1", edit), "second</p>")

	edit.Set("body", "third")
	page := v.want(http.StatusPreconditionFailed, "POST", "/posts/1", edit.Encode(), "Content-Type: "+formType, browser)
	see(t, page, "changed elsewhere", "third</textarea>", `href="/?view=post&amp;id=1"`)
	see(t, v.view("/?view=post&id=1"), "second</p>")
	if page := v.app.user(t, "lee").view("/?view=post&id=1"); strings.Contains(page, "Edit this post") {
		t.Error("another user is offered to edit the post")
	}
}

// What was written is not lost because Redis is away.
func TestWrittenWhileRedisIsAway(t *testing.T) {
	a := newApp(t)
	v := a.user(t, "kim")
	a.redis.SetError("LOADING")
	form := url.Values{"title": {"long"}, "body": {"thoughts"}}
	page := v.want(http.StatusServiceUnavailable, "POST", "/posts", form.Encode(), "Content-Type: "+formType, browser)
	see(t, page, `value="long"`, "thoughts</textarea>", "still here")
}

// Signing in leads back to where it was asked for, also by way of signing up.
func TestSignInLeadsBack(t *testing.T) {
	v := newApp(t).visitor(t)
	v.want(http.StatusCreated, "POST", "/cart/items", `{"song":"creep","quantity":1}`)
	account := link(t, v.view("/?view=cart"), "Sign in to order")
	form := url.Values{"name": {"kim"}, "password": {"correct horse"}}

	form.Set("_view", after(t, v.view(account), "sign-up"))
	welcome := v.submit("/users", form)
	see(t, welcome, "Welcome!")
	if strings.Contains(welcome, "sign-up-name") {
		t.Error("who has just signed up is asked to sign up")
	}
	form.Set("_view", after(t, welcome, "sign-in"))
	see(t, v.submit("/session", form), "Place the order")
}

// link returns where the page's link of that text leads.
func link(t *testing.T, page, text string) string {
	t.Helper()
	return match(t, page, `href="([^"]+)"[^>]*>`+text)
}

// after returns the field _view of one of the page's forms.
func after(t *testing.T, page, form string) string {
	t.Helper()
	return match(t, page, `(?s)<h2 id="`+form+`">.*?name="_view" value="([^"]*)"`)
}

func match(t *testing.T, page, expression string) string {
	t.Helper()
	found := regexp.MustCompile(expression).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("page has no %s", expression)
	}
	return html.UnescapeString(found[1])
}

// An order is what the visitor was shown: not what another tab has made of the cart since.
func TestOrderOfAnotherCart(t *testing.T) {
	v := newApp(t).user(t, "kim")
	v.want(http.StatusCreated, "POST", "/cart/items", `{"song":"creep","quantity":1}`)
	shown := v.view("/?view=cart")
	v.want(http.StatusCreated, "POST", "/cart/items", `{"song":"creep","quantity":1}`)
	order := url.Values{"_key": {match(t, shown, `name="_key" value="([^"]+)"`)}, "total": {match(t, shown, `name="total" value="([^"]+)"`)}}
	page := v.want(http.StatusConflict, "POST", "/orders", order.Encode(), "Content-Type: "+formType, browser)
	see(t, page, "Your cart has changed")
	see(t, v.view("/?view=orders"), "You have not ordered yet")
}
