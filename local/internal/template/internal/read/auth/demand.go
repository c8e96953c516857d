package auth

import (
	"cmp"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
)

// Demand is what one place of a template asks of the callers of a route: the
// security of a definition or of one of its operations, or the Auth of an event.
// The zero value asks for nothing.
type Demand struct {
	// given is true where a definition has a list of requirements, even an empty
	// one: an operation's list stands in the place of the document's.
	given bool
	// auth is an authorizer or IAM; nil where the place names none.
	auth *stack.Auth
	// scopes are those that the place names beside it, or without it; nil for those of
	// the authorizer, which an empty list is not.
	scopes []string
	// none is true for NONE, which turns DefaultAuthorizer away.
	none bool
	key  bool
	// keyless is true for an event's ApiKeyRequired: false, which turns away the
	// API's.
	keyless bool
	pos     stack.Position
}

// Asks reports whether the place names an authorizer, IAM or an API key.
func (d Demand) Asks() bool { return d.auth != nil || d.key }

// RouteAuth gives what a caller of a route has to pass, nil for nothing. Every
// route of SAM's APIs and of definitions gets its Auth here, in SAM's order:
// https://github.com/aws/serverless-application-model/blob/develop/samtranslator/swagger/swagger.py
// (add_auth_to_method, set_path_default_authorizer, set_path_default_apikey_required)
// and open_api/open_api.py beside it. An event adds to its operation; the
// defaults of the API follow where neither names an authorizer nor NONE; and the
// document's own security, at which SAM never looks, is OpenAPI's for operations
// that are then still without a list.
//
// It is stricter than SAM in one thing: what a definition asks for stays where
// SAM's merging would drop it for an event's NONE or API key.
func (a *Authorizers) RouteAuth(method string, document, operation, event Demand) *stack.Auth {
	auth := cmp.Or(event.auth, operation.auth)
	none := operation.none || event.none
	if auth == nil && !none && !(method == "OPTIONS" && a.openOptions) {
		auth = a.fallback
	}
	key := operation.key
	if !(method == "OPTIONS" && a.openOptionsKey && a.keyRequired) {
		key = key || event.key || a.keyRequired && !event.keyless
	}
	if auth == nil && !none && !operation.given {
		auth = document.auth
		key = key || document.key
	}
	return with(auth, event.scopes, key, cmp.Or(event.pos, operation.pos, document.pos))
}

// with gives what a route asks for with other scopes, unless these are nil, and
// with an API key where that is required. It may be nil, for nothing; pos is for an
// API key alone.
func with(a *stack.Auth, scopes []string, key bool, pos stack.Position) *stack.Auth {
	switch {
	case a == nil && !key:
		return nil
	case a == nil:
		return &stack.Auth{APIKey: true, Pos: pos}
	case scopes == nil && !key:
		return a
	}
	asked := *a
	asked.APIKey = a.APIKey || key
	if scopes != nil {
		asked.Scopes = append([]string(nil), scopes...) // nil for an empty list
	}
	return &asked
}

// Preflight is RouteAuth for a route that SAM makes for Cors, at pos, of a REST API
// whose definition asks for document.
func (a *Authorizers) Preflight(document Demand, pos stack.Position) *stack.Auth {
	return a.RouteAuth("OPTIONS", document, Demand{}, Demand{pos: pos})
}

// Event is what the Auth of a SAM event comes to.
type Event struct {
	// Demand is what the event asks of the callers of its route.
	Demand Demand
	// Policy is what its ResourcePolicy asks for on every route of the API; nil for
	// nothing.
	Policy *stack.Auth
	// Overrides is true where the event's is to count in a definition that events
	// are not merged into.
	Overrides bool
}

// Event reads the Auth of an event for a route of the API.
func (a *Authorizers) Event(auth *property.Object, api *stack.API, route *stack.Route) Event {
	asked := Demand{pos: auth.Pos(), auth: Unknown(auth)}
	switch v := auth.Scalar("Authorizer"); {
	case v == nil:
	case v.StandIn:
		asked.auth = unknown(auth, v, "Authorizer")
	case v.Value == nameNone && !a.defaults:
		auth.Fail(v.Pos, "Authorizer NONE needs a DefaultAuthorizer in the API's Auth")
	case v.Value == nameNone:
		asked.none = true
	default:
		asked.auth = a.find(auth, v)
		if asked.auth != nil && asked.auth.IAM {
			asks(auth, asked.auth, v.Pos, "Authorizer")
		}
	}
	asked.scopes = scopesOf(auth, route)
	event := Event{Demand: asked}
	if api.Kind == stack.HTTP {
		a.checkHTTPEvent(auth)
		if len(asked.scopes) == 0 { // SAM takes an empty list for none
			event.Demand.scopes = nil
		}
		auth.Done(httpAPIEventAuthSchema)
		return event
	}
	key := auth.Truthy("ApiKeyRequired", false)
	event.Demand.key, event.Demand.keyless = key, auth.Raw("ApiKeyRequired") != nil && !key
	if key && !a.keyRequired {
		asksKey(auth)
	}
	event.Policy, event.Overrides = Policy(auth, api, "ResourcePolicy"), auth.Truthy("OverrideApiAuth", false)
	a.checkRESTEvent(auth, event)
	auth.Done(apiEventAuthSchema)
	return event
}

// checkHTTPEvent finds an Auth of an event of an HTTP API that SAM stops at
// (_add_auth_to_openapi_event in samtranslator/model/eventsources/push.py).
func (a *Authorizers) checkHTTPEvent(auth *property.Object) {
	if a.Edited && !auth.Has("Authorizer") && a.fallback == nil && auth.Has("AuthorizationScopes") {
		auth.Fail(auth.PosOf("AuthorizationScopes"), "AuthorizationScopes needs an Authorizer beside it, or a DefaultAuthorizer in the API's Auth")
	}
}

// checkRESTEvent finds an Auth of an event of a REST API that SAM stops at
// (add_auth_to_swagger in samtranslator/model/eventsources/push.py).
func (a *Authorizers) checkRESTEvent(auth *property.Object, event Event) {
	named := auth.Has("Authorizer")
	switch {
	case !a.Edited && !event.Overrides || len(auth.Entries()) == 0:
	case !named && auth.Has("AuthorizationScopes"):
		auth.Fail(auth.PosOf("AuthorizationScopes"), "AuthorizationScopes needs an Authorizer beside it")
	case event.Demand.keyless && !a.keyRequired:
		auth.Fail(auth.PosOf("ApiKeyRequired"), "ApiKeyRequired: false needs \"ApiKeyRequired: true\" in the API's Auth")
	case event.Overrides && !named && !event.Demand.key && !auth.Has("ResourcePolicy"):
		auth.Fail(auth.PosOf("OverrideApiAuth"), "OverrideApiAuth needs an Authorizer, ApiKeyRequired or a ResourcePolicy beside it")
	}
}
