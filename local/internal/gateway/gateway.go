package gateway

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"maru/local/internal/gateway/internal/ids"
	"maru/local/internal/gateway/internal/plain"
	"maru/local/internal/gateway/internal/tunnel"
	"maru/local/internal/template"
)

// Config is what a Gateway is made of.
type Config struct {
	// APIs are served merged at every Host, and each alone at the Host
	// LOGICALID.localhost. Function URLs are not merged, and are served at
	// FUNCTION.localhost, too, where nothing else has that name. With none,
	// every request is Not Found.
	APIs []*template.API
	// Methods names, by its logical ID, the function for a method that API
	// Gateway does not carry: TRACE, CONNECT.
	Methods map[string]string
	// AccountID and Region appear in events and have no other effect.
	AccountID, Region string
	// Invoker must be set.
	Invoker Invoker
	// Log receives one line for each request; nil discards.
	Log *slog.Logger
	// DisableAuthorizer lets requests through to routes that ask for
	// authorization of whatever kind, and asks no authorizer.
	DisableAuthorizer bool
	// Tunnel holds the dial rules of CONNECT.
	Tunnel Tunnel
}

// Gateway is the front doors of a stack: an [http.Handler] that stands where
// Amazon API Gateway stands. Make one with [New] and hand its server to
// [Gateway.Configure] before serving.
type Gateway struct {
	config    Config
	merged    *door
	doors     map[string]*door // by logical ID in lower case
	methods   map[string]*endpoint
	conflicts []Conflict
	// authorizers has one for each in the templates, whatever the number of
	// its routes.
	authorizers map[*template.Authorizer]*authorizer
	ids         ids.Source
	exchanges   sync.Pool // of *exchange
	// writePatience is the constant of this name, but in tests.
	writePatience time.Duration
	tunnels       tunnel.Set
	server        *http.Server      // of Configure
	listeners     []*plain.Listener // of Listen and ListenTLS
}

// New makes the doors of the APIs in config. It fails on a route that no
// API Gateway would accept, and on a method in Methods that routes can have.
func New(config Config) (*Gateway, error) {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	g := &Gateway{config: config, doors: map[string]*door{}, methods: map[string]*endpoint{},
		authorizers: map[*template.Authorizer]*authorizer{}, ids: ids.New(), writePatience: writePatience}
	g.exchanges.New = func() any { return new(exchange) }
	if err := g.openDoors(); err != nil {
		return nil, err
	}
	for method, function := range config.Methods {
		if carried(method) {
			return nil, fmt.Errorf("giving %s to function %s: the method belongs to the APIs", method, function)
		}
		g.methods[method] = methodEndpoint(method, function)
	}
	return g, nil
}

// openDoors builds the door that all APIs share and each API's own.
func (g *Gateway) openDoors() error {
	g.merged = &door{kind: mergedKind(g.config.APIs)}
	apis := slices.Clone(g.config.APIs)
	slices.SortStableFunc(apis, func(a, b *template.API) int { return rank(a) - rank(b) })
	var urls []*door
	for i, api := range apis {
		own := &door{kind: api.Kind, stage: api.Stage, api: api}
		if g.merged.api == nil && api.Kind == g.merged.kind {
			g.merged.api = api
		}
		models := g.compileModels(api)
		for _, route := range api.Routes {
			e, err := newEndpoint(api, route)
			if err != nil {
				return fmt.Errorf("opening %s %s at %s: %w", api.Kind, api.LogicalID, route.Pos, err)
			}
			e.order, e.authorizer, e.validator = i, g.authorizer(api, route), newValidator(route.Validator, models)
			if api.Kind == template.URL {
				own.whole, urls = e, append(urls, own)
				continue
			}
			own.tree.insert(e)
			g.conflicts = append(g.conflicts, g.merged.tree.insert(e)...)
		}
		g.name(own)
	}
	g.nameFunctions(urls)
	return nil
}

// name gives a door the Host of its API or function URL, unless one that takes precedence has it:
// names of hosts have no case (RFC 4343), logical IDs have.
func (g *Gateway) name(own *door) {
	name := strings.ToLower(own.api.LogicalID)
	if first := g.doors[name]; first != nil {
		g.conflicts = append(g.conflicts, Conflict{Winner: first.api.LogicalID, Loser: own.api.LogicalID})
		return
	}
	g.doors[name] = own
}

// authorizer finds the authorizer of a route, made at its first.
func (g *Gateway) authorizer(api *template.API, route *template.Route) *authorizer {
	if route.Auth == nil || route.Auth.Authorizer == nil || route.Auth.Authorizer.Lambda == nil {
		return nil
	}
	is := route.Auth.Authorizer
	if g.authorizers[is] == nil {
		a := newAuthorizer(is.Name, is.Lambda, api.Kind)
		if a.broken != nil {
			g.config.Log.Warn("authorizer refuses every request", "authorizer", is.Name, "api", api.LogicalID,
				"reason", a.broken.Error())
		}
		g.authorizers[is] = a
	}
	return g.authorizers[is]
}

// rank puts explicit APIs before implicit ones, and function URLs last.
func rank(api *template.API) int {
	switch {
	case api.Kind == template.URL:
		return 2
	case api.Implicit:
		return 1
	}
	return 0
}

// Conflicts lists the routes and the Hosts that two APIs claim, in the order in
// which the APIs take precedence: an explicit API before an implicit one, then
// as in the template. A losing route is still served at its API's own Host; an
// API that loses its Host, at the merged doors only.
func (g *Gateway) Conflicts() []Conflict {
	return slices.Clone(g.conflicts)
}

// ServeHTTP answers one request as API Gateway would. The package comment
// lists the statuses that do not come from a function. It panics with
// [http.ErrAbortHandler] where a response broke off, so that the server does not
// end it as if it were whole.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := g.begin(w, r)
	if r.Method == http.MethodConnect {
		x.connect()
	} else {
		x.serve()
	}
	cutOff := x.broken != nil
	g.end(x)
	if cutOff {
		panic(http.ErrAbortHandler)
	}
}
