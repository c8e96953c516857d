package template

import (
	"maps"
	"slices"

	"maru/local/internal/jsonmodel"
	"maru/local/internal/template/internal/syntax"
)

// declareValidators reads the request validators of a REST API's definition, and
// which of them its operations have that name none. The document's schemas
// become models where there is a use for them.
func (d definition) declareValidators() {
	if d.a.Kind != REST {
		return
	}
	needed := len(d.a.Models) > 0
	d.a.validators = map[string]rules{}
	for e, v := range d.object.object(extensionValidators).objects() {
		checked := rules{v.boolean("validateRequestBody", false), v.boolean("validateRequestParameters", false)}
		d.a.validators[e.Key] = checked
		needed = needed || checked.body
	}
	d.a.rules = d.rules(d.object, rules{})
	if needed {
		d.importModels()
	}
}

// importModels makes models of the document's schemas.
func (d definition) importModels() {
	for _, section := range jsonmodel.Sections {
		o := d.object
		for _, key := range section {
			o = o.object(key)
		}
		for e, schema := range o.objects() {
			d.a.imports(e.Key, schema)
		}
	}
}

// rules gives those of the validator that the document or an operation names,
// the inherited ones where it names none.
func (d definition) rules(o *object, inherited rules) rules {
	v := o.scalar(extensionValidator)
	if v == nil {
		return inherited
	}
	checked, ok := d.a.validators[v.Value]
	if !ok {
		o.fail(v.Pos, "the definition has no request validator %q%s", v.Value,
			syntax.Suggestion(v.Value, slices.Sorted(maps.Keys(d.a.validators))))
	}
	return checked
}

// operationValidator gives what is checked of the requests of an operation,
// which has the parameters of its path too.
func (d definition) operationValidator(item, o *object, key string) *Validator {
	if d.a.Kind != REST {
		return nil
	}
	checked := d.rules(o, d.a.rules)
	if checked == (rules{}) {
		return nil
	}
	var declared Validator
	body := d.parameters(&declared, item, o)
	if checked.body {
		declared.Models = d.bodies(o, body, key)
	}
	return checked.on(declared)
}

// parameters adds those that are required and gives the schema of the one that
// is the body in Swagger 2, nil for none. An operation's parameter stands in the
// place of its path's.
func (d definition) parameters(v *Validator, item, o *object) (body *object) {
	type parameter struct{ place, name string }
	required := map[parameter]bool{}
	for _, owner := range []*object{item, o} {
		for _, n := range owner.list("parameters") {
			p := d.follow(owner.inside("parameters", n))
			place := p.text("in", "")
			if place == "body" {
				body = p.object("schema")
			}
			required[parameter{place, p.text("name", "")}] = p.boolean("required", false)
		}
	}
	for p, must := range required {
		if must {
			require(v, p.place, p.name)
		}
	}
	return body
}

// bodies gives the models of an operation's bodies by media type: those of its
// requestBody in OpenAPI 3, that of its body parameter in Swagger 2.
func (d definition) bodies(o, body *object, key string) map[string]string {
	models := map[string]string{}
	if body != nil && body.exists() {
		for _, mediaType := range d.consumes(o) {
			models[mediaType] = d.bodyModel(body, key)
		}
	}
	for e, media := range d.follow(o.object("requestBody")).object("content").objects() {
		if schema := media.object("schema"); schema.exists() {
			models[e.Key] = d.bodyModel(schema, key+" "+e.Key)
		}
	}
	return models
}

// consumes gives the media types of a Swagger operation's bodies.
func (d definition) consumes(o *object) []string {
	for _, owner := range []*object{o, d.object} {
		if types := values(owner.texts("consumes")); len(types) > 0 {
			return types
		}
	}
	return []string{jsonType}
}

// bodyModel gives the name of the model that a schema refers to, or of one made
// of the schema itself.
func (d definition) bodyModel(schema *object, name string) string {
	if ref := schema.node.Get("$ref"); ref != nil {
		if named, pointer := jsonmodel.ParseReference(ref.Value); named != "" && pointer == "" {
			return named
		}
	}
	d.a.imports(name, schema)
	return name
}
