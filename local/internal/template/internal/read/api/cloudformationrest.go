package api

import (
	"cmp"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/auth"
	"maru/local/internal/template/internal/read/openapi"
	"maru/local/internal/template/internal/read/response"
	"maru/local/internal/template/internal/read/validation"
	"maru/local/internal/template/internal/stack"
)

// pathPart is one segment of a REST API's path.
type pathPart struct {
	text string
	// parent is the logical ID of the resource above, or of the API; "" where
	// the template does not have it.
	parent string
}

// CloudFormationREST reads an AWS::ApiGateway::RestApi:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html.
func (r *Reader) CloudFormationREST(o *property.Object) *stack.API {
	a := r.add(o.Resource(), stack.REST)
	a.cloudFormation = true
	a.takeBinary(o.Texts("BinaryMediaTypes"))
	a.document = openapi.Open(o, "Body", "BodyS3Location")
	a.closeWith(auth.Policy(o, a.API, "Policy"))
	o.Done(cloudFormationRESTSchema)
	return a.API
}

// RESTStage reads an AWS::ApiGateway::Stage.
func (r *Reader) RESTStage(o *property.Object) {
	if a := r.of(o, "RestApiId", stack.REST); a != nil {
		s := a.staged(o, "Variables", o, declaredStage)
		o.Done(stageSchema)
		s.fault = o.Fault()
	}
}

// Deployment reads an AWS::ApiGateway::Deployment, which makes a stage where it
// names one.
func (r *Reader) Deployment(o *property.Object) {
	a := r.of(o, "RestApiId", stack.REST)
	if a == nil {
		return
	}
	s := new(staged) // for nobody, where the deployment makes none
	if description := o.Object("StageDescription"); o.Has("StageName") {
		s = a.staged(o, "Variables", description, deployedStage)
		description.Done(stageSchema)
	}
	o.Done(stageSchema)
	s.fault = o.Fault()
}

// PathPart reads an AWS::ApiGateway::Resource.
func (r *Reader) PathPart(o *property.Object) {
	r.of(o, "RestApiId", stack.REST)
	part := o.Text("PathPart", "")
	if problem := checkPathPart(part); problem != "" {
		o.Fail(o.PosOf("PathPart"), "PathPart %s", problem)
	}
	r.paths[o.Resource().LogicalID] = pathPart{part, o.Link("ParentId")}
	o.Done(property.Schema{Of: o.Resource().Type})
}

// path gives the path of a REST API's resource with a logical ID, or of its
// root. It is false for one that does not begin at an API of this template.
// What is wrong with one of the resources on the way is its fault.
func (r *Reader) path(id string) (path, fault string, ok bool) {
	var parts []string
	// A template with a cycle of parents has fewer resources than steps.
	for range len(r.paths) + 1 {
		if r.apis[id] != nil {
			return "/" + strings.Join(parts, "/"), fault, true
		}
		part, ok := r.paths[id]
		if !ok {
			return "", "", false
		}
		parts = append([]string{part.text}, parts...)
		fault = cmp.Or(fault, r.report.Fault(id, property.Below("")))
		id = part.parent
	}
	return "", "", false
}

// Method reads an AWS::ApiGateway::Method:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html.
func (r *Reader) Method(o *property.Object) {
	a := r.of(o, "RestApiId", stack.REST)
	if a == nil {
		return
	}
	defer o.Done(methodSchema)
	route := &stack.Route{Method: method(o, "HttpMethod"), OperationName: o.Text("OperationName", ""), Pos: o.Resource().Pos}
	route.Auth = auth.Method(o, route, r.authorizers)
	route.Validator = a.validation.Method(o, r.validators)
	if route.Method == "" {
		if !o.Has("HttpMethod") {
			o.Fail(o.Resource().Pos, "the method %s has no HttpMethod", o.Resource().LogicalID)
		}
		route.Method = stack.AnyMethod // whichever was meant is refused
	}
	path, fault, ok := r.path(o.Link("ResourceId"))
	route.Path = path
	route.Unsupported = fault
	if validator := o.Link("RequestValidatorId"); validator != "" {
		route.Unsupported = cmp.Or(fault, r.report.Fault(validator, property.Below("")))
	}
	switch integration := o.Object("Integration"); {
	case !ok:
		a.unplaced(o, "ResourceId", "leads to no resource of this template: the path of the route is not known")
	case !integration.Exists():
		refuse(o, route, o.Resource().Pos, "Integration", "the method has no Integration")
		a.insert(o, route)
	default:
		a.integrate(integration, route)
		a.insert(o, route)
	}
}

// RESTAuthorizer reads an AWS::ApiGateway::Authorizer:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-authorizer.html.
func (r *Reader) RESTAuthorizer(o *property.Object) {
	r.authorizer(o, r.of(o, "RestApiId", stack.REST))
}

// RequestValidator reads an AWS::ApiGateway::RequestValidator.
func (r *Reader) RequestValidator(o *property.Object) {
	r.of(o, "RestApiId", stack.REST)
	r.validators[o.Resource().LogicalID] = validation.Validator(o)
}

// Model reads an AWS::ApiGateway::Model.
func (r *Reader) Model(o *property.Object) {
	var declared *validation.API
	if a := r.of(o, "RestApiId", stack.REST); a != nil {
		declared = a.validation
	}
	declared.Model(o)
}

// GatewayResponse reads an AWS::ApiGateway::GatewayResponse.
func (r *Reader) GatewayResponse(o *property.Object) {
	kind := o.Text("ResponseType", "")
	if kind == "" {
		o.Fail(o.Resource().Pos, "the gateway response %s has no ResponseType", o.Resource().LogicalID)
	} else {
		response.CheckType(o, kind, o.PosOf("ResponseType"))
	}
	if a := r.of(o, "RestApiId", stack.REST); a != nil {
		a.customize(kind, response.GatewayResponse(o))
	}
}
