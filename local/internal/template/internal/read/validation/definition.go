package validation

import (
	"maps"
	"slices"

	"maru/local/internal/jsonmodel"
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/openapi"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// Definition reads the request validators of a REST API's definition, and which of
// them its operations have that name none. The document's schemas become models
// where there is a use for them. An HTTP API has none of it.
func (a *API) Definition(d *openapi.Document) {
	if a.api.Kind != stack.REST {
		return
	}
	needed := len(a.api.Models) > 0
	a.validators = map[string]Rules{}
	for e, v := range d.Root.Object(openapi.ExtensionValidators).Objects() {
		checked := Rules{v.Demanded("validateRequestBody", false), v.Demanded("validateRequestParameters", false)}
		a.validators[e.Key] = checked
		needed = needed || checked.body
	}
	a.rules = a.named(d.Root, Rules{})
	if needed {
		a.importAll(d)
	}
}

// importAll makes models of the document's schemas.
func (a *API) importAll(d *openapi.Document) {
	for _, section := range jsonmodel.Sections {
		o := d.Root
		for _, key := range section {
			o = o.Object(key)
		}
		for e, schema := range o.Objects() {
			a.imports(e.Key, schema)
		}
	}
}

// named gives the rules of the validator that o names, the document or an operation,
// the inherited ones where it names none.
func (a *API) named(o *property.Object, inherited Rules) Rules {
	v := o.Scalar(openapi.ExtensionValidator)
	if v == nil {
		return inherited
	}
	checked, ok := a.validators[v.Value]
	if !ok {
		o.Fail(v.Pos, "the definition has no request validator %q%s", v.Value,
			syntax.Suggestion(v.Value, slices.Sorted(maps.Keys(a.validators))))
	}
	return checked
}

// Operation gives what is checked of the requests of an operation of a definition,
// nil for nothing. It has the parameters of its path, the item, too; the key is that
// of its route.
func (a *API) Operation(d *openapi.Document, item, operation *property.Object, key string) *stack.Validator {
	if a.api.Kind != stack.REST {
		return nil
	}
	checked := a.named(operation, a.rules)
	if checked == (Rules{}) {
		return nil
	}
	var declared stack.Validator
	body := parameters(d, &declared, item, operation)
	if checked.body {
		declared.Models = a.bodies(d, operation, body, key)
	}
	return checked.on(declared)
}

// parameters adds those that are required and gives the schema of the one that
// is the body in Swagger 2, nil for none. An operation's parameter stands in the
// place of its path's.
func parameters(d *openapi.Document, v *stack.Validator, item, operation *property.Object) (body *property.Object) {
	type parameter struct{ place, name string }
	required := map[parameter]bool{}
	for _, owner := range []*property.Object{item, operation} {
		for _, n := range owner.List("parameters") {
			p := d.Follow(owner.Inside("parameters", n))
			place := p.Text("in", "")
			if place == "body" {
				body = p.Object("schema")
			}
			required[parameter{place, p.Text("name", "")}] = p.Demanded("required", false)
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
func (a *API) bodies(d *openapi.Document, operation, body *property.Object, key string) map[string]string {
	models := map[string]string{}
	if body != nil && body.Exists() {
		for _, mediaType := range consumes(d, operation) {
			models[mediaType] = a.bodyModel(body, key)
		}
	}
	for e, media := range d.Follow(operation.Object("requestBody")).Object("content").Objects() {
		if schema := media.Object("schema"); schema.Exists() {
			models[e.Key] = a.bodyModel(schema, key+" "+e.Key)
		}
	}
	return models
}

// consumes gives the media types of a Swagger operation's bodies.
func consumes(d *openapi.Document, operation *property.Object) []string {
	for _, owner := range []*property.Object{operation, d.Root} {
		if types := owner.Texts("consumes"); len(types) > 0 {
			return types
		}
	}
	return []string{jsonType}
}

// bodyModel gives the name of the model that a schema refers to, or of one made
// of the schema itself.
func (a *API) bodyModel(schema *property.Object, name string) string {
	if ref := schema.Get("$ref"); ref != nil {
		if named, pointer := jsonmodel.ParseReference(ref.Value); named != "" && pointer == "" {
			return named
		}
	}
	a.imports(name, schema)
	return name
}
