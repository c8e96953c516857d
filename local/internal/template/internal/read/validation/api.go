// Package validation reads what a REST API checks of requests before an integration
// sees them: request validators, required parameters, and the models that bodies
// have to match:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html.
//
// Each stands in three places, the properties of SAM's APIs and events, an OpenAPI
// definition, and CloudFormation's own resources. SAM and definitions are imported by
// API Gateway, which makes models of schemas in its own way; see package jsonmodel.
package validation

import (
	"strings"

	"maru/local/internal/jsonmodel"
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// jsonType is the media type of bodies that name none, and of models.
const jsonType = "application/json"

// unchecked ends the note on a model that cannot be used: to let every body
// pass would hide what the API refuses in AWS.
const unchecked = "routes that check bodies against it answer every request with 500"

// API is what one API declares for the validation of requests.
type API struct {
	// api gets the models.
	api *stack.API
	// sources holds the note on each of its models, should it not compile.
	sources map[string]stack.Note
	// validators holds the request validators of its definition by name, and rules
	// the one of operations that name none.
	validators map[string]Rules
	rules      Rules
}

// New gives what an API declares that has declared nothing yet. Models go to api.
func New(api *stack.API) *API { return &API{api: api} }

// Models reads the Models of a SAM Api, which reach API Gateway as the definitions of
// an OpenAPI document, their names in lower case:
// https://github.com/aws/serverless-application-model/blob/develop/samtranslator/swagger/swagger.py
// (add_models).
func (a *API) Models(o *property.Object) {
	for e, schema := range o.Object("Models").Objects() {
		if !schema.Has("type") {
			schema.Fail(e.Pos, "the model %s has no type, which SAM asks for", e.Key)
		}
		a.imports(strings.ToLower(e.Key), schema)
	}
}

// imports adds the model that API Gateway makes of a schema in a definition.
func (a *API) imports(name string, schema *property.Object) {
	note := schema.NewNote(stack.Refused, schema.Pos(), "", "")
	a.add(name, note, jsonmodel.Import(a.api.ID, asJSON(schema, schema.Node(), "schema")))
}

// Model reads an AWS::ApiGateway::Model of the API, which may be nil for one that the
// template does not have:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-model.html.
func (a *API) Model(o *property.Object) {
	defer o.Done(modelResourceSchema)
	name := o.Resource().LogicalID
	if ref, err := o.Scope().Ref(o.Resource()); err == nil && ref != nil && ref.Kind == syntax.Scalar {
		name = ref.Value
	}
	if n := o.Value("Schema"); a != nil && n != nil {
		note := o.NewNote(stack.Refused, n.Pos, "Schema", "")
		a.add(name, note, modelSchema(o.Inside("Schema", nil), n))
	}
}

// add adds a model, the first of a name. The note, whose text is still to be written,
// says where it stands.
func (a *API) add(name string, note stack.Note, schema any) {
	if a.api.Models == nil {
		a.api.Models, a.sources = map[string]*stack.Model{}, map[string]stack.Note{}
	}
	if a.api.Models[name] == nil {
		a.api.Models[name], a.sources[name] = &stack.Model{Schema: schema, Pos: note.Pos}, note
	}
}

// Fault gives the first error in what a model is made of, with its place; "" for none.
func (a *API) Fault(report *property.Report, name string) string {
	source, ok := a.sources[name]
	if !ok {
		return ""
	}
	return report.Fault(source.Resource, property.Below(source.Property))
}

// NoteBroken notes the models that routes came to need and that cannot be compiled.
func (a *API) NoteBroken(report *property.Report) {
	_, broken := a.api.CompileModels()
	for name, err := range broken {
		if note, ok := a.sources[name]; ok {
			note.Text = "the model " + name + " cannot be compiled: " + err.Error() + "; " + unchecked
			report.Note(note)
		}
	}
}
