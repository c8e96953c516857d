package response

import (
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
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
		g.Headers = headers(parameters.Object("Headers"), "")
	} else {
		g.Headers = headers(parameters, "gatewayresponse.header.")
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
		all[e.Key] = GatewayResponse(response)
	}
	return all
}

var gatewayResponseSchema = property.Schema{Of: "a gateway response"}
