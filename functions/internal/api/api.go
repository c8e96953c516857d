// Package api is the application's HTTP interface: one table of routes that the
// functions of all methods share, each serving its own part of it.
//
// What it answers follows RFC 9110 (HTTP semantics): OPTIONS and 405 carry the
// Allow that the table yields, HEAD is GET, representations have entity tags
// and requests may be conditional. Errors are problem details (RFC 9457). The
// resources are described at /openapi.json and shown to people at /.
//
// # The page
//
// GET / is one resource with several views, chosen by its query, in Korean or
// English as Accept-Language asks. It works without scripts: what a visitor does
// there are forms, and each form is posted to the very resource that a program
// would use. HTML knows the methods GET and POST only, and no header fields, so
// fields of the form whose names begin with _ say the rest:
//
//	_method    PUT or DELETE, in place of POST
//	_key       the Idempotency-Key
//	_match     the If-Match
//	_view      which view follows: a query of / and a fragment
//
// The function of POST receives such a form and hands it to the route of the
// method that it means. So each thing that can be done has one route, one
// handler and one description, and the page needs no resources of its own, such
// as /cart/items/creep/remove, that programs would have to be told to avoid. A
// form of another origin is refused before it is read.
//
// A form that succeeds is answered with 303 to a view, so that reloading repeats
// nothing; one that is refused, with the problem's status and the form as it was
// filled in. The page is never stored, neither is what the back button shows:
// it depends on the session.
//
// A function gets its requests as payload 2.0 events of an HTTP API
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html),
// which Proxy turns into net/http's. Everything else here works behind any
// net/http server.
package api

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/redis/go-redis/v9"

	"maru/functions/internal/session"
	"maru/functions/internal/shop"
)

// Config is what an API needs.
type Config struct {
	// Redis holds the shop and the sessions. It must be set.
	Redis redis.UniversalClient
	// Log gets what goes wrong on our side. Nil discards it.
	Log *slog.Logger
	// Now tells the time. Nil means time.Now.
	Now func() time.Time
}

// API is the application. It keeps nothing between requests.
type API struct {
	shop     *shop.Shop
	sessions *session.Manager
	log      *slog.Logger
	table    *table
}

// New returns the application. It does not talk to Redis before the first request that needs it.
func New(c Config) *API {
	a := &API{shop: shop.New(c.Redis, c.Now), log: c.Log}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	a.sessions = &session.Manager{Store: session.NewRedis(c.Redis), Now: c.Now, OnError: a.failSession}
	a.table = newTable(a.serve)
	return a
}

// Method returns the handler of one method's function: GET, HEAD, POST, PUT or
// DELETE. Beside what the route answers, it answers
//
//   - 303 to a successful form post, so that the browser loads the page anew
//   - 307 for a path that is not in its clean form, such as //songs
//   - 403 for an unsafe request that a browser sends from another origin
//   - 404 for a path that no route has, 405 with Allow for one that has no such method
//   - 405 for a request of another method: this function was wired wrongly
//   - 400, 413, 415 and 422 for a body that is not what the route reads: see decode
//   - 409 for a session that was ended while the request ran
//   - 503 with Retry-After while Redis is away
func (a *API) Method(method string) http.Handler {
	dispatch := a.sessions.Handler(http.HandlerFunc(a.dispatch))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w.Header())
		if r.Method != method {
			a.fail(w, r, notAllowed{method})
			return
		}
		if err := new(http.CrossOriginProtection).Check(r); err != nil {
			a.fail(w, r, errCrossOrigin)
			return
		}
		r, err := readForm(w, r)
		if err != nil {
			a.fail(w, r, err)
			return
		}
		dispatch.ServeHTTP(w, r)
		reached(r, stepStored)
	})
}

// dispatch hands the request to its route.
func (a *API) dispatch(w http.ResponseWriter, r *http.Request) {
	if err := a.table.find(r); err != nil {
		a.fail(w, r, err)
		return
	}
	a.table.mux.ServeHTTP(w, r)
}

// serve makes a handler of a route's action.
func (a *API) serve(act action) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, err := act(a, r)
		if err == nil {
			err = answer.write(w, r)
		}
		// A session whose store fails, the session's own middleware answers for.
		if err != nil && !errors.Is(err, session.ErrUnavailable) {
			a.fail(w, r, err)
		}
	})
}

// secure sets what every response tells browsers about itself.
func secure(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", policy)
}
