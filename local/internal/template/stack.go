package template

import (
	"time"

	"maru/local/internal/template/internal/syntax"
)

// Stack is what a template says a host has to run: the functions, the APIs in
// front of them, and a note for everything that was understood only in part or
// not at all. Its slices keep the order of the template.
type Stack struct {
	// File is the template's path as it was given to Load.
	File string
	// Dir is the folder of the template; CodeUris are relative to it.
	Dir       string
	Name      string
	Region    string
	AccountID string
	Functions []*Function
	Layers    []*Layer
	// APIs has function URLs behind all others.
	APIs []*API
	// Notes has what is not emulated as AWS has it.
	Notes []Note
	// Report has a note for every resource and property of the template, the
	// emulated ones too, in the template's order.
	Report []Note
}

// Function is one AWS::Serverless::Function or AWS::Lambda::Function.
type Function struct {
	// LogicalID is the resource's key under Resources, and unique in the Stack:
	// where several templates of a tree of nested stacks have the same key, that
	// of a nested one has the keys of the stacks around it before it. The
	// function Hello of the nested stack Child is then ChildHello.
	LogicalID string
	// Aliases are other names that sam takes: the path of a nested stack's
	// function, "Child/Hello", the path and the ID of a CDK construct. Several
	// functions may share one.
	Aliases []string
	// Name is FunctionName; where the template names none, the key under
	// Resources with those of the stacks around it, "Child-Hello".
	Name string
	ARN  string
	// Runtime is the identifier as AWS spells it: "provided.al2023".
	Runtime string
	Handler string
	// Architecture is "x86_64" or "arm64".
	Architecture string
	// CodeURI is an absolute path on this machine: a folder, a zip archive, or a
	// file of the folder that is meant. Empty where InlineCode is set.
	CodeURI string
	// CodePos is where the template names CodeURI; Pos where it does not.
	CodePos Position
	// InlineCode is the source of a Python or Node.js function, as a string.
	InlineCode string
	// BuildMethod is Metadata.BuildMethod; empty where there is none.
	BuildMethod string
	// BuildProperties is Metadata.BuildProperties.
	BuildProperties BuildProperties
	// Timeout is 3 seconds where the template says nothing, 900 at most.
	Timeout time.Duration
	// MemorySize is in MB; 128 where the template says nothing.
	MemorySize int
	// Environment holds the variables that the template declares.
	Environment map[string]string
	// ReservedConcurrency is nil for none; 0 refuses every invocation.
	ReservedConcurrency *int
	// Logging is how the function's runtime writes its log.
	Logging Logging
	// Async is what becomes of asynchronous invocations of $LATEST; AsyncOf has
	// that of every qualifier.
	Async Async
	// QualifiedAsync is configured for versions and aliases; nil for none.
	QualifiedAsync map[string]Async
	// Qualifiers are the versions and the aliases of the function, each with the
	// version that it stands for; nil for none. All have the code of $LATEST.
	Qualifiers map[string]string
	// ProvisionedConcurrency is how many environments are kept initialized, by
	// version; nil for none.
	ProvisionedConcurrency map[string]int
	// IsolatesTenants is true where TenancyConfig gives each tenant environments
	// of its own.
	IsolatesTenants bool
	// Layers are the logical IDs of the function's layers, of which a later one
	// wins over those before it. What is no layer of the template is left out, as a
	// note says; Stack.Layer has those whose content is at hand.
	Layers []string
	// Methods is Metadata.Maru.Methods: HTTP methods that API Gateway does not
	// carry (TRACE, CONNECT) and that the host hands to this function.
	Methods []string
	// Unsupported says why this host cannot run the function, such as a
	// container image; empty where it can. A Note of level Refused says the same.
	Unsupported string
	Pos         Position
}

// BuildProperties are those of Metadata.BuildProperties that a build method
// heeds here, under their names there. The zero value stands for sam's defaults.
type BuildProperties struct {
	// All but Binary are esbuild's.
	EntryPoints, External, Loader, OutExtension, Banner []string
	Format, Target, MainFields                          string
	// Minify and SourcesContent are nil where the template says nothing.
	Minify, SourcesContent *bool
	Sourcemap              bool
	// Binary is rust-cargolambda's.
	Binary string
}

// Kind tells the two API types of Amazon API Gateway apart, and function URLs
// from both.
type Kind int

// The kinds of API. A REST API sends events of payload format 1.0, an HTTP
// API sends 2.0 unless a route's integration asks for 1.0. A function URL sends
// 2.0, and has one route, which takes every method and path.
const (
	REST Kind = iota
	HTTP
	URL
)

// String gives the name AWS uses: "REST API", "HTTP API" or "function URL".
func (k Kind) String() string {
	return [...]string{"REST API", "HTTP API", "function URL"}[k]
}

