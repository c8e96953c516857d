package api

import (
	"cmp"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/auth"
	"maru/local/internal/template/internal/read/openapi"
	"maru/local/internal/template/internal/read/response"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
)

// CloudFormationHTTP reads an AWS::ApiGatewayV2::Api:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-api.html.
func (r *Reader) CloudFormationHTTP(o *property.Object) *stack.API {
	if o.Choice("ProtocolType", "HTTP", "HTTP", "WEBSOCKET") == "WEBSOCKET" {
		o.NoteResource(stack.Refused, "WebSocket APIs are not served")
		return nil
	}
	a := r.add(o.Resource(), stack.HTTP)
	a.cloudFormation = true
	a.CORS = response.HTTPCORS(o, "CorsConfiguration")
	a.document = openapi.Open(o, "Body", "BodyS3Location")
	a.quickCreate(o)
	o.Done(cloudFormationHTTPSchema)
	return a.API
}

// quickCreate reads Target and RouteKey, which make a route, its integration
// and the stage $default with the API.
func (a *draft) quickCreate(o *property.Object) {
	key := o.Scalar("RouteKey")
	if o.Raw("Target") == nil {
		return
	}
	a.addStage(&staged{name: stack.DefaultStage})
	route := &stack.Route{Method: stack.AnyMethod, Path: stack.DefaultRoute, PayloadFormat: stack.Format2, Pos: a.Pos}
	if key != nil {
		route.Method, route.Path = routeKey(o, key.Value)
	}
	if to := o.PlainText("Target"); strings.Contains(to, "://") {
		refuse(o, route, a.Pos, "Target", "an integration of type HTTP_PROXY"+target(to)+" is not emulated")
	} else {
		invoke(o, route, "Target", nil)
	}
	if a.insert(o, route) {
		a.quick = route
	}
}

// ManagedOverrides reads an AWS::ApiGatewayV2::ApiGatewayManagedOverrides, which
// may ask for authorization on the route of a quick create:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-apigatewaymanagedoverrides.html.
func (r *Reader) ManagedOverrides(o *property.Object) {
	a := r.httpOf(o)
	if a == nil {
		r.overrideUnknown(o)
		return
	}
	route, overridden := o.Object("Route"), new(stack.Route)
	overridden.Auth = cmp.Or(auth.Unknown(route), auth.Route(route, overridden, r.authorizers))
	route.Done(routeSchema)
	o.Done(overridesSchema)
	if a.quick != nil {
		a.quick.Auth = overridden.Auth
		a.quick.Unsupported = cmp.Or(a.quick.Unsupported, o.Fault())
	}
}

// overrideUnknown refuses the requests of every quick create that the overrides o may be
// meant for, as its API is not known.
func (r *Reader) overrideUnknown(o *property.Object) {
	why := cmp.Or(o.Fault(), o.PosOf("ApiId").String()+": the API of "+o.Resource().LogicalID+" is not known here")
	for _, a := range r.apis {
		if a.quick != nil {
			a.quick.Unsupported = cmp.Or(a.quick.Unsupported, why)
		}
	}
}

// routeKey takes "GET /pets" apart.
func routeKey(o *property.Object, key string) (method, path string) {
	if key == stack.DefaultRoute {
		return stack.AnyMethod, stack.DefaultRoute
	}
	method, path, _ = strings.Cut(key, " ")
	return checkMethod(o, method, o.PosOf("RouteKey")), path
}

// HTTPStage reads an AWS::ApiGatewayV2::Stage.
func (r *Reader) HTTPStage(o *property.Object) {
	if a := r.httpOf(o); a != nil {
		s := a.staged(o, "StageVariables", o, declaredStage)
		o.Done(stageSchema)
		s.fault = o.Fault()
	}
}

// httpOf gives the API that ApiId leads to; nil for a WebSocket API too, whose
// parts have no note of their own.
func (r *Reader) httpOf(o *property.Object) *draft {
	if res := r.scope.Resource(o.Link("ApiId")); res != nil && res.Type == resolve.TypeCloudFormationHTTP && r.apis[res.LogicalID] == nil {
		o.NoteResource(stack.Refused, "belongs to a WebSocket API, which is not served")
		return nil
	}
	return r.of(o, "ApiId", stack.HTTP)
}

// Integration reads an AWS::ApiGatewayV2::Integration:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-integration.html.
func (r *Reader) Integration(o *property.Object) {
	a := r.httpOf(o)
	if a == nil {
		return
	}
	route := new(stack.Route)
	a.integrate(o, route)
	route.Unsupported = cmp.Or(route.Unsupported, o.Fault())
	r.integrations[o.Resource().LogicalID] = route
}

// Route reads an AWS::ApiGatewayV2::Route:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-route.html.
func (r *Reader) Route(o *property.Object) {
	a, key := r.httpOf(o), o.Text("RouteKey", "")
	if a == nil {
		return
	}
	defer o.Done(routeSchema)
	route := &stack.Route{Pos: o.Resource().Pos}
	route.Auth = auth.Route(o, route, r.authorizers)
	integration := r.integrations[o.Link("Target")]
	switch {
	case key == "":
		o.Fail(o.Resource().Pos, "the route %s has no RouteKey", o.Resource().LogicalID)
		return
	case integration != nil:
		asked := route.Auth
		*route = *integration
		route.Pos, route.Auth = o.Resource().Pos, asked
	default:
		refuse(o, route, o.Resource().Pos, "Target", "the Target leads to no integration of this template")
	}
	route.Method, route.Path = routeKey(o, key)
	a.insert(o, route)
}

// HTTPAuthorizer reads an AWS::ApiGatewayV2::Authorizer:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-authorizer.html.
func (r *Reader) HTTPAuthorizer(o *property.Object) { r.authorizer(o, r.httpOf(o)) }

// authorizer files an authorizer of an API of either kind; nil for one that the
// template does not have.
func (r *Reader) authorizer(o *property.Object, a *draft) {
	if a == nil {
		return
	}
	id := o.Resource().LogicalID
	r.authorizers[id] = auth.Authorizer(o, a.API, o.Text("Name", id), "")
}
