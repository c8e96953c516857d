package template

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// resourcePolicy reads a resource policy of the API, which closes it unless it
// lets everybody in. No other is evaluated: most speak of networks, accounts
// and endpoints, of which a local host has none. What a policy says need not be
// readable here either, such as an export of another stack in it:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html.
func (o *object) resourcePolicy(a *api, key string) {
	n := o.raw(key)
	if n == nil {
		return
	}
	v, err := o.evaluated(n)
	if err == nil && (v == nil || v.Kind == syntax.Null || v.Kind == syntax.Mapping && len(v.Entries) == 0 || o.opens(a, v)) {
		return
	}
	closed := &Auth{Policy: true, Pos: n.Pos}
	o.asks(closed, n.Pos, key)
	a.policy = cmp.Or(a.policy, closed)
}

// evaluated gives a value with all that is in it evaluated; nil for AWS::NoValue.
func (o *object) evaluated(n *syntax.Node) (*syntax.Node, error) {
	alone := func(n *syntax.Node) (*syntax.Node, error) { return o.scope.Resolve(n, silent) }
	v, err := alone(n)
	if err != nil || v == nil {
		return nil, err
	}
	return resolve.Inside(v, alone)
}

// opens tells whether a policy, or SAM's ResourcePolicy, allows everybody to
// invoke every route of the API and denies nothing. What it does not know in a
// policy keeps it closed.
func (o *object) opens(a *api, policy *syntax.Node) bool {
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
	for _, s := range oneOrMore(policy.Get(key)) {
		if effect := s.Get("Effect"); effect == nil || effect.Value != "Allow" {
			return false
		}
		open = open || o.allowsAll(a, s)
	}
	return open
}

// allowsAll tells whether a statement that allows does so without any reserve.
func (o *object) allowsAll(a *api, statement *syntax.Node) bool {
	for _, e := range statement.Entries {
		if !slices.Contains([]string{"Sid", "Effect", "Principal", "Action", "Resource"}, e.Key) {
			return false
		}
	}
	principal := statement.Get("Principal")
	if aws := principal.Get("AWS"); aws != nil {
		principal = aws
	}
	return anyOf(principal, func(s string) bool { return s == "*" }) &&
		anyOf(statement.Get("Action"), invokes) &&
		anyOf(statement.Get("Resource"), func(s string) bool { return o.covers(a, s) })
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
func (o *object) covers(a *api, resource string) bool {
	either := func(value string) string { return `(\*|` + regexp.QuoteMeta(value) + `)` }
	stage := `\*`
	if a.Stage != "" { // not known yet where it has a resource of its own
		stage = either(a.Stage)
	}
	route := `(\*|` + stage + `/(\*/)?\*)`
	arn := `arn:[^:]+:execute-api:` + either(o.stack.Region) + `:` + either(o.stack.AccountID) + `:(\*|` + either(a.ID) + `/` + route + `)`
	return regexp.MustCompile(`^(\*|execute-api:/` + route + `|` + arn + `)$`).MatchString(resource)
}

// oneOrMore gives the elements of a list, or a value that stands alone.
func oneOrMore(n *syntax.Node) []*syntax.Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == syntax.Sequence:
		return n.Items
	}
	return []*syntax.Node{n}
}

// anyOf tells whether a text, or one of a list of them, is as wanted.
func anyOf(n *syntax.Node, wanted func(string) bool) bool {
	return slices.ContainsFunc(oneOrMore(n), func(item *syntax.Node) bool {
		return item.Kind == syntax.Scalar && wanted(item.Value)
	})
}

// applyPolicy closes every route of an API with a resource policy. One that an
// event brings speaks of that event's route alone, but what a policy does not
// allow it denies.
func (a *api) applyPolicy() {
	if a.policy == nil {
		return
	}
	for _, route := range a.Routes {
		closed := *a.policy
		if route.Auth != nil {
			closed = *route.Auth
			closed.Policy = true
		}
		route.Auth = &closed
	}
}
