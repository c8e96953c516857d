package template

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// SAM's names for the APIs it makes for events that name none:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html.
const (
	implicitREST = "ServerlessRestApi"
	implicitHTTP = "ServerlessHttpApi"
)

// api is an API while its routes are collected.
type api struct {
	*API
	auth authorizers
	// routes holds each of Routes by its key, "GET /path".
	routes map[string]*Route
	// cors is a SAM Api's Cors; nil where it has none.
	cors *restCORS
	// document is the API's OpenAPI definition; nil where it has none.
	document *object
	// operations holds the definition's by the keys of their routes, and security
	// what the definition asks for as a whole.
	operations map[string]operation
	security   demand
	// policy is what the API's resource policy asks of all routes; nil for none.
	policy *Auth
	// merges is true where SAM adds events to the definition.
	merges bool
	// validators holds the request validators of the definition by name, and
	// rules the one of operations that name none.
	validators map[string]rules
	rules      rules
	// modelSources holds where each of Models stands.
	modelSources map[string]*object
	// quick is the route of a quick create; nil for none.
	quick *Route
	// raw is true for an API that is not SAM's; SAM adds no events to it.
	raw bool
}

// explicitAPI reads an AWS::Serverless::Api or AWS::Serverless::HttpApi.
func (r *reader) explicitAPI(res *resolve.Resource) {
	a := r.samAPI(r.properties(res, r.merged(res)), false)
	r.stack.APIs = append(r.stack.APIs, a.API)
}

// implicit gives the API of a kind that SAM makes for events naming none, and
// makes it for the first of them. A template that declares a resource of that
// name has its own instead.
func (r *reader) implicit(kind Kind, pos Position) *api {
	res := &resolve.Resource{LogicalID: implicitREST, Type: typeAPI, Pos: pos}
	if kind == HTTP {
		res.LogicalID, res.Type = implicitHTTP, typeHTTPAPI
	}
	if a := r.apis[res.LogicalID]; a != nil {
		return a
	}
	return r.samAPI(r.properties(res, r.globals[res.Type]), true)
}

// newAPI files an API without properties.
func (r *reader) newAPI(res *resolve.Resource, kind Kind) *api {
	a := &api{
		API: &API{
			LogicalID: res.LogicalID,
			ID:        r.scope.APIID(res.LogicalID),
			Kind:      kind,
			Pos:       res.Pos,
		},
		auth:       authorizers{named: map[string]*Auth{}},
		routes:     map[string]*Route{},
		operations: map[string]operation{},
	}
	r.apis[a.LogicalID] = a
	return a
}

// samAPI reads the properties of either type of SAM's APIs and files it.
func (r *reader) samAPI(o *object, implicit bool) *api {
	kind := REST
	if o.resource.Type == typeHTTPAPI {
		kind = HTTP
	}
	a := r.newAPI(o.resource, kind)
	a.Implicit = implicit
	a.document = o.document("DefinitionBody", "DefinitionUri")
	if kind == HTTP {
		o.samHTTP(a)
	} else {
		o.samREST(a)
	}
	return a
}

// samHTTP reads what only an AWS::Serverless::HttpApi has:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-httpapi.html.
func (o *object) samHTTP(a *api) {
	a.Stage = o.stage("$default")
	a.StageVariables = o.textMap("StageVariables", checkStageVariable)
	a.CORS = o.httpCORS("CorsConfiguration")
	o.httpAuthorizers(a)
	// SAM adds events to an inline definition and leaves a file as it is.
	a.merges = o.raw("DefinitionBody") != nil
	o.done(httpAPISchema)
}

// samREST reads what only an AWS::Serverless::Api has:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html.
func (o *object) samREST(a *api) {
	if a.Stage = o.stage("Prod"); !a.Implicit && o.node.Get("StageName") == nil {
		o.fail(a.Pos, "the API %s has no StageName", a.LogicalID)
	}
	a.StageVariables = o.textMap("Variables", checkStageVariable)
	for _, n := range o.texts("BinaryMediaTypes") {
		// SAM takes types with "/" written as "~1" for the sake of its OpenAPI paths.
		a.BinaryMediaTypes = append(a.BinaryMediaTypes, strings.ReplaceAll(n.Value, "~1", "/"))
	}
	o.restAuthorizers(a)
	a.cors = o.restCORS()
	o.customResponses(a, "GatewayResponses")
	o.samModels(a)
	a.merges = o.boolean("MergeDefinitions", false)
	o.resourcePolicy(a, "Policy")
	o.done(apiSchema)
}

var stageName = regexp.MustCompile(`^(\$default|[a-zA-Z0-9_-]{1,128})$`)

func (o *object) stage(fallback string) string {
	v := o.scalar("StageName")
	if v == nil {
		return fallback
	}
	if !stageName.MatchString(v.Value) {
		o.fail(v.Pos, "StageName has to be made of letters, digits, hyphens and underscores, but here is %q", v.Value)
	}
	return v.Value
}

// The forms and lengths of stage variables:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html.
var (
	stageVariableName  = regexp.MustCompile(`^[a-zA-Z0-9_]{1,64}$`)
	stageVariableValue = regexp.MustCompile(`^[A-Za-z0-9\-._~:/?#&=,@]{0,512}$`)
)

func checkStageVariable(name, value string) string {
	if !stageVariableName.MatchString(name) {
		return fmt.Sprintf("has a name that does not match %s", stageVariableName)
	}
	if !stageVariableValue.MatchString(value) {
		return fmt.Sprintf("has a value that does not match %s", stageVariableValue)
	}
	return ""
}

// linked gives the API that an event's RestApiId or ApiId names, the implicit
// one where it names none, and nil after an error.
func (o *object) linked(kind Kind, property string, event Position) *api {
	n := o.raw(property)
	if n == nil {
		return o.implicit(kind, event)
	}
	id, err := o.scope.LogicalID(n)
	if err != nil {
		o.problem(err)
		return nil
	}
	if id == "" {
		return o.implicit(kind, event)
	}
	if a := o.apis[id]; a != nil && a.Kind == kind {
		return a
	}
	// An event may name the implicit API too, before or after it is made.
	if kind == REST && id == implicitREST || kind == HTTP && id == implicitHTTP {
		return o.implicit(kind, event)
	}
	want := map[Kind]string{REST: typeAPI, HTTP: typeHTTPAPI}[kind]
	switch res := o.scope.Resource(id); {
	case res == nil:
		o.fail(n.Pos, "%s: there is no API %q%s", property, id, syntax.Suggestion(id, slices.Sorted(maps.Keys(o.apis))))
	case res.Type != want:
		o.fail(n.Pos, "%s has to name an %s, but %s is an %s", property, want, id, res.Type)
	default:
		o.fail(n.Pos, "%s: the API %s is not created: its condition is false", property, id)
	}
	return nil
}
