package api_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/go-cmp/cmp"

	"maru/functions/internal/api"
	"maru/functions/internal/shop"
)

func TestSignUp(t *testing.T) {
	newApp(t).visitor(t).walk([]step{
		{method: "POST", path: "/users", body: `{"name":"Kim","password":"correct horse"}`, status: 201, want: `{"name":"kim","created":"2026-07-01T12:00:00Z"}`},
		{method: "POST", path: "/users", body: `{"name":"kim","password":"another horse"}`, status: 409},
		{method: "POST", path: "/users", body: `{"name":"이영희","password":"맞는말배터리스테이플"}`, status: 201},
		{method: "POST", path: "/users", body: `{"name":"x","password":"short"}`, status: 422},
		{method: "GET", path: "/users", status: 405},
	})
}

func TestSignIn(t *testing.T) {
	a := newApp(t)
	a.user(t, "kim")
	v := a.visitor(t)
	unauthorized := `{"title":"Unauthorized","status":401,"detail":"unknown name or wrong password"}`
	v.walk([]step{
		{method: "GET", path: "/session", status: 200, want: `{}`},
		{method: "POST", path: "/session", body: `{"name":"kim","password":"wrong horse"}`, status: 401, want: unauthorized},
		{method: "POST", path: "/session", body: `{"name":"nobody","password":"correct horse"}`, status: 401, want: unauthorized},
	})
	if len(v.cookies) != 0 {
		t.Errorf("got cookies %v without sign-in, want none", v.cookies)
	}
	// What was in the cart before sign-in is still there.
	v.walk([]step{
		{method: "POST", path: "/cart/items", body: `{"song":"creep","quantity":1}`, status: 201},
		{method: "POST", path: "/session", body: `{"name":"KIM","password":"correct horse"}`, status: 200, want: `{"user":"kim"}`},
		{method: "GET", path: "/cart", status: 200, want: `{"items":[{"song":"creep","quantity":1,"price":1300}],"total":1300}`},
	})
	who := read[struct {
		User   string
		Others []any
	}](t, v.want(http.StatusOK, "GET", "/session", ""))
	if who.User != "kim" || len(who.Others) != 1 {
		t.Errorf("got session %+v, want kim's with one other", who)
	}
}

// After too many tries nobody gets in for a while, and whether the name is
// somebody's does not show.
func TestSignInTries(t *testing.T) {
	a := newApp(t)
	a.user(t, "kim")
	v := a.visitor(t)
	for _, name := range []string{"kim", "nobody"} {
		for range 10 {
			v.want(http.StatusUnauthorized, "POST", "/session", `{"name":"`+name+`","password":"wrong horse"}`)
		}
		res := v.do("POST", "/session", `{"name":"`+name+`","password":"correct horse"}`)
		want := `{"title":"Too Many Requests","status":429,"detail":"too many tries: wait 900 seconds"}`
		if diff := cmp.Diff(parse(t, want), parse(t, text(t, res))); diff != "" || res.Header.Get("Retry-After") != "900" {
			t.Errorf("%s: got Retry-After %q, problem (-want +got):\n%s", name, res.Header.Get("Retry-After"), diff)
		}
	}
	a.redis.FastForward(900 * time.Second)
	v.want(http.StatusOK, "POST", "/session", `{"name":"kim","password":"correct horse"}`)
}

func TestSignOut(t *testing.T) {
	a := newApp(t)
	kim, phone := a.user(t, "kim"), a.visitor(t)
	in := `{"name":"kim","password":"correct horse"}`
	phone.want(http.StatusOK, "POST", "/session", in)
	stolen := phone.tab()
	phone.walk([]step{
		{method: "DELETE", path: "/session", status: 204},
		{method: "GET", path: "/orders", status: 401},
	})
	stolen.want(http.StatusUnauthorized, "GET", "/orders", "")
	kim.want(http.StatusOK, "GET", "/orders", "")
	phone.want(http.StatusOK, "POST", "/session", in)
	phone.want(http.StatusNoContent, "DELETE", "/session?everywhere=true", "")
	kim.want(http.StatusUnauthorized, "GET", "/orders", "")
}

// While Redis is away, nobody gets an answer that could be wrong, nor a new
// session in the place of their own.
func TestRedisAway(t *testing.T) {
	a := newApp(t)
	kim := a.user(t, "kim")
	kim.want(http.StatusCreated, "POST", "/cart/items", `{"song":"creep","quantity":2}`)
	a.redis.Close()
	for _, path := range []string{"/songs", "/cart", "/orders", "/session"} {
		res := kim.do("GET", path, "")
		if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || res.Header.Get("Set-Cookie") != "" {
			t.Errorf("GET %s: got %d with header %v, want 503 with Retry-After and no cookie", path, res.StatusCode, res.Header)
		}
	}
	if err := a.redis.Restart(); err != nil {
		t.Fatal(err)
	}
	kim.walk([]step{{method: "GET", path: "/cart", status: 200, want: `{"items":[{"song":"creep","quantity":2,"price":1300}],"total":2600}`}})
}

// What fails is told to the log once.
func TestFailureIsLoggedOnce(t *testing.T) {
	server := miniredis.RunT(t)
	client, err := shop.Connect("redis://" + server.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var log bytes.Buffer
	get := api.New(api.Config{Redis: client, Log: slog.New(slog.NewTextHandler(&log, nil))}).Method("GET")
	server.Close()
	for _, path := range []string{"/cart", "/songs"} {
		log.Reset()
		r := httptest.NewRequest("GET", path, nil)
		r.AddCookie(&http.Cookie{Name: "__Host-session", Value: strings.Repeat("A", 43)})
		get.ServeHTTP(httptest.NewRecorder(), r)
		if got := strings.Count(log.String(), "request failed"); got != 1 {
			t.Errorf("%s: got %d lines, want 1:\n%s", path, got, &log)
		}
	}
}
