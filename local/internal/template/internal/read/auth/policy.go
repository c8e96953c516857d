package auth

import (
	"regexp"
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// Policy reads a resource policy of the API, the property key of o, which closes
// every route unless it lets everybody in: what it asks for then is nil. No other
// policy is evaluated: most speak of networks, accounts and endpoints, of which a local
// host has none. What a policy says need not be readable here either, such as an export
// of another stack in it:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html.
func Policy(o *property.Object, api *stack.API, key string) *stack.Auth {
	n := o.Raw(key)
	if n == nil {
		return nil
	}
	v, err := evaluated(o.Scope(), n)
	if err == nil && (v == nil && !resolve.CallsMacro(n) || v != nil && !v.StandIn && (empty(v) || opens(o.Scope(), api, v))) {
		return nil
	}
	closed := &stack.Auth{Policy: true, Pos: n.Pos}
	asks(o, closed, n.Pos, key)
	return closed
}

// empty tells whether there is no policy: the Serverless Framework writes an empty text for
// none.
func empty(v *syntax.Node) bool {
	return v.Kind == syntax.Null || v.Kind == syntax.Mapping && len(v.Entries) == 0 || v.Kind == syntax.Scalar && v.Value == ""
}

// evaluated gives a value with all that is in it evaluated; nil for AWS::NoValue.
func evaluated(scope *resolve.Scope, n *syntax.Node) (*syntax.Node, error) {
	silent := func(stack.Position, string) {} // a closed API has its note
	alone := func(n *syntax.Node) (*syntax.Node, error) { return scope.Resolve(n, silent) }
	v, err := alone(n)
	if err != nil || v == nil {
		return nil, err
	}
	return resolve.Inside(v, alone)
}

// opens tells whether a policy, or SAM's ResourcePolicy, allows everybody to
// invoke every route of the API and denies nothing. What it does not know in a
// policy keeps it closed.
func opens(scope *resolve.Scope, api *stack.API, policy *syntax.Node) bool {
	key := "Statement"
	if policy.Get("CustomStatements") != nil {
		key = "CustomStatements"
	}
	for _, e := range policy.Entries {
		if !slices.Contains([]string{key, "Version", "Id"}, e.Key) {
			return false
		}
	}
	open := false
	for _, s := range policy.Get(key).OneOrMore() {
		if effect := s.Get("Effect"); s.StandIn || effect == nil || effect.StandIn || effect.Value != "Allow" {
			return false
		}
		open = open || allowsAll(scope, api, s)
	}
	return open
}

// allowsAll tells whether a statement that allows does so without any reserve.
func allowsAll(scope *resolve.Scope, api *stack.API, statement *syntax.Node) bool {
	for _, e := range statement.Entries {
		if e.Value.StandIn || !slices.Contains([]string{"Sid", "Effect", "Principal", "Action", "Resource"}, e.Key) {
			return false
		}
	}
	principal := statement.Get("Principal")
	if aws := principal.Get("AWS"); aws != nil {
		principal = aws
	}
	return anyOf(principal, func(s string) bool { return s == "*" }) &&
		anyOf(statement.Get("Action"), invokes) &&
		anyOf(statement.Get("Resource"), func(s string) bool { return covers(scope, api, s) })
}

// invokes tells whether an action of a policy is, or includes, that of calling
// an API.
func invokes(action string) bool {
	return slices.Contains([]string{"*", "execute-api:*", "execute-api:invoke"}, strings.ToLower(action))
}

// covers tells whether a resource of a policy is every route of the API:
// arn:PARTITION:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH, or
// "execute-api:/STAGE/METHOD/PATH", with * in the places of all that a request
// chooses. An asterisk stands for slashes, too.
func covers(scope *resolve.Scope, api *stack.API, resource string) bool {
	either := func(value string) string { return `(\*|` + regexp.QuoteMeta(value) + `)` }
	stage := `\*`
	if api.Stage != "" { // not known yet where it has a resource of its own
		stage = either(api.Stage)
	}
	route := `(\*|` + stage + `/(\*/)?\*)`
	arn := `arn:[^:]+:execute-api:` + either(scope.Region()) + `:` + either(scope.AccountID()) + `:(\*|` + either(api.ID) + `/` + route + `)`
	return regexp.MustCompile(`^(\*|execute-api:/` + route + `|` + arn + `)$`).MatchString(resource)
}

// anyOf tells whether a text, or one of a list of them, is as wanted.
func anyOf(n *syntax.Node, wanted func(string) bool) bool {
	return slices.ContainsFunc(n.OneOrMore(), func(item *syntax.Node) bool {
		return item.Kind == syntax.Scalar && wanted(item.Value)
	})
}

// Close gives what a route asks for that asked for auth, once its API has a resource
// policy; nil is for none. A policy that an event brings speaks of that event's route
// alone, but what a policy does not allow it denies.
func Close(auth, policy *stack.Auth) *stack.Auth {
	if policy == nil {
		return auth
	}
	closed := *policy
	if auth != nil {
		closed = *auth
		closed.Policy = true
	}
	return &closed
}
