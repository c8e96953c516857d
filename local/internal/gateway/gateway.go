package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/gateway/internal/caller"
	"maru/local/internal/gateway/internal/ids"
	"maru/local/internal/gateway/internal/request"
	"maru/local/internal/gateway/internal/route"
	"maru/local/internal/gateway/internal/validator"
	"maru/local/internal/jsonmodel"
	"maru/local/internal/template"
)

// Config is what a Gateway is made of.
type Config struct {
	// APIs are served merged at every Host, where of two that claim a route the first
	// has it, and each alone at the Host
	// LOGICALID.localhost, and at the Host that AWS would give its ID
	// (ID.execute-api.REGION.amazonaws.com). Function URLs are not merged, and are
	// served at FUNCTION.localhost, too, where nothing else has that name. With none,
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
	// Memory is what authorizers remember, which a Gateway that takes the place of
	// another borrows; nil for one of its own.
	Memory *Memory
	// Observe is given the Record of each request when it has been answered, on the
	// goroutine that answered it; nil costs nothing.
	Observe func(Record)
	// DisableAuthorizer lets requests through to routes that ask for
	// authorization of whatever kind, and asks no authorizer.
	DisableAuthorizer bool
	// Tunnel holds the dial rules of CONNECT.
	Tunnel Tunnel
}

// Memory is what authorizers remember for longer than one Gateway; one that was
// changed starts empty. The zero value is ready.
type Memory = caller.Memory

// Gateway is what stands in front of a stack's functions: an [http.Handler] in the
// place of Amazon API Gateway. It is not changed once it is made. Make one with
// [New]. Have package server serve it: elsewhere the client's spelling of names is
// not seen, nor what net/http mends of framing in silence.
type Gateway struct {
	config  Config
	account request.Account
	tables  *route.Tables
	methods map[string]*route.Route
	// guards has what the routes ask of requests, where that is anything.
	guards    map[*route.Route]guard
	ways      *caller.Maker
	ids       ids.Source
	exchanges sync.Pool // of *exchange
	// writePatience is answer.Patience, but in tests.
	writePatience time.Duration
}

// guard is what a route asks of requests. The zero value asks for nothing.
type guard struct {
	callers   caller.Chain
	needsBody bool // for callers
	validator *validator.Validator
}

// New makes a Gateway of the APIs in config. It fails on a route that no API
// Gateway would accept, and on a method in Methods that routes can have.
func New(config Config) (*Gateway, error) {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Memory == nil {
		config.Memory = new(Memory)
	}
	g := &Gateway{
		config: config, account: request.Account{ID: config.AccountID, Region: config.Region},
		methods: map[string]*route.Route{}, guards: map[*route.Route]guard{},
		ids: ids.New(), writePatience: answer.Patience,
	}
	g.exchanges.New = func() any { return new(exchange) }
	var err error
	if g.tables, err = route.New(config.APIs); err != nil {
		return nil, err
	}
	g.guardRoutes()
	for method, function := range config.Methods {
		if route.Carried(method) {
			return nil, fmt.Errorf("giving %s to function %s: the method belongs to the APIs", method, function)
		}
		g.methods[method] = route.ForMethod(method, function)
	}
	return g, nil
}

// Keep has Config.Memory keep what the authorizers of this gateway remember, and forget
// the rest. It is called once the gateway serves; one that never does leaves no trace.
func (g *Gateway) Keep() { g.ways.Keep() }

// guardRoutes makes ready what each route asks of requests.
func (g *Gateway) guardRoutes() {
	g.ways = caller.NewMaker(g.ask, g.config.Memory, g.config.Log)
	models := map[*template.API]map[string]*jsonmodel.Schema{}
	for _, api := range g.config.APIs {
		compiled := g.compileModels(api)
		for _, there := range api.EveryStage() {
			models[there] = compiled
		}
	}
	for _, r := range g.tables.Routes() {
		callers, checked := g.ways.Chain(r.API, r.Auth), validator.New(r.Validator, models[r.API])
		r.Judged = slices.Concat(callers.Fields(), checked.Fields())
		if g.config.DisableAuthorizer {
			callers = nil
		}
		if callers != nil || checked != nil {
			g.guards[r] = guard{callers, callers.NeedsBody(), checked}
		}
	}
}

// compileModels gives the models of an API that can be used, and logs the others:
// a route that needs one refuses every request.
func (g *Gateway) compileModels(api *template.API) map[string]*jsonmodel.Schema {
	schemas, broken := api.CompileModels()
	for name, err := range broken {
		g.config.Log.Warn("model refuses every request", "model", name, "api", api.LogicalID, "reason", err.Error())
	}
	return schemas
}

// ask runs an authorizer's function.
func (g *Gateway) ask(ctx context.Context, function, traceID string, event []byte) ([]byte, error) {
	r, err := g.config.Invoker.Invoke(ctx, Invocation{Function: function, TraceID: traceID, Event: event})
	return r.Payload, err
}

// Conflict is a route that two APIs claim where all APIs are merged, or the Host
// LOGICALID.localhost of both.
type Conflict = route.Conflict

// Conflicts lists the routes and the Hosts that two APIs claim, in the order in
// which the APIs take precedence, that of Config.APIs. A losing route is still served at its API's own Host; an
// API that loses its Host, where all are merged only.
func (g *Gateway) Conflicts() []Conflict { return g.tables.Conflicts() }

// Claims reports whether there is a route for a request, or would be one for its
// path decoded, for a GET of it, or where all APIs are merged. What is not claimed
// is answered with 403 or 404, and whoever stands in front may answer instead with
// what is at that path, whatever field or Host came with the request: a REST API,
// which does not decode, keeps "/%61dmin" to itself if "/admin" is its.
func (g *Gateway) Claims(r *http.Request) bool {
	return g.methods[r.Method] != nil || g.tables.Claims(r)
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
	cutOff := x.answer.Broken != nil
	g.end(x)
	if cutOff {
		reset(w, r)
		panic(http.ErrAbortHandler)
	}
}