// API is one REST API or HTTP API, implicit or explicit, or a function URL.
type API struct {
	// LogicalID is the resource's key; SAM's own names for the implicit APIs
	// are ServerlessRestApi and ServerlessHttpApi, and for what a
	// FunctionUrlConfig makes, the function's with "Url" behind it.
	LogicalID string
	// ID is the ten lower-case letters and digits that stand for the API in
	// events and ARNs; derived from LogicalID, so the same at every start.
	ID   string
	Kind Kind
	// Implicit is true for the API that SAM makes for events naming none.
	Implicit bool
	// Stage is the stage name: "Prod" for the implicit REST API, "$default"
	// for an HTTP API that names none, and for a function URL.
	Stage string
	// StageVariables is nil where the stage has none.
	StageVariables map[string]string
	// BinaryMediaTypes holds the REST API's binary types, "~1" already
	// written as "/". An HTTP API has none.
	BinaryMediaTypes []string
	// CORS is what an HTTP API or a function URL answers preflight requests with
	// by itself; nil where it leaves them to its routes. A REST API has no such
	// thing: its preflights are routes with a Mock.
	CORS *CORS
	// GatewayResponses holds what a REST API answers in the place of its own
	// errors, by response type: "DEFAULT_4XX", "UNAUTHORIZED".
	GatewayResponses map[string]GatewayResponse
	// Models holds the schemas of bodies that a REST API's Validators can name;
	// see CompileModels.
	Models map[string]*Model
	Routes []*Route
	Pos    Position
}

// CORS is the CorsConfiguration of an HTTP API, or the Cors of a function URL.
type CORS struct {
	AllowOrigins, AllowMethods, AllowHeaders, ExposeHeaders []string
	AllowCredentials                                        bool
	// MaxAge is nil where the template says nothing.
	MaxAge *int
}

// GatewayResponse is a customized answer to one type of error.
type GatewayResponse struct {
	// StatusCode is 0 where the type's own stays.
	StatusCode int
	// Headers holds static values only.
	Headers map[string]string
	// Templates holds bodies by media type; $context.error.messageString and
	// the like stand as they are.
	Templates map[string]string
}

// Route is one method and path of an API with the function behind it.
type Route struct {
	// Method is upper case; "ANY" matches every method API Gateway carries.
	Method string
	// Path is the template path: "/pets/{id}", "/{proxy+}", or "$default", which
	// REST APIs do not have.
	Path string
	// Function is the logical ID of the function, and behind a colon the version or
	// the alias where the route leads to one: "Hello:live". Empty where Mock is set.
	Function string
	// Misconfigured is true for an integration that AWS deploys and answers with
	// 500: a REST API's Lambda proxy integration with another method than POST, or
	// that maps a parameter to a header field that API Gateway keeps to itself, and
	// any with a version or an alias that the function does not have.
	Misconfigured bool
	// Mock is the answer of a REST API that no function gives: a MOCK
	// integration, as CORS preflights have. nil for every other route.
	Mock *Mock
	// PayloadFormat is "1.0" or "2.0".
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
	Pos       Position
}

// Mock is a MOCK integration's answer, always the same one.
type Mock struct {
	StatusCode int
	// Headers holds what the template sets; where that is no Content-Type, API
	// Gateway's own is application/json.
	Headers map[string]string
	Body    string
}

// Level grades a Note.
type Level int

// Ignored: the property has no effect on this host. Approximated: it has
// one, but not AWS's. Refused: requests that need it are refused. Emulated: it
// has AWS's effect. Listed: a resource that functions and APIs do without. Only
// Stack.Report has notes of the last two.
const (
	Ignored Level = iota
	Approximated
	Refused
	Emulated
	Listed
)

// String gives the level as a report names it: "ignored", "approximated",
// "refused", "emulated" or "listed".
func (l Level) String() string {
	return [...]string{"ignored", "approximated", "refused", "emulated", "listed"}[l]
}

// Note says what of the template is not emulated as AWS has it.
type Note struct {
	Level Level
	// Auth is true where requests are refused because this host cannot authorize
	// whoever sends them; a host that asks for no authorization lets them pass.
	Auth bool
	// Resource is the logical ID; empty for a section of the template.
	Resource string
	// Type is the resource's type: "AWS::Serverless::Function".
	Type string
	// Property is the dotted path below Properties; empty for the resource as
	// a whole.
	Property string
	// Text says what this host does instead, or what the user can do.
	Text string
	Pos  Position
}

// Position is a place in a template. Its String is file:line:column, the form
// compilers use and editors follow.
type Position = syntax.Position

// Error is something wrong in a template, and where. It prints as
// "template.yaml:12:5: …".
type Error = syntax.Error
