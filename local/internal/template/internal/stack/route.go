package stack

import "time"

// The words and figures that stand in a Route.
const (
	// AnyMethod is the Method that matches every other.
	AnyMethod = "ANY"
	// DefaultRoute is the Path of an HTTP API for what no other route takes.
	DefaultRoute = "$default"
	// Format1 is a payload format version: that of a REST API's events, and of an HTTP
	// API's where a route asks for it.
	Format1 = "1.0"
	// Format2 is that of an HTTP API's events where nothing else is asked for, and of a
	// function URL's.
	Format2 = "2.0"
)

// Route is one method and path of an API with the function behind it.
type Route struct {
	// Method is upper case; "ANY" matches every method API Gateway carries.
	Method string
	// Path is the template path: "/pets/{id}", "/{proxy+}", or "$default", which
	// REST APIs do not have.
	Path string
	// OperationName is what events of a REST API call the route beside its path;
	// empty for nothing, and for other kinds, whose events do not have it.
	OperationName string
	// Function is the logical ID of the function, and behind a colon the version or
	// the alias where the route leads to one: "Hello:live". Empty where Mock,
	// MissingFunction or Unsupported is set.
	Function string
	// MissingFunction is what the route invokes where that is no function of this
	// template: an ARN or an integration's URI. Empty where the function is there.
	MissingFunction string
	// URI is what the route invokes as it was before the stage's variables were filled
	// in; empty where there are none in it.
	URI string
	// Unsupported says why this host cannot serve the route: an integration of a type
	// that is not emulated, or an error in what the route is made of. Empty where it
	// can. Such a route is there, so that no other takes its requests, and refuses
	// them. A Note says the same.
	Unsupported string
	// Misconfigured is true for an integration that AWS deploys and answers with
	// 500: a REST API's Lambda proxy integration with another method than POST, or
	// that maps a parameter to a header field that API Gateway keeps to itself, and
	// any with a version or an alias that the function does not have.
	Misconfigured bool
	// Mock is the answer of a REST API that no function gives: a MOCK
	// integration, as CORS preflights have. nil for every other route.
	Mock *Mock
	// PayloadFormat is Format1 or Format2.
	PayloadFormat string
	// Stream is true where the response goes out while the function writes it:
	// ResponseTransferMode STREAM of a REST API, InvokeMode RESPONSE_STREAM of a
	// function URL.
	Stream bool
	// Timeout is the integration's; zero means API Gateway's own limit.
	Timeout time.Duration
	// Auth is what a caller has to pass before the function; nil for nothing.
	Auth *Auth
	// Validator is what a REST API checks of a request before the integration;
	// nil for nothing.
	Validator *Validator
	// Resource is the logical ID of the resource that declares the route, and Property
	// the dotted path of what does there, "Events.Hello.Properties"; empty for the
	// resource as a whole.
	Resource, Property string
	Pos                Position
}

// Key gives the route's method and path, "GET /pets/{id}", which no two routes of
// an API share.
func (r *Route) Key() string { return r.Method + " " + r.Path }

// Mock is a MOCK integration's answer, always the same one.
type Mock struct {
	StatusCode int
	// Headers holds what the template sets; where that is no Content-Type, API
	// Gateway's own is application/json.
	Headers map[string]string
	Body    string
}

// Validator is what a request validator checks of a route's requests:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html.
type Validator struct {
	// Headers, Path and Query are the names of the parameters that have to be
	// there and not blank, each list sorted.
	Headers, Path, Query []string
	// Models are the names of the API's Models by the media type of the bodies
	// that have to match them; "$default" stands for every other type. A body
	// of a type that has no model is not checked.
	Models map[string]string
}
