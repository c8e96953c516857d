package auth

import "maru/local/internal/template/internal/property"

// The schemas follow the property lists of the SAM specification,
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-resources-and-properties.html,
// and of CloudFormation. An Auth is strict: a misspelt key would leave a route open.
var (
	apiAuthSchema = property.Schema{Of: "Auth", Properties: map[string]property.Effect{
		"InvokeRole": property.Listed(property.NoPermission),
		"UsagePlan":  property.Ignored("there are no usage plans: requests are neither throttled nor counted"),
	}, Strict: true}
	httpAPIAuthSchema  = property.Schema{Of: "Auth", Strict: true}
	apiEventAuthSchema = property.Schema{Of: "an event's Auth", Properties: map[string]property.Effect{
		"InvokeRole": property.Listed(property.NoPermission),
	}, Strict: true}
	httpAPIEventAuthSchema = property.Schema{Of: "an event's Auth", Strict: true}

	lambdaAuthorizerSchema = property.Schema{Of: "an authorizer", Properties: map[string]property.Effect{
		"AuthorizationScopes":               property.Ignored(noScopes),
		"DisableFunctionDefaultPermissions": property.Listed(property.NoPermission),
		"EnableFunctionDefaultPermissions":  property.Listed(property.NoPermission),
		"FunctionInvokeRole":                property.Listed(property.NoPermission),
	}}
	tokenAuthorizerSchema  = property.Schema{Of: "an authorizer of tokens"}
	jwtConfigurationSchema = property.Schema{Of: "JwtConfiguration"}

	identitySchema   = property.Schema{Of: "Identity"}
	authorizerSchema = property.Schema{Of: "an authorizer", Properties: map[string]property.Effect{
		"ApiId":                    property.Emulated(),
		"AuthType":                 property.Emulated(),
		"AuthorizerCredentials":    property.Listed(property.NoPermission),
		"AuthorizerCredentialsArn": property.Listed(property.NoPermission),
		"AuthorizerType":           property.Emulated(),
		"AuthorizerUri":            property.Emulated(),
		"IdentitySource":           property.Emulated(),
		"Type":                     property.Emulated(),
	}}
)
