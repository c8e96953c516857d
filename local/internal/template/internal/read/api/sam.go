package api

import (
	"fmt"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/auth"
	"maru/local/internal/template/internal/read/openapi"
	"maru/local/internal/template/internal/read/response"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
)

// SAM reads an AWS::Serverless::Api or AWS::Serverless::HttpApi.
func (r *Reader) SAM(o *property.Object) *stack.API { return r.sam(o, false).API }

// sam reads the properties of either type of SAM's APIs and files it.
func (r *Reader) sam(o *property.Object, implicit bool) *draft {
	kind := stack.REST
	if o.Resource().Type == resolve.TypeHTTPAPI {
		kind = stack.HTTP
	}
	a := r.add(o.Resource(), kind)
	a.Implicit = implicit
	a.document = openapi.Open(o, "DefinitionBody", "DefinitionUri")
	a.inline = o.Raw("DefinitionBody") != nil
	if kind == stack.HTTP {
		a.samHTTP(o)
	} else {
		a.samREST(o)
	}
	a.authorizers.Edited = a.document == nil || a.merges
	a.checkInline(o)
	o.RefuseList("Tags") // CloudFormation's own types have one
	return a
}

// samHTTP reads what only an AWS::Serverless::HttpApi has:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-httpapi.html.
func (a *draft) samHTTP(o *property.Object) {
	a.addStage(&staged{name: stage(o, stack.HTTP, stack.DefaultStage), variables: o.TextMap("StageVariables", checkStageVariable)})
	a.CORS = response.HTTPCORS(o, "CorsConfiguration")
	a.authorizers = auth.HTTP(o.Object("Auth"), a.API)
	a.merges = a.inline
	o.Done(httpAPISchema)
}

// samREST reads what only an AWS::Serverless::Api has:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html.
func (a *draft) samREST(o *property.Object) {
	if !a.Implicit && !o.Has("StageName") {
		o.Fail(a.Pos, "the API %s has no StageName", a.LogicalID)
	}
	a.addStage(&staged{name: stage(o, stack.REST, "Prod"), variables: o.TextMap("Variables", checkStageVariable)})
	a.takeBinary(o.Texts("BinaryMediaTypes"))
	authorizers, policy := auth.REST(o.Object("Auth"), a.API)
	a.authorizers = authorizers
	a.closeWith(policy)
	a.cors = response.NewRESTCORS(o)
	a.GatewayResponses = response.GatewayResponses(o, "GatewayResponses")
	a.validation.Models(o)
	a.merges = o.Boolean("MergeDefinitions", false)
	a.closeWith(auth.Policy(o, a.API, "Policy"))
	o.Done(apiSchema)
}

// stageName is the form of a stage's name:
// https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html.
var stageName = property.NewForm("[a-zA-Z0-9_-]", 1, 128)

// stage reads the StageName of an API of a kind. $default is an HTTP API's.
func stage(o *property.Object, kind stack.Kind, fallback string) string {
	v := o.Scalar("StageName")
	if v == nil {
		return fallback
	}
	if !stageName.Matches(v.Value) && (kind == stack.REST || v.Value != stack.DefaultStage) {
		o.Fail(v.Pos, "StageName has to be made of letters, digits, hyphens and underscores, but here is %q", v.Value)
	}
	return v.Value
}

// The forms and lengths of stage variables:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html.
var (
	stageVariableName  = property.NewForm(`[a-zA-Z0-9_]`, 1, 64)
	stageVariableValue = property.NewForm(`[A-Za-z0-9\-._~:/?#&=,@]`, 0, 512)
)

// checkStageVariable says what is wrong with a stage variable, or "".
func checkStageVariable(name, value string) string {
	if !stageVariableName.Matches(name) {
		return fmt.Sprintf("has a name that does not match %s", stageVariableName)
	}
	if !stageVariableValue.Matches(value) {
		return fmt.Sprintf("has a value that does not match %s", stageVariableValue)
	}
	return ""
}
