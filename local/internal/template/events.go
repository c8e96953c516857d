package template

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"maru/local/internal/template/internal/syntax"
)

const (
	anyMethod    = "ANY"
	defaultRoute = "$default"
	// formatREST and formatHTTP are the payload formats that events of type Api
	// have and that events of type HttpApi have where they name none.
	formatREST = "1.0"
	formatHTTP = "2.0"
)

// The bounds of TimeoutInMillis:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html. An
// account's quota can raise a REST API's 29 seconds up to what a function takes.
const (
	minIntegrationTimeout = 50
	maxRESTTimeout        = maxTimeout * 1000
	maxHTTPTimeout        = 30_000
)

// eventTypes are the types of event that are not requests to an API:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html.
var eventTypes = []string{
	"AlexaSkill", "CloudWatchEvent", "CloudWatchLogs", "Cognito", "DocumentDB", "DynamoDB", "EventBridgeRule",
	"IoTRule", "Kinesis", "MQ", "MSK", "S3", "SNS", "SQS", "Schedule", "ScheduleV2", "SelfManagedKafka",
}

// events reads a function's Events.
func (o *object) events(f *Function) {
	for e, event := range o.object("Events").objects() {
		kind := event.text("Type", "")
		switch {
		case kind == "Api":
			event.object("Properties").apiEvent(f, e.Pos)
		case kind == "HttpApi":
			event.object("Properties").httpAPIEvent(f, e.Pos)
		case slices.Contains(eventTypes, kind):
			event.note(Ignored, e.Pos, "", kind+" sends no events here; invoke the function with one of your own")
		case kind == "":
			o.fail(e.Pos, "the event %s has no Type%s", e.Key, syntax.Suggestion("Type", event.node.Keys()))
		default:
			names := slices.Concat([]string{"Api", "HttpApi"}, eventTypes)
			o.fail(e.Pos, "%q is not a type of event%s", kind, syntax.Suggestion(kind, names))
		}
	}
}

// apiEvent reads the properties of an event of type Api:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html.
func (o *object) apiEvent(f *Function, pos Position) {
	route := &Route{Function: invoked(f), PayloadFormat: formatREST, Pos: pos}
	route.Path = o.text("Path", "")
	route.Method = o.method("Method")
	route.Timeout = o.timeout(maxRESTTimeout)
	route.Stream = o.streams()
	a := o.linked(REST, "RestApiId", pos)
	if a != nil {
		route.Validator = o.eventValidator(a)
	}
	if route.Path == "" || route.Method == "" {
		o.fail(pos, "an event of type Api needs a Path and a Method")
		return
	}
	o.add(a, route)
	o.done(apiEventSchema)
}

// httpAPIEvent reads the properties of an event of type HttpApi:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-httpapi.html.
func (o *object) httpAPIEvent(f *Function, pos Position) {
	route := &Route{Function: invoked(f), Pos: pos}
	route.Path = o.text("Path", "")
	route.Method = o.method("Method")
	route.Timeout = o.timeout(maxHTTPTimeout)
	route.PayloadFormat = o.choice("PayloadFormatVersion", formatHTTP, formatREST, formatHTTP)
	a := o.linked(HTTP, "ApiId", pos)
	switch {
	case route.Path == "" && route.Method == "":
		route.Path, route.Method = defaultRoute, anyMethod
	case route.Path == "":
		o.fail(pos, "an event of type HttpApi with a Method needs a Path too")
		return
	case route.Method == "":
		o.note(Approximated, pos, "Method", "is missing; ANY is taken for it, but SAM does not deploy such an event")
		route.Method = anyMethod
	}
	o.add(a, route)
	o.done(httpAPIEventSchema)
}

// add gives the route its authorization and puts it into its API, as SAM does:
// https://github.com/aws/serverless-application-model/blob/develop/samtranslator/model/eventsources/push.py.
func (o *object) add(a *api, route *Route) {
	if a == nil {
		return
	}
	event, override := o.eventDemand(a, route)
	op := a.operations[route.Key()]
	if a.merges {
		route.Validator = cmp.Or(route.Validator, op.validator)
	}
	route.Auth = a.auth.routeAuth(route.Method, a.security, op.asked, event)
	switch {
	case a.raw:
		o.note(Ignored, route.Pos, "", "SAM adds no event to "+a.LogicalID+", which is not an API of SAM's")
	case op.route != nil && (a.merges || override):
		a.merge(op, route)
	case op.route != nil:
		if event.auth != nil || event.key {
			o.note(Ignored, route.Pos, "Auth", "SAM leaves the route as the definition of "+a.LogicalID+" has it")
		}
	case a.document == nil, a.merges, a.routes[route.Key()] != nil:
		o.insert(a, route)
	default:
		o.note(Ignored, route.Pos, "", "SAM adds no event to the definition of "+a.LogicalID+", which does not have this route")
	}
}

// merge gives a route of the definition what an event adds. With
// MergeDefinitions the event's integration replaces the definition's too. A
// second event of the route has nothing to add to.
func (a *api) merge(op operation, route *Route) {
	if a.merges && a.Kind == REST {
		*op.route = *route
	}
	op.route.Auth = route.Auth
	a.operations[route.Key()] = operation{asked: op.asked}
}

// insert puts a route into its API. It is false for one that cannot be there.
func (o *object) insert(a *api, route *Route) bool {
	if problem := checkPath(a.Kind, route.Path); problem != "" {
		o.fail(route.Pos, "the path %q %s", route.Path, problem)
		return false
	}
	if route.Path == defaultRoute && route.Method != anyMethod {
		o.fail(route.Pos, "the path $default takes every method, but here is %s", route.Method)
		return false
	}
	if first := a.routes[route.Key()]; first != nil {
		o.fail(route.Pos, "%s has the route %s already, defined at %s", a.LogicalID, route.Key(), first.Pos)
		return false
	}
	a.routes[route.Key()] = route
	a.Routes = append(a.Routes, route)
	return true
}

// gatewayMethods are the methods API Gateway takes.
var gatewayMethods = []string{anyMethod, "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

// method reads a method in upper case, "" where it is absent.
func (o *object) method(key string) string {
	v := o.scalar(key)
	if v == nil {
		return ""
	}
	return o.checkMethod(v.Value, v.Pos)
}

// checkMethod gives a method in upper case. SAM takes it in any case, and
// OpenAPI's name for ANY too.
func (o *object) checkMethod(given string, pos Position) string {
	method := strings.ToUpper(given)
	if strings.EqualFold(given, extensionAny) {
		return anyMethod
	}
	if !slices.Contains(gatewayMethods, method) {
		o.fail(pos, "Method has to be %s, but here is %q%s", strings.Join(gatewayMethods, ", "), given,
			syntax.Suggestion(method, gatewayMethods))
	}
	return method
}

func (o *object) timeout(most int) time.Duration {
	if ms := o.integer(o.spell("timeoutInMillis"), minIntegrationTimeout, most); ms != nil {
		return time.Duration(*ms) * time.Millisecond
	}
	return 0
}
