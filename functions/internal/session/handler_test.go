package session_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"maru/functions/internal/session"
	"maru/functions/internal/session/sessiontest"
)

func TestCookie(t *testing.T) {
	a := newApp(t)
	if got := a.ask("/get?n", "").Header()["Set-Cookie"]; got != nil {
		t.Errorf("nothing stored: got Set-Cookie %q, want none", got)
	}
	tests := []struct{ target, want string }{
		{"/add?n", `^__Host-session=[\w-]{43}; Path=/; HttpOnly; Secure; SameSite=Lax$`},
		{"/sign-in?minji", `^__Host-session=[\w-]{43}\.[\w-]{16}; Path=/; HttpOnly; Secure; SameSite=Lax$`},
		{"/sign-out", `^__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax$`},
	}
	for _, tt := range tests {
		got := a.ask(tt.target, "").Header().Get("Set-Cookie")
		if !regexp.MustCompile(tt.want).MatchString(got) {
			t.Errorf("%s: got Set-Cookie %q, want %s", tt.target, got, tt.want)
		}
	}
}

// Redis must not learn a token that opens a session.
func TestStoreKnowsNoToken(t *testing.T) {
	a := newApp(t)
	v := a.visitor()
	v.at("/add?n", "1")
	first := v.cookie
	v.at("/sign-in?minji", "")
	dump := a.redis.Dump()
	for _, cookie := range []string{first, v.cookie} {
		secret, _, _ := strings.Cut(strings.TrimPrefix(cookie, "__Host-session="), ".")
		if strings.Contains(dump, secret) {
			t.Errorf("the store holds the token %s:\n%s", secret, dump)
		}
	}
}

func TestUselessCookies(t *testing.T) {
	a := newApp(t)
	v := a.visitor()
	v.at("/add?n", "1")
	known := v.cookie
	tests := []struct{ name, cookie string }{
		{"unknown", "__Host-session=" + token(1)},
		{"unknown with tag", "__Host-session=" + token(1) + "." + session.Tag("minji")},
		{"empty", "__Host-session="},
		{"short", known[:len(known)-1]},
		{"long", known + "A"},
		{"another spelling of the same bytes", known[:len(known)-1] + "_"},
		{"not base64", "__Host-session=" + strings.Repeat("!", 43)},
		{"a known token in a partition where it is not", known + "." + session.Tag("minji")},
		{"malformed tag", known + ".short"},
		{"empty tag", known + "."},
		{"oversized", "__Host-session=" + strings.Repeat("A", 1<<20)},
		{"two of them", known + "; __Host-session=" + token(1)},
		{"two of them, the other first", "__Host-session=" + token(1) + "; " + known},
		{"two of them, one twice", known + "; " + known + "; __Host-session=" + token(1)},
		{"another name", strings.Replace(known, "__Host-", "", 1)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := a.ask("/add?n", tt.cookie)
			if got := w.Body.String(); got != "1" {
				t.Errorf("got n = %s, want 1, of a new session", got)
			}
			if got, _ := sentCookie(w); got == "" || got == tt.cookie || got == known {
				t.Errorf("got cookie %q, want a fresh one", got)
			}
		})
	}
	v.at("/get?n", "1")
}

// A cookie that comes twice with one value is one, as an event that has its cookies in
// two places gives it.
func TestCookieThatIsRepeated(t *testing.T) {
	a := newApp(t)
	v := a.visitor()
	v.at("/add?n", "1")
	known := v.cookie
	for i, cookie := range []string{known + "; " + known, known + "; other=1; " + known, known + "; " + known + "; " + known} {
		w := a.ask("/add?n", cookie)
		if got, want := w.Body.String(), strconv.Itoa(i+2); got != want {
			t.Errorf("%s: got n = %s, want %s, of the session that it names", cookie, got, want)
		}
		if got := w.Header()["Set-Cookie"]; got != nil {
			t.Errorf("%s: got Set-Cookie %q, want none", cookie, got)
		}
	}
}

