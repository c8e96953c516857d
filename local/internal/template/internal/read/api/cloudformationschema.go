package api

import (
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/read/openapi"
	"maru/local/internal/template/internal/resolve"
)

// What is true of the properties of OpenAPI's extensions and of CloudFormation's
// own resources that nobody asks for. Those of level Emulated have no effect
// that a caller of the API could see. See
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html and
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGatewayV2.html.
var (
	documentSchema = property.Schema{Of: "a definition", Properties: map[string]property.Effect{
		openapi.Extension + "api-key-source":               property.Ignored(noAPIKey),
		openapi.Extension + "endpoint-configuration":       property.Approximated("the API answers as a regional one"),
		openapi.Extension + "importexport-version":         property.Emulated(),
		openapi.Extension + "minimum-compression-size":     property.Ignored("responses are not compressed"),
		openapi.Extension + "request-validator":            property.Emulated(),
		openapi.Extension + "request-validators":           property.Emulated(),
		openapi.Extension + "documentation":                property.Emulated(),
		openapi.Extension + "tag-value":                    property.Emulated(),
		openapi.Extension + "cors":                         property.Ignored("only HTTP APIs have it"),
		openapi.Extension + "integrations":                 property.Emulated(),
		openapi.Extension + "domain-names":                 property.Ignored(property.NoDomain),
		openapi.Extension + "disable-execute-api-endpoint": property.Ignored(property.NoDomain),
	}}
	operationSchema = property.Schema{Of: "an operation", Properties: map[string]property.Effect{
		openapi.Extension + "request-validator": property.Emulated(),
	}}
	integrationSchema = property.Schema{Of: "an integration", Properties: map[string]property.Effect{
		"ApiId":                   property.Emulated(),
		"CacheKeyParameters":      property.Ignored(property.NoCache),
		"CacheNamespace":          property.Ignored(property.NoCache),
		"ConnectionId":            property.Listed(property.NoAccount),
		"ConnectionType":          property.Emulated(),
		"ContentHandling":         property.Ignored("bodies are not converted; proxy integrations do not take it"),
		"ContentHandlingStrategy": property.Ignored("bodies are not converted; proxy integrations do not take it"),
		"Credentials":             property.Listed(property.NoPermission),
		"CredentialsArn":          property.Listed(property.NoPermission),
		"Description":             property.Emulated(),
		"HttpMethod":              property.Emulated(),
		"IntegrationHttpMethod":   property.Emulated(),
		"IntegrationMethod":       property.Emulated(),
		"IntegrationResponses":    property.Emulated(),
		"IntegrationSubtype":      property.Emulated(),
		"IntegrationTarget":       property.Emulated(),
		"IntegrationUri":          property.Emulated(),
		"PassthroughBehavior":     property.Emulated(),
		"PayloadFormatVersion":    property.Emulated(),
		"RequestParameters":       property.Approximated("parameters are not mapped"),
		"RequestTemplates":        property.Emulated(),
		"ResponseParameters":      property.Approximated("responses are not mapped"),
		"Responses":               property.Emulated(),
		"ResponseTransferMode":    property.Ignored("only a REST API's Lambda integrations stream"),
		"TlsConfig":               property.Emulated(),
		"Uri":                     property.Emulated(),
	}}

	cloudFormationRESTSchema = property.Schema{Of: resolve.TypeCloudFormationREST, Properties: map[string]property.Effect{
		"ApiKeySourceType":          property.Ignored(noAPIKey),
		"CloneFrom":                 property.Refused("another API's routes are not copied"),
		"Description":               property.Emulated(),
		"DisableExecuteApiEndpoint": property.Ignored(property.NoDomain),
		"EndpointAccessMode":        property.Listed(property.NoAccount),
		"EndpointConfiguration":     property.Approximated("the API answers as a regional one"),
		"FailOnWarnings":            property.Emulated(),
		"MinimumCompressionSize":    property.Ignored("responses are not compressed"),
		"Mode":                      property.Emulated(),
		"Name":                      property.Emulated(),
		"Parameters":                property.Emulated(),
		"SecurityPolicy":            property.Listed(property.NoAccount),
		"Tags":                      property.Emulated(),
		"Version":                   property.Emulated(),
	}}
	methodSchema = property.Schema{Of: resolve.TypeMethod, Properties: map[string]property.Effect{
		"AuthorizerId":    property.Emulated(),
		"MethodResponses": property.Emulated(),
	}}
	stageSchema = property.Schema{Of: "a stage", Properties: map[string]property.Effect{
		"AccessLogSetting":         property.Ignored(noAccessLog),
		"AccessLogSettings":        property.Ignored(noAccessLog),
		"AccessPolicyId":           property.Listed(property.NoAccount),
		"AutoDeploy":               property.Emulated(),
		"CacheClusterEnabled":      property.Ignored(property.NoCache),
		"CacheClusterSize":         property.Ignored(property.NoCache),
		"CanarySetting":            property.Ignored(property.NoDeployment),
		"ClientCertificateId":      property.Listed(property.NoAccount),
		"DefaultRouteSettings":     property.Ignored(property.NoThrottling),
		"DeploymentCanarySettings": property.Ignored(property.NoDeployment),
		"DeploymentId":             property.Emulated(),
		"Description":              property.Emulated(),
		"DocumentationVersion":     property.Emulated(),
		"MethodSettings":           property.Ignored("methods are not throttled, cached or logged"),
		"RouteSettings":            property.Ignored(property.NoThrottling),
		"StageDescription":         property.Emulated(),
		"Tags":                     property.Emulated(),
		"TracingEnabled":           property.Ignored("traces are not sent to X-Ray"),
	}}

	cloudFormationHTTPSchema = property.Schema{Of: resolve.TypeCloudFormationHTTP, Properties: map[string]property.Effect{
		"ApiKeySelectionExpression": property.Ignored(noAPIKey),
		"BasePath":                  property.Ignored(property.NoDomain),
		"CredentialsArn":            property.Listed(property.NoPermission),
		"Description":               property.Emulated(),
		"DisableExecuteApiEndpoint": property.Ignored(property.NoDomain),
		"DisableSchemaValidation":   property.Emulated(),
		"FailOnWarnings":            property.Emulated(),
		"IpAddressType":             property.Listed(property.NoAccount),
		"Name":                      property.Emulated(),
		"RouteSelectionExpression":  property.Emulated(),
		"Tags":                      property.Emulated(),
		"Version":                   property.Emulated(),
	}}
	overridesSchema = property.Schema{Of: resolve.TypeOverrides, Properties: map[string]property.Effect{
		"Integration": property.Ignored("the quick create's own integration is taken"),
		"Stage":       property.Ignored("the quick create's own stage is taken"),
	}}
	routeSchema = property.Schema{Of: resolve.TypeRoute, Properties: map[string]property.Effect{
		"ApiKeyRequired":                   property.Ignored("HTTP APIs have no API keys"),
		"AuthorizerId":                     property.Emulated(),
		"ModelSelectionExpression":         property.Emulated(),
		"OperationName":                    property.Emulated(),
		"RequestModels":                    property.Emulated(),
		"RequestParameters":                property.Emulated(),
		"RouteResponseSelectionExpression": property.Emulated(),
	}}
)
