package response

import (
	"slices"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// GatewayResponse reads a customized answer to a type of error, of a SAM Api,
// an OpenAPI definition or an AWS::ApiGateway::GatewayResponse:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html.
func GatewayResponse(o *property.Object) stack.GatewayResponse {
	var g stack.GatewayResponse
	if status := o.Integer(o.Spell("statusCode"), 100, 599); status != nil {
		g.StatusCode = *status
	}
	parameters := o.Object(o.Spell("responseParameters"))
	if o.Resource().Type == resolve.TypeAPI && !o.InDefinition() {
		g.Headers, g.Mapped = headers(parameters.Object("Headers"), "", mappable)
		parameters.Done(samParametersSchema)
	} else {
		g.Headers, g.Mapped = headers(parameters, "gatewayresponse.header.", mappable)
	}
	g.Templates = o.TextMap(o.Spell("responseTemplates"), property.AnyText)
	o.Done(gatewayResponseSchema)
	return g
}

// GatewayResponses reads the property key of o, a mapping of such answers by type; nil
// for none.
func GatewayResponses(o *property.Object, key string) map[string]stack.GatewayResponse {
	var all map[string]stack.GatewayResponse
	for e, response := range o.Object(key).Objects() {
		if all == nil {
			all = map[string]stack.GatewayResponse{}
		}
		CheckType(o, e.Key, e.Pos)
		all[e.Key] = GatewayResponse(response)
	}
	return all
}

// mappable begins what a header of a gateway response can be mapped from:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html.
// Bodies are left out, which are not parsed here.
var mappable = []string{
	"method.request.header.", "method.request.multivalueheader.",
	"method.request.querystring.", "method.request.multivaluequerystring.",
	"method.request.path.", "context.", "stageVariables.",
}

var (
	gatewayResponseSchema = property.Schema{Of: "a gateway response"}
	// A response has no path and no query that parameters could be seen in.
	samParametersSchema = property.Schema{Of: "ResponseParameters", Properties: map[string]property.Effect{
		"Paths":        property.Emulated(),
		"QueryStrings": property.Emulated(),
	}}
)

// types are the types of error:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html.
var types = []string{
	"ACCESS_DENIED", "API_CONFIGURATION_ERROR", "AUTHORIZER_CONFIGURATION_ERROR", "AUTHORIZER_FAILURE", "BAD_REQUEST_BODY",
	"BAD_REQUEST_PARAMETERS", "DEFAULT_4XX", "DEFAULT_5XX", "EXPIRED_TOKEN", "INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT",
	"INVALID_API_KEY", "INVALID_SIGNATURE", "MISSING_AUTHENTICATION_TOKEN", "QUOTA_EXCEEDED", "REQUEST_TOO_LARGE",
	"RESOURCE_NOT_FOUND", "THROTTLED", "UNAUTHORIZED", "UNSUPPORTED_MEDIA_TYPE", "WAF_FILTERED",
}

// CheckType finds a type of error that API Gateway does not have, at pos.
func CheckType(o *property.Object, name string, pos stack.Position) {
	if !slices.Contains(types, name) {
		o.Fail(pos, "%q is not a type of gateway response%s", name, syntax.Suggestion(name, types))
	}
}
