package stack

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

// DefaultStage is the Stage of an HTTP API that names none, and of a function URL. It is
// not a part of paths.
const DefaultStage = "$default"

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
	// Stage is the stage name: "Prod" for the implicit REST API, DefaultStage
	// for an HTTP API that names none, and for a function URL. Of several it is the
	// one that a path without a stage means: an HTTP API's DefaultStage, or else the
	// first of the template.
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
	// Stages has the API as it is in each of its other stages, with the variables and
	// the functions that it has there; nil where there is one stage.
	Stages []*API
	Pos    Position
}

// EveryStage gives the API as it is in each of its stages, itself first.
func (a *API) EveryStage() []*API { return append([]*API{a}, a.Stages...) }

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
	// Headers holds static values. Mapped holds what of a request, of its context or of
	// its stage is the value of a header, as the template spells it:
	// "method.request.header.Origin", "context.requestId", "stageVariables.x". Where
	// that is nothing, there is no such header.
	Headers, Mapped map[string]string
	// Templates holds bodies by media type; $context.error.messageString and
	// the like stand as they are.
	Templates map[string]string
}
