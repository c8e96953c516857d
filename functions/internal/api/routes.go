package api

import (
	"net/http"
	"slices"
	"strings"
)

// action is what a route does with a request. An error becomes a problem: see statuses.
type action func(*API, *http.Request) (response, error)

// routes is the one table of the application: each method and path it serves,
// in net/http's pattern syntax. A GET route serves HEAD as well, and every path
// here serves OPTIONS.
func routes() map[string]action {
	return map[string]action{
		"GET /{$}": (*API).home,

		"GET /songs":      (*API).listSongs,
		"GET /songs/{id}": (*API).song,

		"GET /weather":        (*API).listWeather,
		"GET /weather/{city}": (*API).weather,
		"PUT /weather/{city}": (*API).reportWeather,

		"GET /posts":         (*API).listPosts,
		"POST /posts":        (*API).createPost,
		"GET /posts/{id}":    (*API).post,
		"PUT /posts/{id}":    (*API).replacePost,
		"DELETE /posts/{id}": (*API).deletePost,

		"GET /posts/{id}/comments":        (*API).listComments,
		"POST /posts/{id}/comments":       (*API).createComment,
		"GET /posts/{id}/comments/{n}":    (*API).comment,
		"PUT /posts/{id}/comments/{n}":    (*API).replaceComment,
		"DELETE /posts/{id}/comments/{n}": (*API).deleteComment,

		"GET /cart":                 (*API).cart,
		"DELETE /cart":              (*API).emptyCart,
		"GET /cart/items":           (*API).listItems,
		"POST /cart/items":          (*API).addItem,
		"GET /cart/items/{song}":    (*API).item,
		"PUT /cart/items/{song}":    (*API).setItem,
		"DELETE /cart/items/{song}": (*API).removeItem,

		"GET /orders":      (*API).listOrders,
		"POST /orders":     (*API).placeOrder,
		"GET /orders/{id}": (*API).order,

		"POST /users": (*API).signUp,

		"GET /session":    (*API).whoAmI,
		"POST /session":   (*API).signIn,
		"DELETE /session": (*API).signOut,

		"DELETE /sessions/{id}": (*API).endSession,

		"GET /openapi.json": (*API).description,
		"GET /page.js":      (*API).pageScript,
	}
}

// table finds the routes of requests.
type table struct {
	mux     *http.ServeMux
	methods []string // every method of the table, sorted
}

// newTable returns the table whose routes are served by what handler makes of their actions.
func newTable(handler func(action) http.Handler) *table {
	t := &table{mux: http.NewServeMux(), methods: []string{http.MethodHead, http.MethodOptions}}
	for pattern, act := range routes() {
		t.mux.Handle(pattern, handler(act))
		method, _, _ := strings.Cut(pattern, " ")
		t.methods = append(t.methods, method)
	}
	slices.Sort(t.methods)
	t.methods = slices.Compact(t.methods)
	return t
}

// find returns nil if the request has a route, errNoRoute if its path has none,
// and notAllowed if the path has routes of other methods only.
func (t *table) find(r *http.Request) error {
	if _, pattern := t.mux.Handler(r); pattern != "" {
		return nil
	}
	if allowed := t.allowed(r); len(allowed) > 0 {
		return notAllowed(allowed)
	}
	return errNoRoute
}

// allowed returns the methods that the request's path has routes for, none for an unknown path.
// TRACE is never among them: it is the same everywhere, and API Gateway does not carry it.
func (t *table) allowed(r *http.Request) []string {
	if asterisk(r) {
		return t.methods
	}
	var allowed []string
	for _, method := range t.methods {
		probe := *r
		probe.Method = method
		if _, pattern := t.mux.Handler(&probe); pattern != "" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) > 0 {
		allowed = append(allowed, http.MethodOptions)
		slices.Sort(allowed)
	}
	return allowed
}

// asterisk reports whether a request is for the server as a whole, OPTIONS *
// (RFC 9112, 3.2.4). In an event the path has to begin with a slash.
func asterisk(r *http.Request) bool {
	return r.URL.Path == "*" || r.URL.Path == "/*"
}

// Options returns the handler of the OPTIONS function. It answers 204 with the
// methods of the path in Allow, for the path * with those of the whole
// application, 404 for a path that no route has, and 405 for another method.
func Options() http.Handler {
	// The table is only asked what there is: no action is taken.
	t := newTable(func(action) http.Handler { return http.NotFoundHandler() })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w.Header())
		if r.Method != http.MethodOptions {
			refuse(w, r, notAllowed{http.MethodOptions})
			return
		}
		allowed := t.allowed(r)
		if len(allowed) == 0 {
			refuse(w, r, errNoRoute)
			return
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		w.WriteHeader(http.StatusNoContent)
	})
}