// The numbers are the package's promise; a script that Redis does not know yet costs one more.
func TestRoundTrips(t *testing.T) {
	a := newApp(t)
	v := a.visitor()
	v.at("/add?n", "1")
	v.at("/add?n", "2")
	a.handle("/all", func(ctx context.Context, s *session.Session, _ string) (any, error) {
		for _, name := range []string{"a", "b", "c"} {
			if err := s.Set(ctx, name, name); err != nil {
				return nil, err
			}
			if _, err := s.Add(ctx, "n", 1); err != nil {
				return nil, err
			}
		}
		return s.Names(ctx, "")
	})
	a.visitor().at("/sign-in?taejun", "")
	v.at("/renew", "")
	tests := []struct {
		target, cookie string
		want           int64
	}{
		{"/nothing", "", 0},
		{"/nothing", v.cookie, 0},
		{"/get?n", "", 0},
		{"/get?n", "__Host-session=malformed", 0},
		{"/get?n", v.cookie, 1},
		{"/get?n", "__Host-session=" + token(1), 1},
		{"/add?n", "", 1},
		{"/add?n", v.cookie, 2},
		{"/all", v.cookie, 2},
		{"/sign-out", "", 0},
		{"/sign-in?minji", "", 1},
		{"/sign-in?minji", v.cookie, 5},
	}
	for _, tt := range tests {
		before := a.trips.Load()
		if w := a.ask(tt.target, tt.cookie); w.Code != http.StatusOK {
			t.Errorf("%s: got %d, want 200", tt.target, w.Code)
		}
		if got := a.trips.Load() - before; got != tt.want {
			t.Errorf("%s with cookie %q: got %d round trips, want %d", tt.target, tt.cookie, got, tt.want)
		}
	}
}

func TestReadingWritesNothing(t *testing.T) {
	a := newApp(t)
	v := a.visitor()
	v.at("/add?n", "1")
	before := a.redis.Dump()
	v.at("/get?n", "1")
	v.at("/names", "[n]")
	if got := a.redis.Dump(); got != before {
		t.Errorf("got\n%s\nwant\n%s", got, before)
	}
}

func TestCacheHeaders(t *testing.T) {
	a := newApp(t)
	v := a.visitor()
	v.at("/add?n", "1")
	h := a.manager.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name := range r.URL.Query() {
			field, value, _ := strings.Cut(name, ":")
			w.Header().Set(field, value)
		}
		switch r.URL.Path {
		case "/read":
			_, _ = session.From(r.Context()).User(r.Context())
		case "/new":
			_ = session.From(r.Context()).Renew(r.Context())
		}
	}))
	tests := []struct{ target, cacheControl, vary string }{
		{"/nothing", "", ""},
		{"/nothing?Cache-Control:public", "public", ""},
		{"/read", "no-store", "Cookie"},
		{"/read?Cache-Control:private", "private", "Cookie"},
		{"/read?Vary:Accept", "no-store", "Accept, Cookie"},
		{"/read?Vary:accept,%20cookie", "no-store", "accept, cookie"},
		{"/read?Vary:*", "no-store", "*"},
		{"/new?Cache-Control:public", "no-store", "Cookie"},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", tt.target, nil)
		r.Header.Set("Cookie", v.cookie)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Header().Get("Cache-Control"); got != tt.cacheControl {
			t.Errorf("%s: got Cache-Control %q, want %q", tt.target, got, tt.cacheControl)
		}
		if got := strings.Join(w.Header()["Vary"], ", "); got != tt.vary {
			t.Errorf("%s: got Vary %q, want %q", tt.target, got, tt.vary)
		}
	}
}

func TestFromOutsideHandler(t *testing.T) {
	defer func() {
		if got, _ := recover().(string); !strings.Contains(got, "Manager.Handler") {
			t.Errorf("got panic %q, want one that names Manager.Handler", got)
		}
	}()
	session.From(t.Context())
}

// A Manager must work with nothing set but its store.
func TestZeroManager(t *testing.T) {
	_, client := sessiontest.Miniredis(t)
	a := &app{T: t, manager: &session.Manager{Store: session.NewRedis(client)}, mux: http.NewServeMux()}
	a.handle("/add", func(ctx context.Context, s *session.Session, arg string) (any, error) {
		return s.Add(ctx, arg, 1)
	})
	v := a.visitor()
	v.at("/add?n", "1")
	v.at("/add?n", "2")
}
