package api

import (
	"net/http"
	"slices"
	"strings"
)

// routes is the one table of the application: each method and path it serves,
// in net/http's pattern syntax. A GET route serves HEAD as well, and every path
// here serves OPTIONS.
func (a *API) routes() map[string]func(*http.Request) (response, error) {
	return map[string]func(*http.Request) (response, error){
		"GET /{$}": a.home,

		"GET /songs":      a.listSongs,
		"GET /songs/{id}": a.song,

		"GET /weather":        a.listWeather,
		"GET /weather/{city}": a.weather,
		"PUT /weather/{city}": a.reportWeather,

		"GET /posts":         a.listPosts,
		"POST /posts":        a.createPost,
		"GET /posts/{id}":    a.post,
		"PUT /posts/{id}":    a.replacePost,
		"DELETE /posts/{id}": a.deletePost,

		"GET /posts/{id}/comments":        a.listComments,
		"POST /posts/{id}/comments":       a.createComment,
		"GET /posts/{id}/comments/{n}":    a.comment,
		"PUT /posts/{id}/comments/{n}":    a.replaceComment,
		"DELETE /posts/{id}/comments/{n}": a.deleteComment,

		"GET /cart":                 a.cart,
		"DELETE /cart":              a.emptyCart,
		"GET /cart/items":           a.listItems,
		"POST /cart/items":          a.addItem,
		"GET /cart/items/{song}":    a.item,
		"PUT /cart/items/{song}":    a.setItem,
		"DELETE /cart/items/{song}": a.removeItem,

		"GET /orders":      a.listOrders,
		"POST /orders":     a.placeOrder,
		"GET /orders/{id}": a.order,

		"POST /users": a.signUp,

		"GET /session":    a.whoAmI,
		"POST /session":   a.signIn,
		"DELETE /session": a.signOut,

		"DELETE /sessions/{id}": a.endSession,

		"GET /openapi.json": a.description,
		"GET /page.js":      a.pageScript,
	}
}

// table finds the routes of requests.
type table struct {
	mux     *http.ServeMux
	methods []string // every method of the table, sorted
}

func newTable(a *API) *table {
	t := &table{mux: http.NewServeMux(), methods: []string{http.MethodHead, http.MethodOptions}}
	for pattern, handle := range a.routes() {
		t.mux.Handle(pattern, a.serve(handle))
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
	a := new(API)
	t := newTable(a)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w.Header())
		if r.Method != http.MethodOptions {
			a.fail(w, r, notAllowed{http.MethodOptions})
			return
		}
		allowed := t.allowed(r)
		if len(allowed) == 0 {
			a.fail(w, r, errNoRoute)
			return
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		w.WriteHeader(http.StatusNoContent)
	})
}
