package template

import "maru/local/internal/template/internal/stack"

// What reading a template comes to. Package stack, where these types stand, says what
// each of their fields means.
type (
	// Stack is what a template says a host has to run.
	Stack = stack.Stack
	// Function is one Lambda function of the template.
	Function = stack.Function
	// BuildProperties are those of a function's Metadata that a build heeds here.
	BuildProperties = stack.BuildProperties
	// Logging is a function's LoggingConfig.
	Logging = stack.Logging
	// Layer is one layer of the template.
	Layer = stack.Layer
	// Async is what becomes of a function's asynchronous invocations.
	Async = stack.Async
	// Destination is where Lambda sends a record or a failed event.
	Destination = stack.Destination

	// API is one REST API, HTTP API or function URL.
	API = stack.API
	// Kind tells the kinds of API apart.
	Kind = stack.Kind
	// Route is one method and path of an API with what is behind it.
	Route = stack.Route
	// Mock is the answer of a route that no function gives.
	Mock = stack.Mock
	// CORS is what an HTTP API or a function URL answers preflight requests with.
	CORS = stack.CORS
	// GatewayResponse is a REST API's own answer to one type of error.
	GatewayResponse = stack.GatewayResponse
	// Validator is what a REST API checks of a route's requests.
	Validator = stack.Validator
	// Model is a schema of bodies.
	Model = stack.Model

	// Auth is what a route asks of its callers.
	Auth = stack.Auth
	// AuthKind is a way in which API Gateway authorizes a request.
	AuthKind = stack.AuthKind
	// Authorizer is what an API declares to know callers by.
	Authorizer = stack.Authorizer
	// LambdaAuthorizer asks a function.
	LambdaAuthorizer = stack.LambdaAuthorizer
	// JWTAuthorizer checks tokens of OpenID Connect and OAuth 2.0.
	JWTAuthorizer = stack.JWTAuthorizer
	// CognitoAuthorizer checks tokens of Amazon Cognito's user pools.
	CognitoAuthorizer = stack.CognitoAuthorizer

	// Note says of one thing in the template what this host makes of it.
	Note = stack.Note
	// Level grades a Note.
	Level = stack.Level
	// Position is a place in a template.
	Position = stack.Position
	// Error is something wrong in a template, and where.
	Error = stack.Error
)

// The kinds of API, for API.Kind.
const (
	REST = stack.REST
	HTTP = stack.HTTP
	URL  = stack.URL
)

// What stands in the fields of an API and its routes: the Method that matches every
// other, the Path for what no other route takes, the Stage of an API that names none,
// and the two versions of the payload format.
const (
	AnyMethod    = stack.AnyMethod
	DefaultRoute = stack.DefaultRoute
	DefaultStage = stack.DefaultStage
	Format1      = stack.Format1
	Format2      = stack.Format2
)

// The kinds of authorization that a route can ask for, for Auth.Kinds.
const (
	AuthJWT     = stack.AuthJWT
	AuthCognito = stack.AuthCognito
	AuthLambda  = stack.AuthLambda
	AuthIAM     = stack.AuthIAM
	AuthAPIKey  = stack.AuthAPIKey
	AuthPolicy  = stack.AuthPolicy
)

// The levels of a Note: what has no effect on this host, what has another than
// AWS's, what is refused, what has AWS's effect, what functions and APIs do without, and
// what AWS would not deploy.
const (
	Ignored      = stack.Ignored
	Approximated = stack.Approximated
	Refused      = stack.Refused
	Emulated     = stack.Emulated
	Listed       = stack.Listed
	Invalid      = stack.Invalid
)

// Unqualified returns the logical ID of a function that has a version or an alias
// behind a colon, or has none.
func Unqualified(function string) string { return stack.Unqualified(function) }
