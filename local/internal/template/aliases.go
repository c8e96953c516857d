package template

import "maru/local/internal/template/internal/stack"

// What reading a template comes to; package stack, where these types stand, says
// what each of their fields means.
type (
	// Stack is what a template says a host has to run; see stack.Stack.
	Stack = stack.Stack
	// Function is one Lambda function of the template; see stack.Function.
	Function = stack.Function
	// BuildProperties are those of a function's Metadata that a build heeds here; see stack.BuildProperties.
	BuildProperties = stack.BuildProperties
	// Logging is a function's LoggingConfig; see stack.Logging.
	Logging = stack.Logging
	// Layer is one layer of the template; see stack.Layer.
	Layer = stack.Layer
	// Async is what becomes of a function's asynchronous invocations; see stack.Async.
	Async = stack.Async
	// Destination is where Lambda sends a record or a failed event; see stack.Destination.
	Destination = stack.Destination

	// API is one REST API, HTTP API or function URL; see stack.API.
	API = stack.API
	// Kind tells the kinds of API apart; see stack.Kind.
	Kind = stack.Kind
	// Route is one method and path of an API with what is behind it; see stack.Route.
	Route = stack.Route
	// Mock is the answer of a route that no function gives; see stack.Mock.
	Mock = stack.Mock
	// CORS is what an HTTP API or a function URL answers preflight requests with; see stack.CORS.
	CORS = stack.CORS
	// GatewayResponse is a REST API's own answer to one type of error; see stack.GatewayResponse.
	GatewayResponse = stack.GatewayResponse
	// Validator is what a REST API checks of a route's requests; see stack.Validator.
	Validator = stack.Validator
	// Model is a schema of bodies; see stack.Model.
	Model = stack.Model

	// Auth is what a route asks of its callers; see stack.Auth.
	Auth = stack.Auth
	// AuthKind is a way in which API Gateway authorizes a request; see stack.AuthKind.
	AuthKind = stack.AuthKind
	// Authorizer is what an API declares to know callers by; see stack.Authorizer.
	Authorizer = stack.Authorizer
	// LambdaAuthorizer asks a function; see stack.LambdaAuthorizer.
	LambdaAuthorizer = stack.LambdaAuthorizer
	// JWTAuthorizer checks tokens of OpenID Connect and OAuth 2.0; see stack.JWTAuthorizer.
	JWTAuthorizer = stack.JWTAuthorizer
	// CognitoAuthorizer checks tokens of Amazon Cognito's user pools; see stack.CognitoAuthorizer.
	CognitoAuthorizer = stack.CognitoAuthorizer

	// Note says of one thing in the template what this host makes of it; see stack.Note.
	Note = stack.Note
	// Level grades a Note; see stack.Level.
	Level = stack.Level
	// Position is a place in a template; see stack.Position.
	Position = stack.Position
	// Error is something wrong in a template, and where; see stack.Error.
	Error = stack.Error
)

// The kinds of API, for API.Kind.
const (
	REST = stack.REST
	HTTP = stack.HTTP
	URL  = stack.URL
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
// AWS's, what is refused, what has AWS's effect, and what functions and APIs do
// without.
const (
	Ignored      = stack.Ignored
	Approximated = stack.Approximated
	Refused      = stack.Refused
	Emulated     = stack.Emulated
	Listed       = stack.Listed
)

// Unqualified returns the logical ID of a function that has a version or an alias
// behind a colon, or has none.
func Unqualified(function string) string { return stack.Unqualified(function) }
