package template

import (
	"strings"

	"maru/local/internal/template/internal/resolve"
)

// gatewayParts is what CloudFormation's own resources of APIs came to, by
// logical ID, for others to refer to.
type gatewayParts struct {
	// ids gives the logical ID of a part of an API for what Ref gives for it.
	ids map[string]string
	// paths holds the AWS::ApiGateway::Resources.
	paths map[string]pathPart
	// integrations holds the AWS::ApiGatewayV2::Integrations: what they give to
	// the routes that target them. Those that are not emulated are nil.
	integrations map[string]*Route
	authorizers  map[string]*Auth
	validators   map[string]rules
}

// pathPart is one segment of a REST API's path.
type pathPart struct {
	text string
	// parent is the logical ID of the resource above, or of the API; "" where
	// the template does not have it.
	parent string
}

// plain gives the object over the properties of a resource that SAM's Globals
// have no part in.
func (r *reader) plain(res *resolve.Resource) *object {
	return r.properties(res, res.Node.Get("Properties"))
}

// rawREST reads an AWS::ApiGateway::RestApi:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html.
func (r *reader) rawREST(res *resolve.Resource) {
	o := r.plain(res)
	a := r.newAPI(res, REST)
	a.raw = true
	for _, n := range o.texts("BinaryMediaTypes") {
		a.BinaryMediaTypes = append(a.BinaryMediaTypes, n.Value)
	}
	a.document = o.document("Body", "BodyS3Location")
	o.resourcePolicy(a, "Policy")
	o.done(rawRESTSchema)
	r.stack.APIs = append(r.stack.APIs, a.API)
}

// restStage reads an AWS::ApiGateway::Stage.
func (r *reader) restStage(res *resolve.Resource) {
	o := r.plain(res)
	if a := o.api("RestApiId", REST); a != nil {
		o.stageOf(a, "Variables", o)
		o.done(stageSchema)
	}
}

// deployment reads an AWS::ApiGateway::Deployment, which makes a stage where it
// names one.
func (r *reader) deployment(res *resolve.Resource) {
	o := r.plain(res)
	a := o.api("RestApiId", REST)
	if a == nil {
		return
	}
	if description := o.object("StageDescription"); o.has("StageName") {
		o.stageOf(a, "Variables", description)
		description.done(stageSchema)
	}
	o.done(stageSchema)
}

// stageOf gives the API the stage that o names, its variables in the object
// variables. An API has one stage here, the first of the template.
func (o *object) stageOf(a *api, key string, variables *object) {
	name, values := o.stage(""), variables.textMap(key, checkStageVariable)
	if a.Stage != "" {
		o.note(Approximated, o.pos, "StageName", "the API "+a.LogicalID+" is served with its first stage only, "+a.Stage)
		return
	}
	a.Stage, a.StageVariables = name, values
}

// pathPart reads an AWS::ApiGateway::Resource.
func (r *reader) pathPart(res *resolve.Resource) {
	o := r.plain(res)
	o.api("RestApiId", REST)
	r.gateway.paths[res.LogicalID] = pathPart{o.text("PathPart", ""), o.link("ParentId")}
	o.done(schema{of: res.Type})
}

// path gives the path of a REST API's resource with a logical ID, or of its
// root. It is false for one that does not begin at an API of this template.
func (r *reader) path(id string) (string, bool) {
	var parts []string
	// A template with a cycle of parents has fewer resources than steps.
	for range len(r.gateway.paths) + 1 {
		if r.apis[id] != nil {
			return "/" + strings.Join(parts, "/"), true
		}
		part, ok := r.gateway.paths[id]
		if !ok {
			return "", false
		}
		parts = append([]string{part.text}, parts...)
		id = part.parent
	}
	return "", false
}

// restMethod reads an AWS::ApiGateway::Method:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html.
func (r *reader) restMethod(res *resolve.Resource) {
	o := r.plain(res)
	a := o.api("RestApiId", REST)
	if a == nil {
		return
	}
	defer o.done(methodSchema)
	route := &Route{Method: o.method("HttpMethod"), Pos: res.Pos}
	route.Auth = with(o.rawAuth(route), nil, o.boolean("ApiKeyRequired", false), res.Pos)
	o.asksKey(route.Auth)
	route.Validator = o.methodValidator(a)
	path, ok := r.path(o.link("ResourceId"))
	route.Path = path
	switch integration := o.object("Integration"); {
	case route.Method == "":
		o.fail(res.Pos, "the method %s has no HttpMethod", res.LogicalID)
	case !ok:
		o.note(Ignored, res.Pos, "ResourceId", "leads to no resource of this template"+noRoute)
	case !integration.exists():
		o.note(Refused, res.Pos, "Integration", "is missing"+noRoute)
	case integration.integrate(a, route):
		o.insert(a, route)
	}
}

// asksKey files that a method asks for an API key, where it does.
func (o *object) asksKey(auth *Auth) {
	if n := o.node.Get("ApiKeyRequired"); n != nil && auth != nil && auth.APIKey {
		o.asks(&Auth{APIKey: true}, n.Pos, "ApiKeyRequired")
	}
}
