package template

import "maru/local/internal/template/internal/syntax"

// resourcePolicy reads an API's resource policy; nil for none. No policy is
// evaluated: most speak of networks, accounts and endpoints, of which a local
// host has none. What a policy says need not be readable here either, such as an
// export of another stack in it:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html.
func (o *object) resourcePolicy(key string) *Auth {
	n := o.raw(key)
	if n == nil {
		return nil
	}
	v, err := o.scope.Resolve(n, silent)
	if err == nil && (v == nil || v.Kind == syntax.Null || v.Kind == syntax.Mapping && len(v.Entries) == 0) {
		return nil
	}
	o.note(Refused, n.Pos, key, "a resource policy is not emulated: every route of the API refuses every request; --disable-authorizer opens them")
	return &Auth{Kind: AuthPolicy, Name: "ResourcePolicy", Pos: n.Pos}
}

// applyPolicy closes every route of an API with a resource policy. One that an
// event brings speaks of that event's route alone, but what a policy does not
// allow it denies.
func (a *api) applyPolicy() {
	if a.policy == nil {
		return
	}
	for _, route := range a.Routes {
		route.Auth = a.policy
	}
}
