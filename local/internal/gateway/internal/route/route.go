package route

import (
	"cmp"
	"errors"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"maru/local/internal/gateway/internal/target"
	"maru/local/internal/template"
)

// Default is the path, and the key, of a route that takes what no other takes.
const Default = template.DefaultRoute

// DefaultStage is the stage of an HTTP API that has no segment in the path.
const DefaultStage = template.DefaultStage

// Route is a route of a template made ready to match and to be called. It is not
// changed once it is served.
type Route struct {
	API      *template.API
	Function string
	// V1 is true for events of payload format 1.0, false for 2.0.
	V1     bool
	Method string
	// Path is the template's, "/pets/{id}", or Default.
	Path string
	// Key is the route key: "GET /pets/{id}".
	Key string
	// OperationName is the template's; empty for none.
	OperationName string
	// Params are the names of the path parameters from left to right, a greedy
	// one with its plus.
	Params []string
	// Stream is true where the response goes out while the function writes it.
	Stream bool
	// Timeout is the integration's; zero for the function's own alone.
	Timeout time.Duration
	Auth    *template.Auth
	// Validator is nil for a route whose requests are not checked.
	Validator *template.Validator
	// Judged are the canonical names of the header fields by which requests are
	// let in. They stay in events whatever a client says of them.
	Judged []string
	// Mock is the answer that no function gives; nil for every other route.
	Mock *template.Mock
	// Misconfigured is an integration that API Gateway cannot call.
	Misconfigured bool
	// MissingFunction is what the route invokes where that is no function of the
	// template; empty where it is one.
	MissingFunction string
	// Unsupported says why the host cannot serve the route; empty where it can.
	Unsupported string
	// ResourceID and DeploymentID are stable from start to start.
	ResourceID, DeploymentID string
	// Variables are the stage's, sorted by name.
	Variables []target.Parameter

	order int // of the API's precedence, from 0
}

// Kind is that of the route's API.
func (r *Route) Kind() template.Kind { return r.API.Kind }

// newRoute fails on a route that no API Gateway would accept.
func newRoute(api *template.API, route *template.Route) (*Route, error) {
	r := &Route{
		API: api, Function: route.Function, Auth: route.Auth, Validator: route.Validator,
		Mock: route.Mock, Misconfigured: route.Misconfigured, Stream: route.Stream,
		MissingFunction: route.MissingFunction, Unsupported: route.Unsupported, OperationName: route.OperationName,
		Method: route.Method, Path: route.Path, Key: route.Method + " " + route.Path,
		V1:           kinds[api.Kind].v1 || route.PayloadFormat == template.Format1,
		ResourceID:   shortID(api.ID + route.Path),
		DeploymentID: shortID(api.ID + api.Stage),
		Timeout:      cmp.Or(max(route.Timeout, 0), kinds[api.Kind].timeout),
	}
	for _, name := range slices.Sorted(maps.Keys(api.StageVariables)) {
		r.Variables = append(r.Variables, target.Parameter{Name: name, Value: api.StageVariables[name]})
	}
	if route.Path == Default {
		r.Method, r.Key = AnyMethod, Default
		return r, nil
	}
	return r, r.readParams()
}

func (r *Route) readParams() error {
	if !strings.HasPrefix(r.Path, "/") {
		return errors.New("a route's path starts with a slash or is $default")
	}
	for segment := range strings.SplitSeq(r.Path, "/") {
		if n := len(r.Params); n > 0 && strings.HasSuffix(r.Params[n-1], "+") {
			return errors.New("a greedy parameter must be the last segment of its path")
		}
		if name, ok := parameter(segment); ok {
			r.Params = append(r.Params, name)
		}
	}
	return nil
}

// ForMethod is the route to a function that takes a whole method. It belongs to
// no API, so that its events look like those of a $default route.
func ForMethod(method, function string) *Route {
	api := &template.API{LogicalID: function, ID: shortID(function), Kind: template.HTTP, Stage: DefaultStage}
	return &Route{
		API: api, Function: function, Timeout: kinds[template.HTTP].timeout,
		Method: method, Path: Default, Key: Default,
	}
}

// ForPreflight is a route that answers a preflight for an API in the place of the
// one that it met, which may be nil, and asks for no authorization.
func ForPreflight(api *template.API, met *Route) *Route {
	r := &Route{API: api}
	if met != nil {
		r.Key = met.Key
	}
	return r
}

// shortID derives an identifier in the alphabet of API Gateway's own.
func shortID(of string) string {
	h := fnv.New64a()
	h.Write([]byte(of))
	return strconv.FormatUint(h.Sum64()|1<<63, 36)[:6]
}

// parameter gives the name in a segment like {id}; a greedy one keeps its plus.
func parameter(segment string) (name string, ok bool) {
	if len(segment) > 2 && segment[0] == '{' && segment[len(segment)-1] == '}' {
		return segment[1 : len(segment)-1], true
	}
	return "", false
}

// segments yields the segments of the path, a parameter by its name and the
// others as those of requests are when they are held against them.
func (r *Route) segments(yield func(segment string, isParameter bool) bool) {
	for segment := range strings.SplitSeq(r.Path[1:], "/") {
		if name, ok := parameter(segment); ok {
			if !yield(name, true) {
				return
			}
			continue
		}
		for part := range strings.SplitSeq(kinds[r.Kind()].segment(segment), "/") {
			if !yield(part, false) {
				return
			}
		}
	}
}
