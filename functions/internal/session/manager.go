package session

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"
)

// A Manager gives each request its visitor's session. Its zero fields mean defaults,
// except Store. It must not be changed once it is in use, and then is safe for
// concurrent use.
type Manager struct {
	// Store keeps the sessions. It is required.
	Store Store

	// Idle ends a session that was not used for so long; 0 means 30 minutes. As use is
	// noted once in a tenth of it, a session may end up to a tenth early.
	Idle time.Duration

	// Absolute ends a session so long after it began, used or not; 0 means 12 hours.
	// A sign-in begins a new one.
	Absolute time.Duration

	// Timeout bounds each operation of the store, so that there is time left to answer
	// 503 before the caller gives up; 0 means 2 seconds.
	Timeout time.Duration

	// CookieName is the cookie's name; "" means "__Host-session". Browsers take a name
	// that begins with __Host- only with Secure, Path=/ and no Domain, so that no other
	// host, not even a subdomain, can plant one (RFC 6265bis §4.1.3.2).
	CookieName string

	// Now tells the time; nil means time.Now.
	Now func() time.Time

	// OnError answers a request whose session could not be loaded or committed, in place
	// of the handler's response; nil means WriteError. It must send no cookie: the
	// visitor keeps the old one.
	OnError func(w http.ResponseWriter, r *http.Request, err error)
}

// Handler returns a handler that gives next the request's session, see From, and
// commits its changes before the first byte of the response is sent.
//
// It answers itself, by OnError and in place of next, when the store failed at any
// point before that, or when the session ended while the request ran. Otherwise it adds
// to the response: Set-Cookie when the token is new or the session ended; Vary: Cookie
// when the session was used; Cache-Control: no-store when the session was used and
// next set no Cache-Control, and in any case beside a Set-Cookie.
//
// A handler that panics before its first byte commits nothing.
func (m *Manager) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := m.session(r)
		rw := &response{ResponseWriter: w, request: r, session: s, outer: w.Header().Clone()}
		next.ServeHTTP(rw, r.WithContext(context.WithValue(r.Context(), contextKey{}, s)))
		_ = rw.commit() // a response without a body and without WriteHeader; an error has been answered
	})
}

// contextKey is the context's key of the request's *Session.
type contextKey struct{}

// From returns the session of the request whose context is given. It panics if the
// request did not pass Manager.Handler: that is a mistake in the program.
func From(ctx context.Context) *Session {
	s, ok := ctx.Value(contextKey{}).(*Session)
	if !ok {
		panic("session: no session in context: the handler is not inside Manager.Handler")
	}
	return s
}

// Sessions returns the user's sessions that are alive, newest first.
func (m *Manager) Sessions(ctx context.Context, user string) ([]Info, error) {
	ctx, cancel := m.bound(ctx)
	defer cancel()
	return m.Store.List(ctx, user, m.terms())
}

// End ends the user's session that Info.ID names. It returns ErrGone if the user has no
// such session.
func (m *Manager) End(ctx context.Context, user, id string) error {
	if user == "" || !encoded(id, tokenLength) {
		return ErrGone
	}
	ctx, cancel := m.bound(ctx)
	defer cancel()
	return m.Store.End(ctx, ID{Hash: id, Tag: Tag(user)}, m.terms())
}

// EndAll ends all of the user's sessions, as after a change of password, at the cost
// of one write. A request of theirs that is running can no longer commit.
func (m *Manager) EndAll(ctx context.Context, user string) error {
	ctx, cancel := m.bound(ctx)
	defer cancel()
	return m.Store.EndAll(ctx, user, m.terms())
}

// session returns the session of a request. Nothing is read until it is used.
func (m *Manager) session(r *http.Request) *Session {
	s := &Session{manager: m, agent: agentOf(r)}
	if value, ok := m.cookieValue(r); ok {
		s.token, _ = parseToken(value)
	}
	return s
}

// cookieValue returns the value of the request's cookie with our name. Of two values one
// is not ours, and which cannot be told: neither counts. One value that comes twice is
// one: "sam local start-api" gives an event its cookies in cookies and in headers, and
// api-proxy's adapter takes both.
func (m *Manager) cookieValue(r *http.Request) (value string, ok bool) {
	cookies := r.CookiesNamed(m.cookieName())
	if len(cookies) == 0 || slices.ContainsFunc(cookies, func(c *http.Cookie) bool { return c.Value != cookies[0].Value }) {
		return "", false
	}
	return cookies[0].Value, true
}

// agentOf returns the User-Agent, cut to what a list of sessions has room for.
func agentOf(r *http.Request) string {
	agent := r.UserAgent()
	return agent[:min(len(agent), 256)]
}

// cookie returns the cookie of a token; of the zero token, one that the browser drops at once.
func (m *Manager) cookie(t token) *http.Cookie {
	c := &http.Cookie{
		Name: m.cookieName(), Value: t.String(), Path: "/",
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if t == (token{}) {
		c.MaxAge = -1
	}
	return c
}

// bound limits ctx to one operation of the store.
func (m *Manager) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, cmp.Or(m.Timeout, 2*time.Second))
}

func (m *Manager) terms() Terms {
	now := time.Now
	if m.Now != nil {
		now = m.Now
	}
	return Terms{Now: now(), Idle: cmp.Or(m.Idle, 30*time.Minute), Absolute: cmp.Or(m.Absolute, 12*time.Hour)}
}

func (m *Manager) cookieName() string { return cmp.Or(m.CookieName, "__Host-session") }

func (m *Manager) onError(w http.ResponseWriter, r *http.Request, err error) {
	if m.OnError != nil {
		m.OnError(w, r, err)
		return
	}
	WriteError(w, r, err)
}
