package stack

import (
	"maps"
	"slices"

	"maru/local/internal/jsonmodel"
)

// Model is a schema of bodies.
type Model struct {
	// Schema is a JSON Schema of draft 4 as jsonmodel.Decode gives it.
	Schema any
	Pos    Position
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

// checkedModels gives the names of the models that Validators of the API name,
// sorted.
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
