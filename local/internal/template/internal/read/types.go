package read

import (
	"maps"
	"slices"
	"strings"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// serverlessTypes are the types SAM has, for a misspelt one among them:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-resources-and-properties.html.
var serverlessTypes = []string{
	resolve.TypeAPI, resolve.TypeFunction, resolve.TypeHTTPAPI, "AWS::Serverless::Application", "AWS::Serverless::CapacityProvider",
	"AWS::Serverless::Connector", "AWS::Serverless::GraphQLApi", resolve.TypeLayer, "AWS::Serverless::MicrovmImage", "AWS::Serverless::NetworkConnector",
	"AWS::Serverless::SimpleTable", resolve.TypeStateMachine, "AWS::Serverless::WebFunction", "AWS::Serverless::WebSocketApi",
}

// serviceTypes are the types of the services from which functions and APIs come, by what
// their names begin with:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html.
var serviceTypes = map[string][]string{
	"AWS::ApiGateway": {
		"Account", "ApiKey", "Authorizer", "BasePathMapping", "BasePathMappingV2", "ClientCertificate", "Deployment", "DocumentationPart",
		"DocumentationVersion", "DomainName", "DomainNameAccessAssociation", "DomainNameV2", "GatewayResponse", "Method", "Model",
		"RequestValidator", "Resource", "RestApi", "Stage", "UsagePlan", "UsagePlanKey", "VpcLink",
	},
	"AWS::ApiGatewayV2": {
		"Api", "ApiGatewayManagedOverrides", "ApiMapping", "Authorizer", "Deployment", "DomainName", "Integration", "IntegrationResponse",
		"Model", "Portal", "PortalProduct", "ProductPage", "ProductRestEndpointPage", "Route", "RouteResponse", "RoutingRule", "Stage", "VpcLink",
	},
	"AWS::Lambda": {
		"Alias", "CapacityProvider", "CodeSigningConfig", "EventInvokeConfig", "EventSourceMapping", "Function", "LayerVersion",
		"LayerVersionPermission", "MicrovmImage", "NetworkConnector", "Permission", "ResourcePolicy", "Url", "Version", "WebFunction",
		"WebFunctionEndpoint", "WebFunctionRevision",
	},
}

// meantType gives the type that one of AWS's was meant to be, which there is not; "" for one
// that there may be, as one that comes near none may be newer.
func meantType(resourceType string) string {
	end := strings.LastIndex(resourceType, "::")
	if end < 0 || !strings.HasPrefix(resourceType[:end], "AWS::") {
		return ""
	}
	service, name := resourceType[:end], resourceType[end+len("::"):]
	if types := serviceTypes[service]; types != nil {
		if syntax.Misspelt(name, types) && !slices.Contains(types, name) {
			return service + "::" + syntax.Nearest(name, types)
		}
		return ""
	}
	having := slices.DeleteFunc(slices.Sorted(maps.Keys(serviceTypes)), func(s string) bool { return !slices.Contains(serviceTypes[s], name) })
	if syntax.Misspelt(service, having) {
		return syntax.Nearest(service, having) + "::" + name
	}
	return ""
}
