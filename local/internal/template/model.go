package template

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// jsonType is the media type of bodies that name none, and of models.
const jsonType = "application/json"

// Model is a schema of bodies.
type Model struct {
	// Schema is a JSON Schema of draft 4 as DecodeJSON gives it.
	Schema any
	Pos    Position
}

// unchecked ends the note on a model that cannot be used: to let every body
// pass would hide what the API refuses in AWS.
const unchecked = "routes that check bodies against it answer every request with 500"

// builtinModels are those that every REST API has:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html.
var builtinModels = map[string]any{
	"Empty": map[string]any{"type": "object"},
	"Error": map[string]any{"type": "object", "properties": map[string]any{"message": map[string]any{"type": "string"}}},
}

// noModels loads no schema: a reference that leads to none of the API's models
// leads nowhere.
type noModels struct{}

// Load always fails.
func (noModels) Load(string) (any, error) { return nil, errors.New("the API has no such model") }

// model files a model of the API, the first of a name; what is wrong with it is
// noted on o.
func (a *api) model(name string, o *object, schema any) {
	if a.Models == nil {
		a.Models, a.modelSources = map[string]*Model{}, map[string]*object{}
	}
	if a.Models[name] == nil {
		a.Models[name], a.modelSources[name] = &Model{Schema: schema, Pos: o.pos}, o
	}
}

// modelURL is what the schema of one model calls another:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html.
func (a *API) modelURL(name string) string {
	return "https://apigateway.amazonaws.com/restapis/" + a.ID + "/models/" + url.PathEscape(name)
}

// CompileModels gives the schemas of the models that the API's Validators name,
// by these names. A model that is missing, or is no JSON Schema of draft 4, has
// an error in broken instead. Patterns are those of package regexp, without
// look-around and back-references. No schema is loaded from anywhere.
func (a *API) CompileModels() (schemas map[string]*jsonschema.Schema, broken map[string]error) {
	needed := a.checkedModels()
	if len(needed) == 0 {
		return nil, nil
	}
	schemas, broken = map[string]*jsonschema.Schema{}, map[string]error{}
	compiler := a.compiler()
	for _, name := range needed {
		if schema, err := compileModel(compiler, a.modelURL(name)); err != nil {
			broken[name] = err
		} else {
			schemas[name] = schema
		}
	}
	return schemas, broken
}

// compiler gives a compiler that has all of the API's models, so that one can
// refer to another.
func (a *API) compiler() *jsonschema.Compiler {
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft4)
	compiler.UseLoader(noModels{})
	for name, m := range a.Models {
		// What cannot be added is missing when it is compiled.
		_ = compiler.AddResource(a.modelURL(name), m.draft4())
	}
	return compiler
}

// DecodeJSON reads one JSON value for a schema of CompileModels to validate, as
// the schemas themselves are read: whole numbers of 64 bits as json.Number, all
// others as float64, and what neither holds is an error. Schemas reckon exactly,
// in a million digits for 1e999999, and do not take every number beyond.
func DecodeJSON(r io.Reader) (any, error) {
	v, err := jsonschema.UnmarshalJSON(r)
	if err != nil {
		return nil, err
	}
	return boundNumbers(v)
}

func boundNumbers(value any) (any, error) {
	var err error
	switch value := value.(type) {
	case json.Number:
		if _, err := value.Int64(); err == nil {
			return value, nil
		}
		return value.Float64()
	case []any:
		for i := range value {
			if value[i], err = boundNumbers(value[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for name := range value {
			if value[name], err = boundNumbers(value[name]); err != nil {
				return nil, err
			}
		}
	}
	return value, nil
}

// checkedModels gives the names of the models that are needed, sorted.
func (a *API) checkedModels() []string {
	names := map[string]bool{}
	for _, route := range a.Routes {
		if route.Validator != nil {
			for _, name := range route.Validator.Models {
				names[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// draft4 gives the schema without the $schema that it names. API Gateway has
// one draft, whatever a model says.
func (m *Model) draft4() any {
	schema, ok := m.Schema.(map[string]any)
	if !ok {
		return m.Schema
	}
	schema = maps.Clone(schema)
	delete(schema, "$schema")
	return schema
}

// compileModel compiles the model with a URL.
func compileModel(compiler *jsonschema.Compiler, location string) (*jsonschema.Schema, error) {
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
