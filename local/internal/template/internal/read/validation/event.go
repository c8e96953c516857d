package validation

import (
	"maps"
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// Event reads RequestParameters and RequestModel of an event of type
// Api; nil for nothing to check. SAM makes no validator but of a RequestModel:
// https://github.com/aws/serverless-application-model/blob/develop/samtranslator/model/eventsources/push.py.
func (a *API) Event(o *property.Object) *stack.Validator {
	var declared stack.Validator
	eventParameters(o, &declared)
	checked := a.rules
	model := o.Object("RequestModel")
	if own := (Rules{model.Demanded("ValidateBody", false), model.Demanded("ValidateParameters", false)}); model.Has("Model") {
		declared.Models = map[string]string{jsonType: a.modelName(model)}
		if model.Has("ValidateBody") || model.Has("ValidateParameters") {
			checked = own
		}
	}
	model.Done(requestModelSchema)
	return checked.on(declared)
}

// modelName reads the name of a SAM Api's model, which SAM writes in lower case.
func (a *API) modelName(o *property.Object) string {
	v := o.Scalar("Model")
	if v == nil {
		return ""
	}
	name := strings.ToLower(v.Value)
	if a.api.Models[name] == nil {
		o.Fail(v.Pos, "%s has no model %q%s", a.api.LogicalID, v.Value, syntax.Suggestion(name, slices.Sorted(maps.Keys(a.api.Models))))
	}
	return name
}

// eventParameters reads the required ones of an event's RequestParameters, a
// list of names and of mappings of one name to its settings.
func eventParameters(o *property.Object, v *stack.Validator) {
	for _, item := range o.List("RequestParameters") {
		if item.Kind == syntax.Scalar {
			requireKey(o, new(stack.Validator), item.Value, item.Pos)
			continue
		}
		for e, settings := range o.Inside("RequestParameters", item).Objects() {
			declared := new(stack.Validator)
			if settings.Demanded("Required", false) {
				declared = v
			}
			requireKey(settings, declared, e.Key, e.Pos)
			settings.Done(requestParameterSchema)
		}
	}
}
