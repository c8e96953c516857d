package session_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"maru/functions/internal/session"
	"maru/functions/internal/session/sessiontest"
)

// app is a small application around a Manager, its Redis and its clock.
type app struct {
	*testing.T
	redis   *miniredis.Miniredis
	manager *session.Manager
	trips   *atomic.Int64 // round trips to Redis
	now     time.Time
	mux     *http.ServeMux
}

func newApp(t *testing.T) *app {
	server, client := sessiontest.Miniredis(t)
	a := newAppOn(t, client)
	a.redis, a.now = server, time.Now().Truncate(time.Millisecond)
	a.manager.Now = func() time.Time { return a.now }
	return a
}

// newAppOn returns the application on a Redis of its own time, which cannot pass.
func newAppOn(t *testing.T, client redis.UniversalClient) *app {
	a := &app{T: t, trips: new(atomic.Int64), mux: http.NewServeMux()}
	client.AddHook(tripCounter{a.trips})
	a.manager = &session.Manager{Store: session.NewRedis(client)}

	a.handle("/nothing", func(context.Context, *session.Session, string) (any, error) { return "", nil })
	a.handle("/get", func(ctx context.Context, s *session.Session, arg string) (any, error) {
		n, _, err := session.Value[int](ctx, s, arg)
		return n, err
	})
	a.handle("/add", func(ctx context.Context, s *session.Session, arg string) (any, error) {
		return s.Add(ctx, arg, 1)
	})
	a.handle("/names", func(ctx context.Context, s *session.Session, arg string) (any, error) {
		return s.Names(ctx, arg)
	})
	a.handle("/user", func(ctx context.Context, s *session.Session, _ string) (any, error) {
		return s.User(ctx)
	})
	a.handle("/sign-in", func(ctx context.Context, s *session.Session, arg string) (any, error) {
		return "", s.SignIn(ctx, arg)
	})
	a.handle("/renew", func(ctx context.Context, s *session.Session, _ string) (any, error) {
		return "", s.Renew(ctx)
	})
	a.handle("/sign-out", func(ctx context.Context, s *session.Session, _ string) (any, error) {
		return "", s.SignOut(ctx)
	})
	a.handle("/sign-out-everywhere", func(ctx context.Context, s *session.Session, _ string) (any, error) {
		return "", s.SignOutEverywhere(ctx)
	})
	return a
}

// handle lets do answer requests for path, given the query as its argument.
func (a *app) handle(path string, do func(context.Context, *session.Session, string) (any, error)) {
	a.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		answer, err := do(r.Context(), session.From(r.Context()), r.URL.RawQuery)
		if err != nil {
			http.Error(w, err.Error(), http.StatusTeapot)
			return
		}
		fmt.Fprint(w, answer)
	})
}

// pass lets time pass, here and in Redis.
func (a *app) pass(d time.Duration) {
	a.now = a.now.Add(d)
	a.redis.FastForward(d)
	a.redis.SetTime(a.now)
}

// ask sends a request with that Cookie header, "" for none.
func (a *app) ask(target, cookie string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	w := httptest.NewRecorder()
	a.manager.Handler(a.mux).ServeHTTP(w, r)
	return w
}

// visitor keeps its cookie as a browser does.
type visitor struct {
	*app
	cookie string
}

func (a *app) visitor() *visitor { return &visitor{app: a} }

// at asks as the visitor and requires a body.
func (v *visitor) at(target, want string) {
	v.Helper()
	w := v.ask(target, v.cookie)
	if got := w.Body.String(); w.Code != http.StatusOK || got != want {
		v.Errorf("%s: got %d %q, want 200 %q", target, w.Code, got, want)
	}
	if cookie, ok := sentCookie(w); ok {
		v.cookie = cookie
	}
}

// sentCookie returns the Cookie header that a response makes the browser send from then on.
func sentCookie(w *httptest.ResponseRecorder) (string, bool) {
	cookies := w.Result().Cookies()
	if len(cookies) == 0 {
		return "", false
	}
	if cookies[0].MaxAge < 0 {
		return "", true
	}
	return cookies[0].Name + "=" + cookies[0].Value, true
}

// tripCounter counts round trips, a pipeline as one.
type tripCounter struct{ n *atomic.Int64 }

func (h tripCounter) DialHook(next redis.DialHook) redis.DialHook { return next }

func (h tripCounter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		h.n.Add(1)
		return next(ctx, cmd)
	}
}

func (h tripCounter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		// A new connection introduces itself: not ours, and once in its life.
		if !slices.ContainsFunc(cmds, func(c redis.Cmder) bool { return c.Name() == "hello" || c.Name() == "client" }) {
			h.n.Add(1)
		}
		return next(ctx, cmds)
	}
}

// token returns a well-formed token that no store knows.
func token(n int) string {
	return strings.Repeat("A", 42-len(strconv.Itoa(n))) + strconv.Itoa(n) + "A"
}
