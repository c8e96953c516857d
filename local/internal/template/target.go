package template

import (
	"slices"
	"strings"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// noTarget says that an integration or authorizer leads out of the template.
const noTarget = "leads to no function of this template"

// silent takes notes on values that only lead to a resource: that they are
// stand-ins changes nothing then.
func silent(Position, string) {}

// target gives the logical ID of the function that a property, the URI of an
// integration or an ARN, leads to; "" where the template does not have it. How
// the template puts the URI together, with Fn::Sub, Fn::Join or an alias, does
// not matter: it is evaluated first.
func (o *object) target(key string, variables map[string]string) string {
	id := Unqualified(o.invoked(key, variables))
	return id
}

// invoked gives what API Gateway invokes by such a property: target, and behind a
// colon the version or the alias where the property names one.
func (o *object) invoked(key string, variables map[string]string) string {
	return stack.Qualified(o.scope.FunctionOf(resolve.ExpandStageVariables(o.plainText(key), variables)))
}

// plainText gives a property that has to be a single value without a note on
// stand-ins, "" where it is absent.
func (o *object) plainText(key string) string {
	n := o.raw(key)
	if n == nil {
		return ""
	}
	v, err := o.scope.Resolve(n, silent)
	o.problem(err)
	if v == nil || v.Kind != syntax.Scalar {
		return ""
	}
	return v.Value
}

// plainTexts is plainText for a property of one or several values.
func (o *object) plainTexts(key string) []string {
	n := o.raw(key)
	if n == nil {
		return nil
	}
	v, err := o.scope.Resolve(n, silent)
	o.problem(err)
	var texts []string
	for _, item := range oneOrMore(v) {
		item, err := o.scope.Resolve(item, silent)
		o.problem(err)
		if item != nil && item.Kind == syntax.Scalar {
			texts = append(texts, item.Value)
		}
	}
	return texts
}

// link gives the logical ID of the part of an API that a property leads to, ""
// where it leads out of the template: {Ref: Api}, {Fn::GetAtt: [Api,
// RootResourceId]}, integrations/${Integration}.
func (o *object) link(key string) string {
	text := strings.TrimPrefix(o.plainText(key), "integrations/")
	if id, ok := o.gateway.ids[text]; ok {
		return id
	}
	// What stands in for an attribute is the logical ID with the attribute's name.
	id, _, _ := strings.Cut(text, ".")
	return o.gateway.ids[id]
}

// api gives the API of a kind that a property leads to, nil for none.
func (o *object) api(key string, kind Kind) *api {
	if a := o.apis[o.link(key)]; a != nil && a.Kind == kind {
		return a
	}
	n := o.node.Get(key)
	if n == nil {
		o.fail(o.pos, "the %s %s has no %s", o.resource.Type, o.resource.LogicalID, key)
		return nil
	}
	o.note(Ignored, n.Pos, key, "leads to no "+kind.String()+" of this template")
	return nil
}

// linked are the types of resource that others lead to. Stages are not among
// them: Ref gives a name for those that another resource's may be like.
var linked = []string{
	typeAPI, typeHTTPAPI, typeRawREST, typeRawHTTP, typePathPart, typeIntegration, typeRESTAuthorizer, typeHTTPAuthorizer,
	typeRequestValidator,
}

// nameParts files the resources of APIs by what Ref gives for them.
func (r *reader) nameParts() {
	for _, res := range r.scope.Resources() {
		if !slices.Contains(linked, res.Type) {
			continue
		}
		// Errors have been reported with the resource's condition.
		v, err := r.scope.Ref(res)
		if err == nil && v != nil && v.Kind == syntax.Scalar {
			r.gateway.ids[v.Value] = res.LogicalID
		}
	}
	for _, id := range []string{implicitREST, implicitHTTP} {
		r.gateway.ids[r.scope.APIID(id)] = id
	}
}
