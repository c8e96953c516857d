package session_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"maru/functions/internal/session"
)

// witness is a ResponseWriter that looks at the store when the first byte passes.
type witness struct {
	http.ResponseWriter
	look func()
}

func (w witness) WriteHeader(status int)      { w.look(); w.ResponseWriter.WriteHeader(status) }
func (w witness) Write(b []byte) (int, error) { w.look(); return w.ResponseWriter.Write(b) }
func (w witness) Flush()                      { w.look(); w.ResponseWriter.(http.Flusher).Flush() }

func TestCommitComesBeforeFirstByte(t *testing.T) {
	tests := []struct {
		name  string
		write func(http.ResponseWriter)
	}{
		{"Write", func(w http.ResponseWriter) { fmt.Fprint(w, "hello") }},
		{"WriteHeader", func(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }},
		{"Flush", func(w http.ResponseWriter) { w.(http.Flusher).Flush() }},
		{"ResponseController.Flush", func(w http.ResponseWriter) {
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
		}},
		{"io.Copy", func(w http.ResponseWriter) { io.Copy(w, strings.NewReader("hello")) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := newApp(t)
			looks := 0
			h := a.manager.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				s := session.From(r.Context())
				if err := s.Set(r.Context(), "a", 1); err != nil {
					t.Error(err)
				}
				tt.write(w)
				if err := s.Set(r.Context(), "a", 2); !errors.Is(err, session.ErrCommitted) {
					t.Errorf("Set after the first byte: got %v, want ErrCommitted", err)
				}
				if _, err := s.Add(r.Context(), "a", 2); !errors.Is(err, session.ErrCommitted) {
					t.Errorf("Add after the first byte: got %v, want ErrCommitted", err)
				}
			}))
			rec := httptest.NewRecorder()
			h.ServeHTTP(witness{rec, func() {
				looks++
				if len(a.redis.Keys()) == 0 {
					t.Error("the response began before the session was stored")
				}
			}}, httptest.NewRequest("GET", "/", nil))
			if looks == 0 || rec.Header().Get("Set-Cookie") == "" {
				t.Errorf("got %d writes, headers %v, want a write and a cookie", looks, rec.Header())
			}
		})
	}
}

func TestInformationalResponseDoesNotCommit(t *testing.T) {
	a := newApp(t)
	server := httptest.NewServer(a.manager.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		if err := session.From(r.Context()).Set(r.Context(), "a", 1); err != nil {
			t.Error(err)
		}
	})))
	defer server.Close()
	resp, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK || len(resp.Cookies()) != 1 {
		t.Errorf("got %s, cookies %v, want 200 and one cookie", resp.Status, resp.Cookies())
	}
}

func TestHijackCommits(t *testing.T) {
	a := newApp(t)
	server := httptest.NewServer(a.manager.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := session.From(r.Context()).Set(r.Context(), "a", 1); err != nil {
			t.Error(err)
		}
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		io.WriteString(conn, "HTTP/1.1 204 No Content\r\n\r\n")
		conn.Close()
	})))
	defer server.Close()
	resp, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if got := len(a.redis.Keys()); got != 1 {
		t.Errorf("got %d keys, want 1", got)
	}
}

func TestPanicCommitsNothing(t *testing.T) {
	a := newApp(t)
	a.handle("/panic", func(ctx context.Context, s *session.Session, _ string) (any, error) {
		panic(fmt.Sprint(s.Set(ctx, "a", 1)))
	})
	func() {
		defer func() { recover() }()
		a.ask("/panic", "")
		t.Error("the panic was swallowed")
	}()
	if got := a.redis.Keys(); len(got) != 0 {
		t.Errorf("got keys %v, want none", got)
	}
}

// A visitor who closes the window while signing out has signed out.
func TestVisitorLeavesDuringCommit(t *testing.T) {
	a := newApp(t)
	v := a.visitor()
	v.at("/add?n", "1")
	ctx, cancel := context.WithCancel(t.Context())
	h := a.manager.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := session.From(r.Context()).SignOut(r.Context()); err != nil {
			t.Error(err)
		}
		cancel()
	}))
	r := httptest.NewRequestWithContext(ctx, "GET", "/", nil)
	r.Header.Set("Cookie", v.cookie)
	h.ServeHTTP(httptest.NewRecorder(), r)
	v.at("/get?n", "0")
}

