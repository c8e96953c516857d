package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPosts(t *testing.T) {
	a := newApp(t)
	draft := `{"title":"안녕하세요","body":"<b>좋은</b> 노래 & 이야기"}`
	post := `{"id":"1","title":"안녕하세요","body":"<b>좋은</b> 노래 & 이야기","author":"김철수","created":"2026-07-01T12:00:00Z","version":1}`
	a.visitor(t).walk([]step{
		{method: "GET", path: "/posts", status: 200, want: `{"posts":[]}`},
		{method: "POST", path: "/posts", body: draft, status: 401},
		{method: "DELETE", path: "/posts/1", status: 401},
	})
	kim := a.user(t, "김철수")
	kim.walk([]step{
		{method: "POST", path: "/posts", body: draft, status: 201, want: post},
		{method: "GET", path: "/posts/1", status: 200, want: post},
		{method: "GET", path: "/posts", status: 200, want: `{"posts":[` + post + `]}`},
		{method: "GET", path: "/posts/2", status: 404},
		{method: "POST", path: "/posts", body: `{"title":" ","body":""}`, status: 422,
			want: `{"title":"Unprocessable Entity","status":422,"detail":"title must be 1 to 200 characters of text; body must be 1 to 10000 characters of text",
				"errors":[{"field":"title","detail":"must be 1 to 200 characters of text","pointer":"#/title"},{"field":"body","detail":"must be 1 to 10000 characters of text","pointer":"#/body"}]}`},
	})
	a.user(t, "lee").walk([]step{
		{method: "PUT", path: "/posts/1", body: draft, header: "If-Match: *", status: 403},
		{method: "DELETE", path: "/posts/1", status: 403},
	})
	kim.walk([]step{
		{method: "DELETE", path: "/posts/1", status: 204},
		{method: "GET", path: "/posts/1", status: 404},
		{method: "DELETE", path: "/posts/1", status: 404},
	})
}

// What is created comes with the entity tag that GET will show; what is changed
// without being stored as it was sent does not.
func TestEntityTagOfCreated(t *testing.T) {
	kim := newApp(t).user(t, "kim")
	for _, tt := range []struct{ path, body string }{
		{"/posts", `{"title":"a","body":"b"}`},
		{"/posts/1/comments", `{"body":"b"}`},
		{"/cart/items", `{"song":"creep","quantity":2}`},
		{"/orders", ""},
	} {
		created := kim.do("POST", tt.path, tt.body, key)
		want := kim.do("GET", created.Header.Get("Location"), "").Header.Get("ETag")
		if tt.path == "/orders" && created.StatusCode != http.StatusCreated || tt.path != "/cart/items" && want == "" {
			t.Fatalf("POST %s: got %d, ETag of what is there %q", tt.path, created.StatusCode, want)
		}
		if got := created.Header.Get("ETag"); got != want {
			t.Errorf("POST %s: got ETag %q, want %q", tt.path, got, want)
		}
	}
	changed := kim.do("PUT", "/posts/1", `{"title":"b","body":"b"}`, "If-Match: *")
	if got := changed.Header.Get("ETag"); got != "" {
		t.Errorf("PUT: got ETag %q, want none", got)
	}
}

// A client that prefers so gets the status and nothing to read (RFC 7240).
func TestPreferMinimal(t *testing.T) {
	kim := newApp(t).user(t, "kim")
	tests := []struct {
		method, path, body, prefer string
		status                     int
		applied                    bool
	}{
		{"POST", "/posts", `{"title":"a","body":"b"}`, "return=minimal", 201, true},
		{"PUT", "/posts/1", `{"title":"b","body":"b"}`, `wait=10, Return="minimal"; foo`, 204, true},
		{"PUT", "/cart/items/creep", `{"quantity":1}`, "return=minimal", 201, true},
		{"PUT", "/cart/items/creep", `{"quantity":2}`, "return=minimal", 204, true},
		{"PUT", "/cart/items/creep", `{"quantity":3}`, "return=representation, return=minimal", 200, false},
		{"PUT", "/cart/items/creep", `{"quantity":4}`, "respond-async", 200, false},
		{"PUT", "/cart/items/creep", `{"quantity":0}`, "return=minimal", 422, false},
		{"GET", "/cart", "", "return=minimal", 200, false},
		{"DELETE", "/cart", "", "return=minimal", 204, false},
	}
	for _, tt := range tests {
		header := []string{"Prefer: " + tt.prefer}
		if tt.path == "/posts/1" {
			header = append(header, "If-Match: *")
		}
		res := kim.do(tt.method, tt.path, tt.body, header...)
		applied := res.Header.Get("Preference-Applied") == "return=minimal"
		if res.StatusCode != tt.status || applied != tt.applied || applied && text(t, res) != "" {
			t.Errorf("%s %s, Prefer: %s: got %d, applied %t, want %d, %t", tt.method, tt.path, tt.prefer, res.StatusCode, applied, tt.status, tt.applied)
		}
	}
}

