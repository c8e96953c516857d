package api

import (
	"maps"
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// samKinds says how SAM calls each kind of API: its type of resource, the API that it
// makes for events naming none, and the property by which an event names one.
var samKinds = map[stack.Kind]struct{ resourceType, implicit, named string }{
	stack.REST: {resolve.TypeAPI, resolve.ImplicitREST, "RestApiId"},
	stack.HTTP: {resolve.TypeHTTPAPI, resolve.ImplicitHTTP, "ApiId"},
}

// implicit gives the API of a kind that SAM makes for events naming none, and makes
// it for the first of them, at pos. A template that declares a resource of that name
// has its own instead.
func (r *Reader) implicit(kind stack.Kind, pos stack.Position) *draft {
	sam := samKinds[kind]
	if a := r.apis[sam.implicit]; a != nil {
		return a
	}
	res := &resolve.Resource{LogicalID: sam.implicit, Type: sam.resourceType, Pos: pos}
	return r.sam(property.New(r.scope, r.report, res, r.globals[res.Type]), true)
}

// noAPI is said of an event of an API that the template does not have. AWS lets that
// API call the function and gives it no route.
const noAPI = "leads to no API of this template: there is no route"

// linked gives the API of a kind that an event with the properties o names, the
// implicit one where it names none. It is nil for one of another stack, which is noted,
// and after an error. The event stands at pos.
func (r *Reader) linked(o *property.Object, kind stack.Kind, pos stack.Position) *draft {
	sam := samKinds[kind]
	n := o.Raw(sam.named)
	if n == nil {
		return r.implicit(kind, pos)
	}
	id, outside, err := r.scope.LogicalID(n)
	if outside && err == nil {
		o.Note(stack.Ignored, n.Pos, sam.named, noAPI)
	}
	if outside || err != nil {
		o.Problem(err)
		return nil
	}
	if id == "" {
		return r.implicit(kind, pos)
	}
	if a := r.apis[id]; a != nil && a.Kind == kind {
		return a
	}
	// An event may name the implicit API too, before or after it is made.
	if id == sam.implicit {
		return r.implicit(kind, pos)
	}
	switch res := r.scope.Resource(id); {
	case res == nil:
		o.Fail(n.Pos, "%s: there is no API %q%s", sam.named, id, syntax.Suggestion(id, slices.Sorted(maps.Keys(r.apis))))
	case res.Type != sam.resourceType:
		o.Fail(n.Pos, "%s has to name an %s, but %s is an %s", sam.named, sam.resourceType, id, res.Type)
	default:
		o.Fail(n.Pos, "%s: the API %s is not created: its condition is false", sam.named, id)
	}
	return nil
}

// Preflights adds the OPTIONS routes of an explicit API with Cors, once the API has
// SAM's routes. SAM knows nothing of CloudFormation's when it makes them.
func (r *Reader) Preflights(res *resolve.Resource) { r.apis[res.LogicalID].preflights() }

// preflights adds an OPTIONS route with a MOCK integration for each path that
// has none, as SAM does for an API with Cors: one for paths that differ by a slash at
// their ends, with the methods of the first of them.
func (a *draft) preflights() {
	if a.cors == nil {
		return
	}
	methods := map[string][]string{}
	var paths []string
	for _, route := range a.Routes {
		if methods[route.Path] == nil {
			paths = append(paths, route.Path)
		}
		methods[route.Path] = append(methods[route.Path], route.Method)
	}
	done := map[string]bool{}
	for _, path := range paths {
		place := strings.TrimRight(path, "/")
		if done[place] || slices.Contains(methods[path], "OPTIONS") {
			done[place] = true
			continue
		}
		done[place] = true
		if slices.Contains(methods[path], stack.AnyMethod) {
			methods[path] = gatewayMethods[1:]
		}
		preflight := &stack.Route{
			Method: "OPTIONS", Path: path, PayloadFormat: stack.Format1, Pos: a.cors.Pos,
			Mock: a.cors.Mock(methods[path]), Auth: a.authorizers.Preflight(a.security, a.cors.Pos),
			Resource: a.LogicalID, Property: "Cors",
		}
		a.routes[preflight.Key()] = preflight
		a.Routes = append(a.Routes, preflight)
	}
}
