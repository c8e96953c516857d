// Package jsonmodel has the models of REST APIs: JSON Schema of draft 4, as API
// Gateway checks the bodies of requests with it:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html,
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html.
//
// A model goes in as the value that Decode makes of its JSON. Compile makes a
// Schema of it, and the Schema tells what is wrong with a body.
//
// Left out: schemas that are not the API's own, for none is loaded from anywhere;
// look-around and back-references in patterns, which package regexp lacks; API
// Gateway's words for what is seldom wrong with a body (see InvalidError).
package jsonmodel

import (
	"bytes"
	"errors"
	"maps"
	"net/url"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema is a model made ready. It is safe for concurrent use.
type Schema struct{ compiled *jsonschema.Schema }

// URL is what the schema of one model calls another of the same API:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html.
func URL(apiID, name string) string {
	return "https://apigateway.amazonaws.com/restapis/" + apiID + "/models/" + url.PathEscape(name)
}

// Compile gives the schemas of the models that are needed, by name. The models are
// all that the API has, by name too, so that one can refer to another by its URL.
// They are draft 4, whatever their $schema says. A needed model that is missing, is
// no schema of that draft or refers to itself without an end has an error in broken
// instead; one that is not needed may be anything. Both maps are nil where none is
// needed.
func Compile(apiID string, models map[string]any, needed []string) (schemas map[string]*Schema, broken map[string]error) {
	if len(needed) == 0 {
		return nil, nil
	}
	schemas, broken = map[string]*Schema{}, map[string]error{}
	compiler := newCompiler(apiID, models)
	for _, name := range needed {
		if compiled, err := compile(compiler, URL(apiID, name)); err != nil {
			broken[name] = err
		} else {
			schemas[name] = &Schema{compiled}
		}
	}
	return schemas, broken
}

// newCompiler gives a compiler that has all of the API's models.
func newCompiler(apiID string, models map[string]any) *jsonschema.Compiler {
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft4)
	compiler.UseLoader(noModels{})
	for name, schema := range models {
		// What cannot be added is missing when it is compiled.
		_ = compiler.AddResource(URL(apiID, name), draft4(schema))
	}
	return compiler
}

// noModels loads no schema: a reference that leads to none of the API's models
// leads nowhere.
type noModels struct{}

// Load always fails.
func (noModels) Load(string) (any, error) { return nil, errors.New("the API has no such model") }

// draft4 gives a schema without the $schema that it names. API Gateway has one
// draft, whatever a model says.
func draft4(schema any) any {
	keywords, ok := schema.(map[string]any)
	if !ok {
		return schema
	}
	keywords = maps.Clone(keywords)
	delete(keywords, "$schema")
	return keywords
}

// compile compiles the model with a URL.
func compile(compiler *jsonschema.Compiler, location string) (*jsonschema.Schema, error) {
	schema, err := compiler.Compile(location)
	var invalid *jsonschema.SchemaValidationError
	if errors.As(err, &invalid) {
		// The first line has only URLs that nobody wrote.
		_, found, _ := strings.Cut(invalid.Err.Error(), "\n- ")
		err = errors.New(strings.Join(strings.Fields(found), " "))
	}
	if err == nil {
		err = checkCycles(schema)
	}
	return schema, err
}

// Validate tells what is wrong with a body: an *InvalidError where it is not as the
// model says, the error of Decode where it is no JSON, such as an empty one.
func (s *Schema) Validate(body []byte) error {
	value, err := Decode(bytes.NewReader(body))
	if err != nil {
		return err
	}
	err = s.compiled.Validate(value)
	var invalid *jsonschema.ValidationError
	if errors.As(err, &invalid) {
		return &InvalidError{invalid}
	}
	return err
}
