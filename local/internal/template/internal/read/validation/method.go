package validation

import (
	"maru/local/internal/jsonmodel"
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
)

// Method reads what an AWS::ApiGateway::Method says of its requests; nil for nothing
// to check. The request validators of the template are given by logical ID.
func (a *API) Method(o *property.Object, validators map[string]Rules) *stack.Validator {
	var declared stack.Validator
	parameters := o.Object("RequestParameters")
	for _, e := range parameters.Entries() {
		target := new(stack.Validator)
		if parameters.Demanded(e.Key, false) {
			target = &declared
		}
		requireKey(parameters, target, e.Key, e.Pos)
	}
	declared.Models = o.TextMap("RequestModels", property.AnyText)
	checked := methodRules(o, validators)
	if !checked.body {
		declared.Models = nil
	}
	for mediaType, name := range declared.Models {
		if builtin := jsonmodel.Builtin(name); builtin != nil && a.api.Models[name] == nil {
			a.add(name, o.NewNote(stack.Refused, o.Pos(), "", ""), builtin)
		}
		if a.api.Models[name] == nil {
			o.Note(stack.Refused, o.PosOf("RequestModels"), "RequestModels."+mediaType,
				"leads to no model of this template: "+unchecked)
		}
	}
	return checked.on(declared)
}

// methodRules gives the rules of the validator that a method names. Of one that
// is not in the template nothing is known but that it is there.
func methodRules(o *property.Object, validators map[string]Rules) Rules {
	n := o.Get("RequestValidatorId")
	if o.PlainText("RequestValidatorId") == "" {
		return Rules{}
	}
	checked, ok := validators[o.Link("RequestValidatorId")]
	if !ok {
		o.Note(stack.Approximated, n.Pos, "RequestValidatorId", "leads to no request validator of this template; bodies and parameters are both checked")
		return Rules{body: true, parameters: true}
	}
	return checked
}