// wantUnavailable requires an answer that neither pretends nor takes the session away.
func wantUnavailable(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	want := http.Header{
		"Content-Type": {"application/problem+json"}, "Retry-After": {"1"}, "Cache-Control": {"no-store"},
		"Request-Id": {"outer"},
	}
	if diff := cmp.Diff(want, w.Header()); w.Code != http.StatusServiceUnavailable || diff != "" {
		t.Errorf("got %d, want 503; headers (-want +got):\n%s", w.Code, diff)
	}
	if got := w.Body.String(); !strings.HasPrefix(got, `{"title":"Service Unavailable","status":503,`) || strings.Count(got, "{") != 1 {
		t.Errorf("got body %s, want one problem", got)
	}
}

func TestRedisAway(t *testing.T) {
	tests := []struct {
		name       string
		load, then func(ctx context.Context, s *session.Session) // Redis goes away between the two
	}{
		{"load fails", nil, func(ctx context.Context, s *session.Session) { s.User(ctx) }},
		{"load fails, handler tries again", nil, func(ctx context.Context, s *session.Session) {
			s.Set(ctx, "a", 1)
			s.Set(ctx, "a", 1)
		}},
		{"commit fails", func(ctx context.Context, s *session.Session) { s.Set(ctx, "a", 1) }, nil},
		{"sign-in fails", func(ctx context.Context, s *session.Session) { s.SignIn(ctx, "minji") }, nil},
		{"sign-out fails", func(ctx context.Context, s *session.Session) { s.SignOut(ctx) }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := newApp(t)
			v := a.visitor()
			v.at("/add?n", "1")
			h := a.manager.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				s := session.From(r.Context())
				if tt.load != nil {
					tt.load(r.Context(), s)
				}
				a.redis.Close()
				if tt.then != nil {
					tt.then(r.Context(), s)
				}
				w.Header().Set("ETag", `"1"`)
				w.Header().Set("Request-Id", "inner")
				w.WriteHeader(http.StatusCreated)
				fmt.Fprint(w, `{"all":"well"}`)
			}))
			w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
			w.Header().Set("Request-Id", "outer")
			r.Header.Set("Cookie", v.cookie)
			h.ServeHTTP(w, r)
			wantUnavailable(t, w)

			if err := a.redis.Restart(); err != nil {
				t.Fatal(err)
			}
			v.at("/get?n", "1")
		})
	}
}

func TestRedisNotNeeded(t *testing.T) {
	a := newApp(t)
	a.redis.Close()
	a.visitor().at("/nothing", "")
	a.visitor().at("/get?n", "0") // a visitor without a cookie
}

// silent is an address that takes connections and never says anything.
func silent(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.Addr().String()
}

func TestRedisSlow(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: silent(t), ContextTimeoutEnabled: true})
	defer client.Close()
	m := &session.Manager{Store: session.NewRedis(client), Timeout: 50 * time.Millisecond}
	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
	w.Header().Set("Request-Id", "outer")
	r.Header.Set("Cookie", "__Host-session="+token(1))
	m.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := session.From(r.Context()).User(r.Context())
		if !errors.Is(err, session.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want ErrUnavailable for the deadline", err)
		}
	})).ServeHTTP(w, r)
	wantUnavailable(t, w)
}

func TestWriteError(t *testing.T) {
	tests := []struct {
		err  error
		want int
	}{
		{session.ErrUnavailable, 503},
		{fmt.Errorf("loading: %w", session.ErrGone), 409},
		{session.ErrConflict, 409},
		{session.ErrNotCounter, 409},
		{session.ErrTooLarge, 413},
		{errors.New("redis.internal:6379 said no"), 500},
	}
	for _, tt := range tests {
		w := httptest.NewRecorder()
		session.WriteError(w, nil, tt.err)
		if w.Code != tt.want || strings.Contains(w.Body.String(), "6379") {
			t.Errorf("%v: got %d %s, want %d and no internals", tt.err, w.Code, w.Body, tt.want)
		}
		if got := session.Status(tt.err); got != tt.want {
			t.Errorf("%v: got status %d, want %d", tt.err, got, tt.want)
		}
	}
}

func TestOnError(t *testing.T) {
	a := newApp(t)
	a.manager.OnError = func(w http.ResponseWriter, _ *http.Request, err error) {
		http.Error(w, fmt.Sprint(errors.Is(err, session.ErrUnavailable)), http.StatusBadGateway)
	}
	a.redis.Close()
	w := a.ask("/add?n", "")
	if got, want := w.Body.String(), "true\n"; w.Code != http.StatusBadGateway || got != want {
		t.Errorf("got %d %q, want 502 %q", w.Code, got, want)
	}
}
