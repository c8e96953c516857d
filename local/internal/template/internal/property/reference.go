package property

import (
	"strings"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// NoTarget begins or is a note on a property that Function gives nothing for.
const NoTarget = "leads to no function of this template"

// silent takes notes on values that only lead to a resource: that they are
// stand-ins changes nothing then.
func silent(stack.Position, string) {}

// PlainText gives a property that has to be a single value, "" where it is absent
// or another thing. It makes no notes on stand-ins, and is for values that lead to
// a resource.
func (o *Object) PlainText(key string) string {
	n := o.Raw(key)
	if n == nil {
		return ""
	}
	v, err := o.scope.Resolve(n, silent)
	o.Problem(err)
	if v == nil || v.Kind != syntax.Scalar {
		return ""
	}
	return v.Value
}

// PlainTexts is PlainText for a property of one or several values.
func (o *Object) PlainTexts(key string) []string {
	n := o.Raw(key)
	if n == nil {
		return nil
	}
	v, err := o.scope.Resolve(n, silent)
	o.Problem(err)
	var texts []string
	for _, item := range v.OneOrMore() {
		item, err := o.scope.Resolve(item, silent)
		o.Problem(err)
		if item != nil && item.Kind == syntax.Scalar {
			texts = append(texts, item.Value)
		}
	}
	return texts
}

// Known reports whether nothing in the value of a property, and in a list's elements,
// stands in for what only AWS knows. It makes no notes.
func (o *Object) Known(key string) bool {
	known := true
	evaluate := func(n *syntax.Node) *syntax.Node {
		v, err := o.scope.Resolve(n, func(stack.Position, string) { known = false })
		known = known && err == nil
		return v
	}
	if n := o.Get(key); n != nil {
		for _, item := range evaluate(n).OneOrMore() {
			evaluate(item)
		}
	}
	return known
}

// Function gives what is invoked by a property that is the URI of an integration
// or an ARN: the logical ID of a function, and behind a colon the version or the
// alias where the property names one; "" where the template does not have the
// function. The variables are those of a stage, which an URI may hold. How the
// template puts the URI together, with Fn::Sub, Fn::Join or an alias, does not
// matter: it is evaluated first.
func (o *Object) Function(key string, variables map[string]string) string {
	return stack.Qualified(o.scope.FunctionOf(resolve.ExpandStageVariables(o.PlainText(key), variables)))
}

// Link gives the logical ID of the part of an API that a property leads to, ""
// where it leads out of the template: {Ref: Api}, {Fn::GetAtt: [Api,
// RootResourceId]}, integrations/${Integration}.
func (o *Object) Link(key string) string {
	return o.scope.PartOf(strings.TrimPrefix(o.PlainText(key), "integrations/"))
}

// Spell gives the name of a property as it is written where o stands: in camel
// case in an OpenAPI definition, as it is given, and in Pascal case in
// CloudFormation. Of several names for one thing it is the one that the template
// uses, the first where it uses none.
func (o *Object) Spell(names ...string) string {
	for i, name := range names {
		if !o.openAPI {
			names[i] = pascal(name)
		}
		if o.Has(names[i]) {
			return names[i]
		}
	}
	return names[0]
}

// InDefinition reports whether the object stands inside of an OpenAPI definition.
func (o *Object) InDefinition() bool { return o.openAPI }

// pascal gives a name in Pascal case.
func pascal(name string) string {
	first := min(1, len(name)) // YAML has empty keys
	return strings.ToUpper(name[:first]) + name[first:]
}
