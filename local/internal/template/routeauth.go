package template

import "cmp"

// demand is what one place of a template asks of the callers of a route: the
// security of a definition or of one of its operations, or the Auth of an event.
// The zero value asks for nothing.
type demand struct {
	// given is true where a definition has a list of requirements, even an empty
	// one: an operation's list stands in the place of the document's.
	given bool
	// auth is an authorizer or IAM; nil where the place names none.
	auth *Auth
	// scopes are those that the place names beside it, or without it.
	scopes []string
	// none is true for NONE, which turns DefaultAuthorizer away.
	none bool
	key  bool
	// keyless is true for an event's ApiKeyRequired: false, which turns away the
	// API's.
	keyless bool
	pos     Position
}

// routeAuth gives what a caller of a route has to pass, nil for nothing. Every
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
func (a *authorizers) routeAuth(method string, document, operation, event demand) *Auth {
	auth := cmp.Or(event.auth, operation.auth)
	none := operation.none || event.none
	if auth == nil && !none && !(method == "OPTIONS" && a.openOptions) {
		auth = a.fallback
	}
	key := event.key || operation.key || a.keyRequired && !event.keyless
	if auth == nil && !none && !operation.given {
		auth = document.auth
		key = key || document.key
	}
	return with(auth, event.scopes, key, cmp.Or(event.pos, operation.pos, document.pos))
}

// with gives what a route asks for with other scopes, unless these are none, and
// with an API key where that is required. It may be nil, for nothing; pos is for an
// API key alone.
func with(a *Auth, scopes []string, key bool, pos Position) *Auth {
	switch {
	case a == nil && !key:
		return nil
	case a == nil:
		return &Auth{APIKey: true, Pos: pos}
	case len(scopes) == 0 && !key:
		return a
	}
	asked := *a
	asked.APIKey = a.APIKey || key
	if len(scopes) > 0 {
		asked.Scopes = scopes
	}
	return &asked
}

// eventDemand reads the Auth of an event for a route of a. It is true for override
// where the event's is to count in a definition that events are not merged into.
func (o *object) eventDemand(a *api, route *Route) (asked demand, override bool) {
	auth := o.object("Auth")
	asked.pos = auth.pos
	switch v := auth.scalar("Authorizer"); {
	case v == nil:
	case v.Value == nameNone && a.auth.fallback == nil:
		auth.fail(v.Pos, "Authorizer NONE needs a DefaultAuthorizer in the API's Auth")
	case v.Value == nameNone:
		asked.none = true
	default:
		asked.auth = auth.find(&a.auth, v)
		if asked.auth != nil && asked.auth.IAM {
			auth.asks(asked.auth, v.Pos, "Authorizer")
		}
	}
	asked.scopes = auth.scopesOf(route)
	if a.Kind == HTTP {
		auth.done(httpAPIEventAuthSchema)
		return asked, false
	}
	asked.key = auth.boolean("ApiKeyRequired", false)
	asked.keyless = !auth.boolean("ApiKeyRequired", true)
	if asked.key && !a.auth.keyRequired {
		auth.asks(&Auth{APIKey: true}, auth.node.Get("ApiKeyRequired").Pos, "ApiKeyRequired")
	}
	auth.resourcePolicy(a, "ResourcePolicy")
	override = auth.boolean("OverrideApiAuth", false)
	auth.done(apiEventAuthSchema)
	return asked, override
}
