package api

import (
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/response"
	"maru/local/internal/template/internal/stack"
)

// noRoute ends the note on what cannot be behind a route.
const noRoute = ": the API does not have the route"

// integrate reads an integration, o, into the route, one of OpenAPI's
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
// or of CloudFormation's AWS::ApiGateway::Method and
// AWS::ApiGatewayV2::Integration. It is false where this host cannot emulate
// it, which a note says.
func (a *draft) integrate(o *property.Object, route *stack.Route) bool {
	defer o.Done(integrationSchema)
	route.PayloadFormat = stack.Format1
	route.Timeout = timeout(o, a.Kind)
	kind := strings.ToUpper(o.Text(o.Spell("type", "integrationType"), ""))
	if service := o.Text(o.Spell("integrationSubtype"), ""); service != "" {
		kind += " " + service
	}
	switch {
	case kind == "AWS_PROXY":
		if a.Kind == stack.HTTP {
			// API Gateway takes 1.0 where nothing is given:
			// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html.
			route.PayloadFormat = o.Choice(o.Spell("payloadFormatVersion"), stack.Format1, stack.Format1, stack.Format2)
		}
		route.Misconfigured = a.Kind == stack.REST && misconfigured(o)
		route.Stream = a.Kind == stack.REST && streams(o)
		key := o.Spell("uri", "integrationUri")
		if route.Function = o.Function(key, a.StageVariables); route.Function == "" {
			o.Note(stack.Refused, o.Pos(), key, property.NoTarget+noRoute)
		}
		return route.Function != ""
	case kind == "MOCK" && a.Kind == stack.REST:
		route.Mock = response.Mock(o)
		return true
	}
	o.Note(stack.Refused, o.Pos(), "", "an integration of type "+kind+" is not emulated"+noRoute)
	return false
}

// misconfigured tells whether a REST API's Lambda proxy integration is one that
// API Gateway deploys and cannot call.
func misconfigured(o *property.Object) bool {
	const answered = ", so API Gateway answers every request with 500"
	key := o.Spell("httpMethod", "integrationHttpMethod")
	if !strings.EqualFold(o.Text(key, "POST"), "POST") {
		o.Note(stack.Refused, o.Pos(), key, "Lambda is called by POST alone"+answered)
		return true
	}
	key = o.Spell("requestParameters")
	for _, e := range o.Object(key).Entries() {
		name, ok := strings.CutPrefix(e.Key, "integration.request.header.")
		if ok && slices.Contains(unmappable, strings.ToLower(name)) {
			o.Note(stack.Refused, e.Pos, key, name+" cannot be mapped"+answered)
			return true
		}
	}
	return false
}

// unmappable are the header fields that stop an integration if a request
// parameter is mapped to them, and a Lambda proxy integration too, which makes
// nothing else of its request parameters: recorded from AWS in
// test_apigateway_header_remapping_aws[AWS_PROXY] of localstack/localstack
// (tests/aws/services/apigateway/test_apigateway_integrations.py), the last
// without a recording. It is recorded of fixed values; a field that is mapped
// from the request is taken to be there.
var unmappable = []string{
	"authorization", "connection", "content-length", "expect", "proxy-authenticate", "te", "transfer-encoding", "x-amzn-trace-id",
}
