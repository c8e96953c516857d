package template

// jsonType is the media type of bodies that name none, and of models.
const jsonType = "application/json"

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
