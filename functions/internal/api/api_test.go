package api_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/go-cmp/cmp"

	"maru/functions/internal/api"
	"maru/functions/internal/shop"
)

// app is the application as the gateway shows it: each method is served by its own function.
type app struct {
	redis     *miniredis.Miniredis
	handlers  map[string]http.Handler
	described operations
}

// noon is when the tests happen.
var noon = time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC)

func newApp(t *testing.T) *app {
	t.Helper()
	server := miniredis.RunT(t)
	client, err := shop.Connect("redis://" + server.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	a := api.New(api.Config{Redis: client, Now: func() time.Time { return noon }})
	handlers := map[string]http.Handler{"OPTIONS": api.Options(), "TRACE": api.Trace(), "CONNECT": api.Connect("")}
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE"} {
		handlers[method] = a.Method(method)
	}
	return &app{server, handlers, readOperations(t)}
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.handlers[r.Method].ServeHTTP(w, r)
}

// visitor is a client that keeps its cookies.
type visitor struct {
	t       *testing.T
	app     *app
	cookies map[string]string
}

func (a *app) visitor(t *testing.T) *visitor {
	return &visitor{t, a, map[string]string{}}
}

// user returns a visitor who has signed up under the name and signed in.
func (a *app) user(t *testing.T, name string) *visitor {
	t.Helper()
	v := a.visitor(t)
	body := `{"name":"` + name + `","password":"correct horse"}`
	v.want(http.StatusCreated, "POST", "/users", body)
	v.want(http.StatusOK, "POST", "/session", body)
	return v
}

// tab returns another client of the same visitor, for requests at once.
func (v *visitor) tab() *visitor { return &visitor{v.t, v.app, maps.Clone(v.cookies)} }

// atOnce has n tabs of the visitor ask at once, and counts the statuses they get.
func (v *visitor) atOnce(n int, ask func(i int, tab *visitor) *http.Response) map[int]int {
	statuses := make([]int, n)
	var tabs sync.WaitGroup
	for i := range n {
		tabs.Go(func() { statuses[i] = ask(i, v.tab()).StatusCode })
	}
	tabs.Wait()
	counted := map[int]int{}
	for _, status := range statuses {
		counted[status]++
	}
	return counted
}

// do sends a request, with a JSON body unless it is empty. The header is "Name: value" lines.
func (v *visitor) do(method, path, body string, header ...string) *http.Response {
	v.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	v.app.ServeHTTP(w, r)
	res := w.Result()
	v.app.described.check(v.t, method, path, res)
	for _, cookie := range res.Cookies() {
		v.cookies[cookie.Name] = cookie.Value
		if cookie.MaxAge < 0 {
			delete(v.cookies, cookie.Name)
		}
	}
	return res
}

// want is do for a request that has to be answered with this status; it returns the body.
func (v *visitor) want(status int, method, path, body string, header ...string) string {
	v.t.Helper()
	res := v.do(method, path, body, header...)
	got := text(v.t, res)
	if res.StatusCode != status {
		v.t.Errorf("%s %s %s: got %d %s, want %d", method, path, body, res.StatusCode, got, status)
	}
	return got
}

// step is one request and what has to come of it.
type step struct {
	method, path, body string
	header             string // one "Name: value"
	status             int
	want               string // the JSON body; empty: not looked at
}

// walk takes the steps one after the other.
func (v *visitor) walk(steps []step) {
	v.t.Helper()
	for _, s := range steps {
		header := []string{}
		if s.header != "" {
			header = append(header, s.header)
		}
		got := v.want(s.status, s.method, s.path, s.body, header...)
		if s.want == "" {
			continue
		}
		if diff := cmp.Diff(parse(v.t, s.want), parse(v.t, got)); diff != "" {
			v.t.Errorf("%s %s (-want +got):\n%s", s.method, s.path, diff)
		}
	}
}

func parse(t *testing.T, text string) any {
	t.Helper()
	return read[any](t, text)
}

// read decodes a JSON body.
func read[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("got %q, want JSON: %v", text, err)
	}
	return v
}

func text(t *testing.T, res *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
