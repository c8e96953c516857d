package api

import (
	"cmp"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
)

// RESTEvent reads the properties of an event of type Api:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html.
func (r *Reader) RESTEvent(o *property.Object, function string, pos stack.Position) {
	if r.restEvent(o, &stack.Route{Function: function, Pos: pos}) {
		o.Done(apiEventSchema)
	}
}

// StateMachineEvent reads the properties of an event of type Api of a state machine, for
// which SAM makes a route with an integration that starts an execution:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-statemachine-statemachineapi.html.
func (r *Reader) StateMachineEvent(o *property.Object, pos stack.Position) {
	route := &stack.Route{Pos: pos}
	refuse(o, route, pos, "", "an integration of type AWS with states:action/StartExecution is not emulated")
	if r.restEvent(o, route) {
		o.Done(stateMachineEventSchema)
	}
}

// restEvent reads what the events of functions and of state machines have in common. It
// is false for one that makes no route, whose other properties have no effect.
func (r *Reader) restEvent(o *property.Object, route *stack.Route) bool {
	route.PayloadFormat = stack.Format1
	route.Path = o.Text("Path", "")
	route.Method = method(o, "Method")
	route.Timeout = timeout(o, stack.REST)
	route.Stream = eventStreams(o)
	a := r.linked(o, stack.REST, route.Pos)
	if a != nil {
		route.Validator = a.validation.Event(o)
	}
	if route.Path == "" || route.Method == "" && o.Raw("Method") == nil {
		o.Fail(route.Pos, "an event of type Api needs a Path and a Method")
	}
	if route.Path == "" {
		return false
	}
	route.Method = cmp.Or(route.Method, stack.AnyMethod) // whichever was meant is refused
	a.event(o, route)
	return a != nil
}

// eventStreams reads ResponseTransferMode of an event, of which SAM knows one word
// (add_lambda_integration in samtranslator/swagger/swagger.py) and takes every other,
// STREAM too, for BUFFERED.
func eventStreams(o *property.Object) bool {
	const key, buffered, streamed = "ResponseTransferMode", "BUFFERED", "RESPONSE_STREAM"
	v := o.Scalar(key)
	if v == nil {
		return false
	}
	if v.Value != streamed && v.Value != buffered {
		o.Note(stack.Ignored, v.Pos, key, "SAM streams the response of an event only for "+streamed)
	}
	return v.Value == streamed
}

// HTTPEvent reads the properties of an event of type HttpApi:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-httpapi.html.
func (r *Reader) HTTPEvent(o *property.Object, function string, pos stack.Position) {
	route := &stack.Route{Function: function, Pos: pos}
	route.Path = o.Text("Path", "")
	route.Method = method(o, "Method")
	route.Timeout = timeout(o, stack.HTTP)
	route.PayloadFormat = o.Choice("PayloadFormatVersion", stack.Format2, stack.Format1, stack.Format2)
	a := r.linked(o, stack.HTTP, pos)
	switch {
	case route.Path == "" && route.Method == "":
		route.Path, route.Method = stack.DefaultRoute, stack.AnyMethod
	case route.Path == "":
		o.Fail(pos, "an event of type HttpApi with a Method needs a Path too")
		return
	case route.Method == "":
		o.Fail(pos, "an event of type HttpApi with a Path needs a Method too")
		route.Method = stack.AnyMethod // whichever was meant is refused
	}
	route.Path = httpPath(route.Method, route.Path)
	a.event(o, route)
	if a != nil {
		o.Done(httpAPIEventSchema)
	}
}

// event gives the route of an event, whose properties are o, its authorization and
// puts it into its API, as SAM does:
// https://github.com/aws/serverless-application-model/blob/develop/samtranslator/model/eventsources/push.py.
// An API that the event names and the template does not have is nil.
func (a *draft) event(o *property.Object, route *stack.Route) {
	if a == nil {
		return
	}
	route.Resource, route.Property = o.Resource().LogicalID, o.Path()
	event := a.authorizers.Event(o.Object("Auth"), a.API, route)
	a.closeWith(event.Policy)
	op := a.operations[route.Key()]
	a.join(route, op.places...)
	if all := a.operations[stack.AnyMethod+" "+route.Path]; all.unreadable {
		a.join(route, all.places...)
	}
	if a.merges {
		route.Validator, route.OperationName = cmp.Or(route.Validator, op.validator), op.name
	}
	route.Auth = a.authorizers.RouteAuth(route.Method, a.security, op.asked, event.Demand)
	switch {
	case a.cloudFormation:
		o.Note(stack.Ignored, route.Pos, "", "SAM adds no event to "+a.LogicalID+", which is not an API of SAM's")
	case op.route != nil && (a.merges || event.Overrides):
		a.merge(o, op, route)
	case op.route != nil:
		if event.Demand.Asks() {
			o.Note(stack.Ignored, route.Pos, "Auth", "SAM leaves the route as the definition of "+a.LogicalID+" has it")
		}
	case a.document == nil, a.merges, a.routes[route.Key()] != nil:
		a.insert(o, route)
	default:
		route.Unsupported = "" // what is not there refuses nobody
		o.Note(stack.Ignored, route.Pos, "", "SAM adds no event to the definition of "+a.LogicalID+", which does not have this route")
	}
}

// merge gives a route of the definition what an event, whose properties are o, adds.
// With MergeDefinitions of a REST API the event's integration replaces the definition's
// too. A second event of the route has nothing to add to.
func (a *draft) merge(o *property.Object, op operation, route *stack.Route) {
	a.join(op.route, append(op.places, placeOf(o))...)
	switch {
	case a.Kind == stack.HTTP:
		op.route.Timeout = cmp.Or(route.Timeout, op.route.Timeout)
		if o.Has("PayloadFormatVersion") {
			op.route.PayloadFormat = route.PayloadFormat
		}
	case a.merges:
		*op.route = *route
	}
	op.route.Auth = route.Auth
	a.operations[route.Key()] = operation{asked: op.asked, places: op.places}
}
