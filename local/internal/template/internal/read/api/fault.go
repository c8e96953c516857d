package api

import (
	"cmp"
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
)

// parts begin the dotted paths of properties of an API in which each entry is a thing by
// itself: what is wrong with one leaves the routes alone that do without it.
var parts = []string{
	"Auth.Authorizers.", "Models.", "GatewayResponses.",
	"DefinitionBody.paths.", "DefinitionUri.paths.", "Body.paths.", "BodyS3Location.paths.",
}

// faultOf gives the first error in what a route of an API is made of, with its place; ""
// for none. A route with one refuses all requests: nobody knows what was meant, and it
// may have been who must not pass.
func (r *Reader) faultOf(a *draft, route *stack.Route) string {
	return cmp.Or(
		r.report.Fault(route.Resource, property.Below(route.Property)),
		r.report.Fault(a.LogicalID, func(faulty string) bool {
			part := slices.ContainsFunc(parts, func(p string) bool { return strings.HasPrefix(faulty, p) })
			return !part || property.Below(faulty)(route.Property)
		}),
		authorizerFault(route.Auth),
		r.modelFault(a, route),
	)
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