func TestPostLocation(t *testing.T) {
	kim := newApp(t).user(t, "kim")
	res := kim.do("POST", "/posts", `{"title":"a","body":"b"}`)
	if got, want := res.Header.Get("Location"), "/posts/1"; got != want {
		t.Errorf("Location: got %q, want %q", got, want)
	}
	res = kim.do("POST", "/posts/1/comments", `{"body":"b"}`)
	if got, want := res.Header.Get("Location"), "/posts/1/comments/1"; got != want {
		t.Errorf("Location: got %q, want %q", got, want)
	}
}

// An author who has not seen the newest version does not overwrite it.
func TestReplacePost(t *testing.T) {
	kim := newApp(t).user(t, "kim")
	kim.want(http.StatusCreated, "POST", "/posts", `{"title":"one","body":"b"}`)
	first := kim.do("GET", "/posts/1", "").Header.Get("ETag")
	kim.walk([]step{
		{method: "PUT", path: "/posts/1", body: `{"title":"two","body":"b"}`, status: 428},
		{method: "PUT", path: "/posts/1", body: `{"title":"two","body":"b"}`, header: "If-Match: W/" + first, status: 412},
		{method: "PUT", path: "/posts/1", body: `{"title":"two","body":"b"}`, header: `If-Match: "x", ` + first, status: 200,
			want: `{"id":"1","title":"two","body":"b","author":"kim","created":"2026-07-01T12:00:00Z","version":2}`},
		{method: "PUT", path: "/posts/1", body: `{"title":"three","body":"b"}`, header: "If-Match: " + first, status: 412},
		{method: "DELETE", path: "/posts/1", header: "If-Match: " + first, status: 412},
		{method: "PUT", path: "/posts/9", body: `{"title":"two","body":"b"}`, header: "If-Match: *", status: 404},
	})
}

func TestComments(t *testing.T) {
	a := newApp(t)
	kim, lee := a.user(t, "kim"), a.user(t, "lee")
	comment := `{"id":"1","body":"동의","author":"lee","created":"2026-07-01T12:00:00Z","version":1}`
	kim.want(http.StatusCreated, "POST", "/posts", `{"title":"a","body":"b"}`)
	a.visitor(t).want(http.StatusUnauthorized, "POST", "/posts/1/comments", `{"body":"x"}`)
	lee.walk([]step{
		{method: "POST", path: "/posts/2/comments", body: `{"body":"동의"}`, status: 404},
		{method: "POST", path: "/posts/1/comments", body: `{"body":""}`, status: 422},
		{method: "POST", path: "/posts/1/comments", body: `{"body":"동의"}`, status: 201, want: comment},
		{method: "GET", path: "/posts/1/comments", status: 200, want: `{"comments":[` + comment + `]}`},
		{method: "GET", path: "/posts/2/comments", status: 404},
		{method: "GET", path: "/posts/1/comments/1", status: 200, want: comment},
		{method: "GET", path: "/posts/1/comments/2", status: 404},
		{method: "PUT", path: "/posts/1/comments/1", body: `{"body":"반대"}`, status: 200},
		{method: "PUT", path: "/posts/1/comments/1", body: `{"body":"x"}`, header: `If-Match: "old"`, status: 412},
	})
	kim.walk([]step{
		{method: "PUT", path: "/posts/1/comments/1", body: `{"body":"x"}`, status: 403},
		{method: "DELETE", path: "/posts/1/comments/1", status: 403},
		{method: "DELETE", path: "/posts/1", status: 204},
		{method: "GET", path: "/posts/1/comments/1", status: 404},
	})
	kim.want(http.StatusCreated, "POST", "/posts", `{"title":"a","body":"b"}`)
	lee.walk([]step{
		{method: "POST", path: "/posts/2/comments", body: `{"body":"x"}`, status: 201},
		{method: "DELETE", path: "/posts/2/comments/1", status: 204},
		{method: "GET", path: "/posts/2/comments", status: 200, want: `{"comments":[]}`},
	})
}

// Following next from the first page on shows each entry once, in order.
func TestPages(t *testing.T) {
	kim := newApp(t).user(t, "kim")
	var newest, oldest []string
	for i := 1; i <= 7; i++ {
		kim.want(http.StatusCreated, "POST", "/posts", fmt.Sprintf(`{"title":"post %d","body":"b"}`, i))
		kim.want(http.StatusCreated, "POST", "/posts/1/comments", `{"body":"b"}`)
		newest = append([]string{fmt.Sprint(i)}, newest...)
		oldest = append(oldest, fmt.Sprint(i))
	}
	tests := []struct {
		path, list string
		want       []string
	}{
		{"/posts?limit=3", "posts", newest},
		{"/posts?limit=7", "posts", newest},
		{"/posts/1/comments?limit=2", "comments", oldest},
	}
	for _, tt := range tests {
		var got []string
		for path := tt.path; path != ""; {
			body := parse(t, kim.want(http.StatusOK, "GET", path, "")).(map[string]any)
			for _, entry := range body[tt.list].([]any) {
				got = append(got, entry.(map[string]any)["id"].(string))
			}
			path, _ = body["next"].(string)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.path, diff)
		}
	}
}

func TestPageRefuses(t *testing.T) {
	v := newApp(t).visitor(t)
	for _, query := range []string{"limit=0", "limit=101", "limit=x", "after=x", "after=-1"} {
		v.want(http.StatusBadRequest, "GET", "/posts?"+query, "")
	}
}
