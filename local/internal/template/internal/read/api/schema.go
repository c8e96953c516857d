package api

import (
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
)

// The texts that several properties of APIs share.
const (
	noAccessLog = "there is no access log"
	noAPIKey    = "API keys are not read"

	noStateMachine = "state machines are not run"
)

// The schemas of SAM's APIs and events follow the property lists of the SAM
// specification,
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-resources-and-properties.html.
var (
	apiSchema = property.Schema{Of: resolve.TypeAPI, Strict: true, Properties: map[string]property.Effect{
		"AccessLogSetting":          property.Ignored(noAccessLog),
		"AlwaysDeploy":              property.Listed(property.NoAccount),
		"ApiKeySourceType":          property.Ignored(noAPIKey),
		"CacheClusterEnabled":       property.Ignored(property.NoCache),
		"CacheClusterSize":          property.Ignored(property.NoCache),
		"CanarySetting":             property.Ignored(property.NoDeployment),
		"Description":               property.Listed(property.NoAccount),
		"DisableExecuteApiEndpoint": property.Ignored(property.NoDomain),
		"Domain":                    property.Ignored(property.NoDomain),
		"EndpointAccessMode":        property.Listed(property.NoAccount),
		"EndpointConfiguration":     property.Approximated("the API answers as a regional one"),
		"FailOnWarnings":            property.Listed(property.NoAccount),
		"MethodSettings":            property.Ignored("methods are not throttled, cached or logged"),
		"MinimumCompressionSize":    property.Ignored("responses are not compressed"),
		"Mode":                      property.Listed(property.NoAccount),
		"Name":                      property.Listed(property.NoAccount),
		"OpenApiVersion":            property.Listed(property.NoAccount),
		"PropagateTags":             property.Listed(property.NoAccount),
		"SecurityPolicy":            property.Listed(property.NoAccount),
		"Tags":                      property.Listed(property.NoAccount),
		"TracingEnabled":            property.Ignored("traces are not sent to X-Ray"),
	}}
	httpAPISchema = property.Schema{Of: resolve.TypeHTTPAPI, Strict: true, Properties: map[string]property.Effect{
		"AccessLogSettings":         property.Ignored(noAccessLog),
		"DefaultRouteSettings":      property.Ignored(property.NoThrottling),
		"Description":               property.Listed(property.NoAccount),
		"DisableExecuteApiEndpoint": property.Ignored(property.NoDomain),
		"Domain":                    property.Ignored(property.NoDomain),
		"FailOnWarnings":            property.Listed(property.NoAccount),
		"Name":                      property.Listed(property.NoAccount),
		"PropagateTags":             property.Listed(property.NoAccount),
		"RouteSettings":             property.Ignored(property.NoThrottling),
		"Tags":                      property.Listed(property.NoAccount),
	}}

	apiEventSchema = property.Schema{Of: "an event of type Api", Strict: true, Properties: map[string]property.Effect{
		"Stage": property.Ignored("the stage is the API's"),
	}}
	stateMachineEventSchema = property.Schema{Of: "a state machine's event of type Api", Strict: true, Properties: map[string]property.Effect{
		"Stage":                   property.Ignored("the stage is the API's"),
		"UnescapeMappingTemplate": property.Ignored(noStateMachine),
	}}
	httpAPIEventSchema = property.Schema{Of: "an event of type HttpApi", Strict: true, Properties: map[string]property.Effect{
		"RouteSettings": property.Ignored(property.NoThrottling),
		"Stage":         property.Ignored("the stage is the API's"),
	}}
)
