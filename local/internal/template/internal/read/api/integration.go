package api

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/response"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// What notes say of a route that this host cannot serve, and of one whose function the
// template does not have.
const (
	notServed = ": the route answers every request with 501"
	notThere  = property.NoTarget + ": the route answers every request with 500"
)

// refuse makes a route one that this host cannot serve, which o notes at pos for its
// property key, unless an event makes another of it.
func refuse(o *property.Object, route *stack.Route, pos stack.Position, key, why string) {
	route.Unsupported = why
	o.NoteAtEnd(func() (stack.Note, bool) {
		return o.NewNote(stack.Refused, pos, key, why+notServed), route.Unsupported != ""
	})
}

// invoke gives the route the function that the property key of o leads to, or says that
// the template does not have it.
func invoke(o *property.Object, route *stack.Route, key string, variables map[string]string) {
	if uri := o.PlainText(key); resolve.StageVariables(uri) {
		route.URI = uri
	}
	if route.Function = o.Function(key, variables); route.Function == "" {
		route.MissingFunction = cmp.Or(o.PlainText(key), "nothing")
		o.Note(stack.Refused, o.PosOf(key), key, notThere)
	}
}

// integrate reads an integration, o, into the route, one of OpenAPI's
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
// or of CloudFormation's AWS::ApiGateway::Method and
// AWS::ApiGatewayV2::Integration. One that is not emulated makes the route Unsupported.
func (a *draft) integrate(o *property.Object, route *stack.Route) {
	defer o.Done(integrationSchema)
	route.PayloadFormat = stack.Format1
	route.Timeout = timeout(o, a.Kind)
	kind := strings.ToUpper(o.Text(o.Spell("type", "integrationType"), ""))
	if service := o.Text(o.Spell("integrationSubtype"), ""); service != "" {
		kind += " " + service
	}
	key := o.Spell("uri", "integrationUri")
	switch {
	case kind == "AWS_PROXY" && lambdaURI(o.PlainText(key)):
		if a.Kind == stack.HTTP {
			// API Gateway takes 1.0 where nothing is given:
			// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html.
			route.PayloadFormat = o.Choice(o.Spell("payloadFormatVersion"), stack.Format1, stack.Format1, stack.Format2)
		}
		route.Misconfigured = a.Kind == stack.REST && misconfigured(o)
		route.Stream = a.Kind == stack.REST && streams(o)
		invoke(o, route, key, a.StageVariables)
	case kind == "MOCK" && a.Kind == stack.REST:
		route.Mock = response.Mock(o)
	default:
		refuse(o, route, o.Pos(), "", "an integration of type "+kind+target(o.PlainText(key))+" is not emulated"+suggestedType(kind))
	}
}

// integrationTypes are those that there are:
// https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html.
var integrationTypes = []string{"AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK"}

// suggestedType gives the end of a message on a type that there is not.
func suggestedType(kind string) string {
	if own, _, _ := strings.Cut(kind, " "); slices.Contains(integrationTypes, own) { // behind it may be a service
		return ""
	}
	return syntax.Suggestion(kind, integrationTypes)
}

// serviceURI is the URI of an integration with a service of AWS,
// arn:aws:apigateway:REGION:dynamodb:action/PutItem, of which the service and what is
// asked of it are taken:
// https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html.
var serviceURI = regexp.MustCompile(`^arn:[^:]*:apigateway:[^:]*:([^:]+):(.+)$`)

// lambdaURI tells whether the URI of a proxy integration may be a function's: it is no
// other service's.
func lambdaURI(uri string) bool {
	m := serviceURI.FindStringSubmatch(uri)
	return m == nil || m[1] == "lambda"
}

// target names what the URI of an integration leads to, for a note; "" for nothing.
func target(uri string) string {
	if m := serviceURI.FindStringSubmatch(uri); m != nil {
		return " with " + m[1] + ":" + m[2]
	}
	if uri != "" {
		return " with " + uri
	}
	return ""
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
