package api

import (
	"cmp"
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/openapi"
	"maru/local/internal/template/internal/stack"
)

// parts begin the dotted paths of properties of an API in which each entry is a thing by
// itself: what is wrong with one leaves the routes alone that do without it.
var parts = []string{
	"Auth.Authorizers.", "Models.", "GatewayResponses.",
	"DefinitionBody.paths.", "DefinitionUri.paths.", "Body.paths.", "BodyS3Location.paths.",
}

// place is where something of a route stands: a resource, and the dotted path of a
// property.
type place struct{ resource, property string }

// placeOf is the place of an object.
func placeOf(o *property.Object) place { return place{o.Resource().LogicalID, o.Path()} }

// placesOf gives where a route stands, and what an event and an operation that came
// together in it have of it.
func (a *draft) placesOf(route *stack.Route) []place {
	return append([]place{{route.Resource, route.Property}}, a.joined[route]...)
}

// join has what stands in the places be part of a route, too.
func (a *draft) join(route *stack.Route, places ...place) {
	a.joined[route] = append(a.joined[route], places...)
}

// faultOf gives the first error in what a route of an API is made of, with its place; ""
// for none. A route with one refuses all requests: nobody knows what was meant, and it
// may have been who must not pass.
func (r *Reader) faultOf(a *draft, route *stack.Route) string {
	var fault string
	for _, at := range a.placesOf(route) {
		fault = cmp.Or(fault, r.report.Fault(at.resource, along(at.property)), r.report.Fault(a.LogicalID, around(at)))
	}
	return cmp.Or(fault, authorizerFault(route.Auth), r.modelFault(a, route))
}

// along chooses a property, what is in it, and what it is in, but for the resource as a
// whole.
func along(to string) func(faulty string) bool {
	return func(faulty string) bool {
		return property.Below(to)(faulty) || faulty != "" && property.Below(faulty)(to)
	}
}

// shared are the keys of a path in a definition that are about all of its operations.
var shared = []string{"parameters", "security", openapi.ExtensionAuth}

// around chooses the properties of an API that a part of a route at a place needs.
func around(at place) func(faulty string) bool {
	item := at.property[:max(0, strings.LastIndexByte(at.property, '.'))]
	return func(faulty string) bool {
		part := slices.ContainsFunc(parts, func(p string) bool { return strings.HasPrefix(faulty, p) })
		return !part || property.Below(faulty)(at.property) ||
			slices.ContainsFunc(shared, func(key string) bool { return property.Below(item + "." + key)(faulty) })
	}
}

// unplaced is for a route o of the API of which the property key does not tell which
// requests it takes: nobody knows which of the API's routes has to leave them to it, so that
// all refuse.
func (a *draft) unplaced(o *property.Object, key, text string) {
	if o.Fault() == "" && !o.Has(key) {
		o.Fail(o.Pos(), "the %s %s has no %s", o.Resource().Type, o.Resource().LogicalID, key)
	}
	o.Note(stack.Refused, o.PosOf(key), key, text+"; every route of "+a.LogicalID+" refuses requests, as any may be its")
	a.lost = cmp.Or(a.lost, o.Fault(), o.PosOf(key).String()+": "+key+" "+text)
}

func authorizerFault(auth *stack.Auth) string {
	if auth == nil || auth.Authorizer == nil {
		return ""
	}
	return auth.Authorizer.Unsupported
}

// modelFault is what is wrong with the models that the route checks bodies against.
func (r *Reader) modelFault(a *draft, route *stack.Route) string {
	if route.Validator == nil {
		return ""
	}
	var faults []string
	for _, name := range route.Validator.Models {
		if fault := a.validation.Fault(r.report, name); fault != "" {
			faults = append(faults, fault)
		}
	}
	slices.Sort(faults) // models are in no order
	return strings.Join(slices.Compact(faults), "; ")
}
