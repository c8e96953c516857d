package template

import (
	"maps"
	"slices"
	"strings"

	"maru/local/internal/jsonmodel"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// rules is a request validator: the parts of a request that it checks. The zero
// value is none at all.
type rules struct{ body, parameters bool }

// on gives what the rules check of what a method declares, which alone has no
// effect; nil where that is nothing.
func (r rules) on(declared Validator) *Validator {
	if !r.parameters {
		declared.Headers, declared.Path, declared.Query = nil, nil, nil
	}
	if !r.body {
		declared.Models = nil
	}
	if len(declared.Headers)+len(declared.Path)+len(declared.Query)+len(declared.Models) == 0 {
		return nil
	}
	return &declared
}

// require adds a required parameter. It is false for a place that no parameter
// has, such as a cookie.
func require(v *Validator, place, name string) bool {
	names := map[string]*[]string{
		"header": &v.Headers, "path": &v.Path, "query": &v.Query, "querystring": &v.Query,
	}[place]
	if names == nil || name == "" {
		return false
	}
	*names = append(*names, name)
	slices.Sort(*names)
	*names = slices.Compact(*names)
	return true
}

// requireKey adds a required parameter under its name in API Gateway:
// "method.request.header.X-Token".
func (o *object) requireKey(v *Validator, key string, pos Position) {
	rest, ok := strings.CutPrefix(key, "method.request.")
	place, name, _ := strings.Cut(rest, ".")
	if !ok || place == "query" || !require(v, place, name) {
		o.fail(pos, "a parameter has to be method.request.header, .path or .querystring with a name, but here is %q", key)
	}
}

// eventValidator reads RequestParameters and RequestModel of an event of type
// Api. SAM makes no validator but of a RequestModel:
// https://github.com/aws/serverless-application-model/blob/develop/samtranslator/model/eventsources/push.py.
func (o *object) eventValidator(a *api) *Validator {
	var declared Validator
	o.eventParameters(&declared)
	checked := a.rules
	model := o.object("RequestModel")
	if own := (rules{model.boolean("ValidateBody", false), model.boolean("ValidateParameters", false)}); model.has("Model") {
		declared.Models = map[string]string{jsonType: model.modelName(a)}
		if model.has("ValidateBody") || model.has("ValidateParameters") {
			checked = own
		}
	}
	model.done(requestModelSchema)
	return checked.on(declared)
}

// modelName reads the name of a SAM Api's model, which SAM writes in lower case.
func (o *object) modelName(a *api) string {
	v := o.scalar("Model")
	if v == nil {
		return ""
	}
	name := strings.ToLower(v.Value)
	if a.Models[name] == nil {
		o.fail(v.Pos, "%s has no model %q%s", a.LogicalID, v.Value, syntax.Suggestion(name, slices.Sorted(maps.Keys(a.Models))))
	}
	return name
}

// eventParameters reads the required ones of an event's RequestParameters, a
// list of names and of mappings of one name to its settings.
func (o *object) eventParameters(v *Validator) {
	for _, item := range o.list("RequestParameters") {
		if item.Kind == syntax.Scalar {
			o.requireKey(new(Validator), item.Value, item.Pos)
			continue
		}
		for e, settings := range o.inside("RequestParameters", item).objects() {
			declared := new(Validator)
			if settings.boolean("Required", false) {
				declared = v
			}
			settings.requireKey(declared, e.Key, e.Pos)
			settings.done(requestParameterSchema)
		}
	}
}

// requestValidator reads an AWS::ApiGateway::RequestValidator.
func (r *reader) requestValidator(res *resolve.Resource) {
	o := r.plain(res)
	o.api("RestApiId", REST)
	r.gateway.validators[res.LogicalID] = rules{
		o.boolean("ValidateRequestBody", false), o.boolean("ValidateRequestParameters", false),
	}
	o.done(requestValidatorSchema)
}

// methodValidator reads what an AWS::ApiGateway::Method says of its requests.
func (o *object) methodValidator(a *api) *Validator {
	var declared Validator
	parameters := o.object("RequestParameters")
	for _, e := range parameters.entries() {
		target := new(Validator)
		if parameters.boolean(e.Key, false) {
			target = &declared
		}
		parameters.requireKey(target, e.Key, e.Pos)
	}
	declared.Models = o.textMap("RequestModels", anyText)
	checked := o.methodRules()
	if !checked.body {
		declared.Models = nil
	}
	for mediaType, name := range declared.Models {
		if builtin := jsonmodel.Builtin(name); builtin != nil && a.Models[name] == nil {
			a.model(name, o, builtin)
		}
		if a.Models[name] == nil {
			o.note(Refused, o.node.Get("RequestModels").Pos, "RequestModels."+mediaType,
				"leads to no model of this template: "+unchecked)
		}
	}
	return checked.on(declared)
}

// methodRules gives the rules of the validator that a method names. Of one that
// is not in the template nothing is known but that it is there.
func (o *object) methodRules() rules {
	n := o.node.Get("RequestValidatorId")
	if o.plainText("RequestValidatorId") == "" {
		return rules{}
	}
	checked, ok := o.gateway.validators[o.link("RequestValidatorId")]
	if !ok {
		o.note(Approximated, n.Pos, "RequestValidatorId", "leads to no request validator of this template; bodies and parameters are both checked")
		return rules{body: true, parameters: true}
	}
	return checked
}
