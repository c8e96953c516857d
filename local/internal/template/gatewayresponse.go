package template

import "maru/local/internal/template/internal/resolve"

// customResponse reads one customized answer to a type of error, of a SAM Api,
// an OpenAPI definition or an AWS::ApiGateway::GatewayResponse:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html.
func (o *object) customResponse() GatewayResponse {
	var g GatewayResponse
	if status := o.integer(o.spell("statusCode"), 100, 599); status != nil {
		g.StatusCode = *status
	}
	parameters := o.object(o.spell("responseParameters"))
	if o.resource.Type == typeAPI && !o.openAPI {
		g.Headers = parameters.object("Headers").headers("")
	} else {
		g.Headers = parameters.headers("gatewayresponse.header.")
	}
	g.Templates = o.textMap(o.spell("responseTemplates"), anyText)
	return g
}

// customResponses reads a mapping of such answers by type.
func (o *object) customResponses(a *api, key string) {
	for e, response := range o.object(key).objects() {
		a.customize(e.Key, response.customResponse())
		response.done(gatewayResponseSchema)
	}
}

func (a *api) customize(kind string, response GatewayResponse) {
	if a.GatewayResponses == nil {
		a.GatewayResponses = map[string]GatewayResponse{}
	}
	a.GatewayResponses[kind] = response
}

// gatewayResponse reads an AWS::ApiGateway::GatewayResponse.
func (r *reader) gatewayResponse(res *resolve.Resource) {
	o := r.plain(res)
	kind := o.text("ResponseType", "")
	if kind == "" {
		o.fail(res.Pos, "the gateway response %s has no ResponseType", res.LogicalID)
	}
	if a := o.api("RestApiId", REST); a != nil {
		a.customize(kind, o.customResponse())
		o.done(gatewayResponseSchema)
	}
}
