package template

import (
	"strings"

	"maru/local/internal/template/internal/resolve"
)

// rawHTTP reads an AWS::ApiGatewayV2::Api:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-api.html.
func (r *reader) rawHTTP(res *resolve.Resource) {
	o := r.plain(res)
	if o.choice("ProtocolType", "HTTP", "HTTP", "WEBSOCKET") == "WEBSOCKET" {
		r.row(Refused, res, "WebSocket APIs are not served")
		return
	}
	a := r.newAPI(res, HTTP)
	a.raw = true
	a.CORS = o.httpCORS("CorsConfiguration")
	a.document = o.document("Body", "BodyS3Location")
	r.stack.APIs = append(r.stack.APIs, a.API)
	o.quickCreate(a)
	o.done(rawHTTPSchema)
}

// quickCreate reads Target and RouteKey, which make a route, its integration
// and the stage $default with the API.
func (o *object) quickCreate(a *api) {
	key := o.scalar("RouteKey")
	if o.raw("Target") == nil {
		return
	}
	a.Stage = "$default"
	route := &Route{Method: anyMethod, Path: defaultRoute, PayloadFormat: formatHTTP, Pos: a.Pos}
	if key != nil {
		route.Method, route.Path = o.routeKey(key.Value)
	}
	if route.Function = o.invoked("Target", nil); route.Function == "" {
		o.note(Refused, a.Pos, "Target", noTarget+noRoute)
		return
	}
	if o.insert(a, route) {
		a.quick = route
	}
}

// managedOverrides reads an AWS::ApiGatewayV2::ApiGatewayManagedOverrides, which
// may ask for authorization on the route of a quick create:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-apigatewaymanagedoverrides.html.
func (r *reader) managedOverrides(res *resolve.Resource) {
	o := r.plain(res)
	a := o.httpAPI()
	if a == nil {
		return
	}
	defer o.done(overridesSchema)
	route, overridden := o.object("Route"), new(Route)
	overridden.Auth = route.rawAuth(overridden)
	if a.quick != nil {
		a.quick.Auth = overridden.Auth
	}
	route.done(routeSchema)
}

// routeKey takes "GET /pets" apart.
func (o *object) routeKey(key string) (method, path string) {
	if key == defaultRoute {
		return anyMethod, defaultRoute
	}
	method, path, _ = strings.Cut(key, " ")
	return o.checkMethod(method, o.node.Get("RouteKey").Pos), path
}

// httpStage reads an AWS::ApiGatewayV2::Stage.
func (r *reader) httpStage(res *resolve.Resource) {
	o := r.plain(res)
	if a := o.httpAPI(); a != nil {
		o.stageOf(a, "StageVariables", o)
		o.done(stageSchema)
	}
}

// httpAPI gives the API that ApiId leads to; nil for a WebSocket API too, whose
// parts have no note of their own.
func (o *object) httpAPI() *api {
	if res := o.scope.Resource(o.link("ApiId")); res != nil && res.Type == typeRawHTTP && o.apis[res.LogicalID] == nil {
		o.row(Refused, o.resource, "belongs to a WebSocket API, which is not served")
		return nil
	}
	return o.api("ApiId", HTTP)
}

// httpIntegration reads an AWS::ApiGatewayV2::Integration:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-integration.html.
func (r *reader) httpIntegration(res *resolve.Resource) {
	o := r.plain(res)
	a := o.httpAPI()
	if a == nil {
		return
	}
	if route := new(Route); o.integrate(a, route) {
		r.gateway.integrations[res.LogicalID] = route
	}
}

// httpRoute reads an AWS::ApiGatewayV2::Route:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-route.html.
func (r *reader) httpRoute(res *resolve.Resource) {
	o := r.plain(res)
	a, key := o.httpAPI(), o.text("RouteKey", "")
	if a == nil {
		return
	}
	defer o.done(routeSchema)
	route := &Route{Pos: res.Pos}
	route.Auth = o.rawAuth(route)
	id := o.link("Target")
	integration := r.gateway.integrations[id]
	switch {
	case key == "":
		o.fail(res.Pos, "the route %s has no RouteKey", res.LogicalID)
	case id == "":
		o.note(Refused, res.Pos, "Target", "leads to no integration of this template"+noRoute)
	case integration != nil: // an integration that is not emulated has its note
		auth := route.Auth
		*route = *integration
		route.Method, route.Path = o.routeKey(key)
		route.Pos, route.Auth = res.Pos, auth
		o.insert(a, route)
	}
}
