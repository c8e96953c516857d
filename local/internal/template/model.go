package template

import (
	"maps"
	"slices"

	"maru/local/internal/jsonmodel"
)

// jsonType is the media type of bodies that name none, and of models.
const jsonType = "application/json"

// Model is a schema of bodies.
type Model struct {
	// Schema is a JSON Schema of draft 4 as jsonmodel.Decode gives it.
	Schema any
	Pos    Position
}

// unchecked ends the note on a model that cannot be used: to let every body
// pass would hide what the API refuses in AWS.
const unchecked = "routes that check bodies against it answer every request with 500"

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

// CompileModels compiles the models that the API's Validators name; see
// jsonmodel.Compile. The maps have these names.
func (a *API) CompileModels() (schemas map[string]*jsonmodel.Schema, broken map[string]error) {
	models := make(map[string]any, len(a.Models))
	for name, m := range a.Models {
		models[name] = m.Schema
	}
	return jsonmodel.Compile(a.ID, models, a.checkedModels())
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
