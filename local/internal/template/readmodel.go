package template

import (
	"strings"

	"maru/local/internal/jsonmodel"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// restModel reads an AWS::ApiGateway::Model:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-model.html.
func (r *reader) restModel(res *resolve.Resource) {
	o := r.plain(res)
	defer o.done(modelSchema)
	a, name := o.api("RestApiId", REST), res.LogicalID
	if ref, err := r.scope.Ref(res); err == nil && ref != nil && ref.Kind == syntax.Scalar {
		name = ref.Value
	}
	if n := o.value("Schema"); a != nil && n != nil {
		source := &object{reader: r, resource: res, path: "Schema", pos: n.Pos}
		a.model(name, source, source.modelSchema(n))
	}
}

// modelSchema reads a schema, which may be JSON in a text.
func (o *object) modelSchema(n *syntax.Node) any {
	schema := o.json(n, o.path)
	text, ok := schema.(string)
	if !ok {
		return schema
	}
	schema, err := jsonmodel.Decode(strings.NewReader(text))
	if err != nil {
		o.fail(n.Pos, "Schema has to be JSON: %v", err)
	}
	return schema
}

// samModels reads the Models of a SAM Api, which reach API Gateway as the
// definitions of an OpenAPI document, their names in lower case:
// https://github.com/aws/serverless-application-model/blob/develop/samtranslator/swagger/swagger.py
// (add_models).
func (o *object) samModels(a *api) {
	for e, schema := range o.object("Models").objects() {
		if !schema.has("type") {
			schema.fail(e.Pos, "the model %s has no type, which SAM asks for", e.Key)
		}
		a.imports(strings.ToLower(e.Key), schema)
	}
}

// imports files the model that API Gateway makes of a schema in a definition.
func (a *api) imports(name string, o *object) {
	a.model(name, o, jsonmodel.Import(a.ID, o.json(o.node, "schema")))
}

// noteModels notes the models that cannot be compiled.
func (r *reader) noteModels(a *api) {
	_, broken := a.CompileModels()
	for name, err := range broken {
		if o := a.modelSources[name]; o != nil {
			o.note(Refused, o.pos, "", "the model "+name+" cannot be compiled: "+err.Error()+"; "+unchecked)
		}
	}
}

// json gives a value that is evaluated itself as package encoding/json would, with
// everything in it evaluated as the property key. What cannot be evaluated is
// reported and left out.
func (o *object) json(n *syntax.Node, key string) any {
	// No error of its own: resolve reports them.
	whole, _ := resolve.Inside(n, func(inner *syntax.Node) (*syntax.Node, error) {
		if inner.Kind == syntax.Null { // resolve makes nothing of it
			return inner, nil
		}
		return o.resolve(inner, key), nil
	})
	return jsonValue(whole)
}

// jsonValue gives a value, evaluated with all that is in it, as package
// encoding/json would. A key with nothing behind it is left out, as CloudFormation's
// properties are; in a list, nothing is null.
func jsonValue(n *syntax.Node) any {
	switch n.Kind {
	case syntax.Mapping:
		m := make(map[string]any, len(n.Entries))
		for _, e := range n.Entries {
			if e.Value.Kind != syntax.Null {
				m[e.Key] = jsonValue(e.Value)
			}
		}
		return m
	case syntax.Sequence:
		list := make([]any, len(n.Items))
		for i, item := range n.Items {
			list[i] = jsonValue(item)
		}
		return list
	case syntax.Null:
		return nil
	}
	return jsonScalar(n)
}

// jsonScalar gives a number or a boolean for what YAML takes for one.
func jsonScalar(n *syntax.Node) any {
	if !n.Typed {
		return n.Value
	}
	if v, err := jsonmodel.Decode(strings.NewReader(strings.ToLower(n.Value))); err == nil {
		return v
	}
	return n.Value
}
