package gateway

import (
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"maru/local/internal/template"
)

// anyMethod is the method of a route that takes every method that API Gateway
// carries.
const anyMethod = "ANY"

// The integration timeouts that hold where the template sets none:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
const (
	restTimeout = 29 * time.Second
	httpTimeout = 30 * time.Second
)

// endpoint is a route made ready to match and to be called.
type endpoint struct {
	api      *template.API
	order    int // of the API's precedence, from 0
	function string
	kind     template.Kind
	v1       bool // events of payload format 1.0
	method   string
	path     string        // the template path, or "$default"
	key      string        // the route key: "GET /pets/{id}"
	params   []string      // names of the path parameters, from left to right
	stream   bool          // the response goes out while the function writes it
	timeout  time.Duration // zero for the function's own alone
	auth     *template.Auth
	// authorizer is the Lambda authorizer of auth; nil for every other kind.
	authorizer *authorizer
	// validator is nil for a route whose requests are not checked.
	validator *validator
	// mock is the answer that no function gives; nil for every other route.
	mock *template.Mock
	// misconfigured is an integration that API Gateway cannot call.
	misconfigured bool
	// resourceID and deploymentID are stable from start to start.
	resourceID, deploymentID string
	variables                []pair // the stage's, sorted by name
}

func newEndpoint(api *template.API, route *template.Route) (*endpoint, error) {
	e := &endpoint{
		api: api, function: route.Function, kind: api.Kind, auth: route.Auth,
		mock: route.Mock, misconfigured: route.Misconfigured, stream: route.Stream,
		method: route.Method, path: route.Path, key: route.Method + " " + route.Path,
		v1:           api.Kind == template.REST || route.PayloadFormat == "1.0",
		resourceID:   shortID(api.ID + route.Path),
		deploymentID: shortID(api.ID + api.Stage),
		timeout:      timeoutOf(api.Kind, route.Timeout),
	}
	for _, name := range slices.Sorted(maps.Keys(api.StageVariables)) {
		e.variables = append(e.variables, pair{name, api.StageVariables[name]})
	}
	if route.Path == defaultStage {
		e.method, e.key = anyMethod, defaultStage
		return e, nil
	}
	if !strings.HasPrefix(route.Path, "/") {
		return nil, errors.New("a route's path starts with a slash or is $default")
	}
	for segment := range strings.SplitSeq(route.Path, "/") {
		if n := len(e.params); n > 0 && strings.HasSuffix(e.params[n-1], "+") {
			return nil, errors.New("a greedy parameter must be the last segment of its path")
		}
		if name, ok := parameter(segment); ok {
			e.params = append(e.params, name)
		}
	}
	return e, nil
}

// methodEndpoint is the endpoint of a function that takes a whole method. It
// belongs to no API, so that its events look like those of a $default route.
func methodEndpoint(method, function string) *endpoint {
	api := &template.API{LogicalID: function, ID: shortID(function), Kind: template.HTTP, Stage: defaultStage}
	return &endpoint{
		api: api, function: function, kind: template.HTTP, timeout: httpTimeout,
		method: method, path: defaultStage, key: defaultStage,
	}
}

func timeoutOf(kind template.Kind, own time.Duration) time.Duration {
	switch {
	case own > 0:
		return own
	case kind == template.HTTP:
		return httpTimeout
	case kind == template.URL:
		return 0
	}
	return restTimeout
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

// Conflict is a route that two APIs claim at the merged door, or the Host
// LOGICALID.localhost of both.
type Conflict struct {
	// Method and Path are empty where the Host is claimed.
	Method, Path string
	// Winner and Loser are logical IDs of APIs.
	Winner, Loser string
}

// String says who has what is claimed, in words for the author of the template.
func (c Conflict) String() string {
	if c.Path == "" {
		return fmt.Sprintf("%s.localhost is %s, and %s has no host of its own", strings.ToLower(c.Winner), c.Winner, c.Loser)
	}
	return fmt.Sprintf("%s %s goes to %s, and to %s at %s.localhost only", c.Method, c.Path, c.Winner, c.Loser, strings.ToLower(c.Loser))
}

// tree holds routes by their segments.
type tree struct {
	root     node
	defaults []*endpoint // the $default routes
}

// node is a segment that paths share. Its endpoints stand in the order of
// their APIs' precedence.
type node struct {
	static    map[string]*node
	param     *node
	endpoints []*endpoint // whose paths end here
	greedy    []*endpoint // whose greedy parameter starts here
}

// insert adds a route and tells which claims of earlier ones it meets.
func (t *tree) insert(e *endpoint) []Conflict {
	list := t.place(e)
	var conflicts []Conflict
	for _, other := range *list {
		if c, ok := clash(other, e); ok {
			conflicts = append(conflicts, c)
		}
	}
	*list = append(*list, e)
	return conflicts
}

// place finds the list that routes of e's path stand in.
func (t *tree) place(e *endpoint) *[]*endpoint {
	if e.path == defaultStage {
		return &t.defaults
	}
	n := &t.root
	for segment, isParameter := range e.segments {
		if isParameter && strings.HasSuffix(segment, "+") {
			return &n.greedy
		}
		n = n.child(segment, isParameter)
	}
	return &n.endpoints
}

// segments yields the segments of e's path, a parameter by its name and the
// others as those of requests are when they are held against them: see
// httpRoutePath.
func (e *endpoint) segments(yield func(segment string, isParameter bool) bool) {
	for segment := range strings.SplitSeq(e.path[1:], "/") {
		if name, ok := parameter(segment); ok {
			if !yield(name, true) {
				return
			}
			continue
		}
		if e.kind == template.HTTP {
			segment = httpPath(segment)
		}
		for part := range strings.SplitSeq(segment, "/") {
			if !yield(part, false) {
				return
			}
		}
	}
}

// child gives the node one segment further down, made if it is missing.
func (n *node) child(segment string, param bool) *node {
	if param {
		if n.param == nil {
			n.param = new(node)
		}
		return n.param
	}
	if n.static == nil {
		n.static = map[string]*node{}
	}
	if n.static[segment] == nil {
		n.static[segment] = new(node)
	}
	return n.static[segment]
}

// clash tells whether two routes of one path and of different APIs claim one
// method. The earlier wins unless only the later names the method.
func clash(earlier, later *endpoint) (Conflict, bool) {
	if earlier.api == later.api {
		return Conflict{}, false
	}
	c := Conflict{Method: later.method, Path: later.path, Winner: earlier.api.LogicalID, Loser: later.api.LogicalID}
	switch {
	case earlier.method == later.method:
		return c, true
	case later.method == anyMethod && carried(earlier.method):
		c.Method = earlier.method
		return c, true
	case earlier.method == anyMethod && carried(later.method):
		c.Winner, c.Loser = c.Loser, c.Winner
		return c, true
	}
	return Conflict{}, false
}

// carriedMethods are those that API Gateway carries.
var carriedMethods = []string{
	http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodOptions,
	http.MethodPatch, http.MethodPost, http.MethodPut,
}

// carried tells whether API Gateway carries a method, which is what ANY means.
func carried(method string) bool { return slices.Contains(carriedMethods, method) }
