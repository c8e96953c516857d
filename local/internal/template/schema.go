package template

import (
	"maps"
	"slices"
)

// schema lists the properties that are valid in one kind of mapping and that no
// reader asks for.
type schema struct {
	// of names the kind of mapping in notes.
	of         string
	properties map[string]property
	// strict makes an error of a key that is none of them: a misspelt one would
	// leave a route open.
	strict bool
}

// property says what becomes of a property on this host.
type property struct {
	level Level
	text  string
}

func (s schema) names() []string { return slices.Sorted(maps.Keys(s.properties)) }

// The texts that several properties share.
const (
	noAccount    = "has no meaning outside of AWS"
	noPermission = "permissions are not checked: the function has those of its credentials"
	noDeployment = "there are no deployments; the code is always the newest"
	noThrottling = "requests are not throttled"
	noAccessLog  = "there is no access log"
	noDomain     = "the domain is not served; the API answers on this host's address"
	noValidation = "requests are not validated"
	noCache      = "responses are not cached"
)

// The schemas follow the property lists of the SAM specification,
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-resources-and-properties.html.
var (
	functionSchema = schema{of: typeFunction, properties: map[string]property{
		"AssumeRolePolicyDocument":      {Listed, noPermission},
		"AutoPublishAliasAllProperties": {Ignored, noDeployment},
		"AutoPublishCodeSha256":         {Ignored, noDeployment},
		"CapacityProviderConfig":        {Ignored, "environments are processes of this machine"},
		"CodeSigningConfigArn":          {Ignored, "code is not checked for a signature"},
		"DeploymentPreference":          {Ignored, noDeployment},
		"Description":                   {Listed, noAccount},
		"DurableConfig":                 {Refused, "durable executions are not emulated"},
		"EphemeralStorage":              {Ignored, "/tmp is this machine's, without a limit"},
		"FileSystemConfigs":             {Ignored, "no file system is mounted"},
		"FunctionScalingConfig":         {Ignored, "environments are started as requests come in"},
		"ImageConfig":                   {Ignored, "images are not run"},
		"KmsKeyArn":                     {Ignored, "environment variables are not encrypted"},
		"PermissionsBoundary":           {Listed, noPermission},
		"Policies":                      {Listed, noPermission},
		"PropagateTags":                 {Listed, noAccount},
		"PublishToLatestPublished":      {Ignored, noDeployment},
		"RecursiveLoop":                 {Ignored, "recursive loops are not detected"},
		"Role":                          {Listed, noPermission},
		"RolePath":                      {Listed, noPermission},
		"RuntimeManagementConfig":       {Listed, noAccount},
		"SnapStart":                     {Ignored, "environments are initialized, not restored"},
		"SourceKMSKeyArn":               {Listed, noAccount},
		"Tags":                          {Listed, noAccount},
		"Tracing":                       {Ignored, "traces are not sent to X-Ray"},
		"VersionDeletionPolicy":         {Ignored, noDeployment},
		"VersionDescription":            {Ignored, noDeployment},
		"VpcConfig":                     {Ignored, "functions use this machine's network"},
	}}
	functionURLSchema  = schema{of: "FunctionUrlConfig"}
	eventInvokeSchema  = schema{of: "EventInvokeConfig"}
	destinationsSchema = schema{of: "DestinationConfig"}
	destinationSchema  = schema{of: "a destination"}
	deadLetterSchema   = schema{of: "a dead-letter queue"}
	environmentSchema  = schema{of: "Environment"}
	loggingSchema      = schema{of: "LoggingConfig", properties: map[string]property{
		"LogGroup": {Ignored, "logs go to the terminal, and AWS_LAMBDA_LOG_GROUP_NAME is the default"},
	}}
	maruSchema = schema{of: "Metadata.Maru"}

	apiSchema = schema{of: typeAPI, properties: map[string]property{
		"AccessLogSetting":          {Ignored, noAccessLog},
		"AlwaysDeploy":              {Listed, noAccount},
		"ApiKeySourceType":          {Ignored, "API keys are not read"},
		"CacheClusterEnabled":       {Ignored, noCache},
		"CacheClusterSize":          {Ignored, noCache},
		"CanarySetting":             {Ignored, noDeployment},
		"Description":               {Listed, noAccount},
		"DisableExecuteApiEndpoint": {Ignored, noDomain},
		"Domain":                    {Ignored, noDomain},
		"EndpointAccessMode":        {Listed, noAccount},
		"EndpointConfiguration":     {Approximated, "the API answers as a regional one"},
		"FailOnWarnings":            {Listed, noAccount},
		"MethodSettings":            {Ignored, "methods are not throttled, cached or logged"},
		"MinimumCompressionSize":    {Ignored, "responses are not compressed"},
		"Mode":                      {Listed, noAccount},
		"Name":                      {Listed, noAccount},
		"OpenApiVersion":            {Listed, noAccount},
		"PropagateTags":             {Listed, noAccount},
		"SecurityPolicy":            {Listed, noAccount},
		"Tags":                      {Listed, noAccount},
		"TracingEnabled":            {Ignored, "traces are not sent to X-Ray"},
	}}
	httpAPISchema = schema{of: typeHTTPAPI, properties: map[string]property{
		"AccessLogSettings":         {Ignored, noAccessLog},
		"DefaultRouteSettings":      {Ignored, noThrottling},
		"Description":               {Listed, noAccount},
		"DisableExecuteApiEndpoint": {Ignored, noDomain},
		"Domain":                    {Ignored, noDomain},
		"FailOnWarnings":            {Listed, noAccount},
		"Name":                      {Listed, noAccount},
		"PropagateTags":             {Listed, noAccount},
		"RouteSettings":             {Ignored, noThrottling},
		"Tags":                      {Listed, noAccount},
	}}
	apiAuthSchema = schema{of: "Auth", properties: map[string]property{
		"InvokeRole": {Listed, noPermission},
		"UsagePlan":  {Ignored, "there are no usage plans: requests are neither throttled nor counted"},
	}, strict: true}
	httpAPIAuthSchema = schema{of: "Auth", strict: true}

	apiEventSchema = schema{of: "an event of type Api", properties: map[string]property{
		"Stage": {Ignored, "the stage is the API's"},
	}}
	httpAPIEventSchema = schema{of: "an event of type HttpApi", properties: map[string]property{
		"RouteSettings": {Ignored, noThrottling},
		"Stage":         {Ignored, "the stage is the API's"},
	}}
	requestModelSchema = schema{of: "RequestModel", properties: map[string]property{
		// API Gateway keeps nothing of it: a model says what a body has to have.
		"Required": {Emulated, ""},
	}, strict: true}
	requestParameterSchema = schema{of: "a request parameter", properties: map[string]property{
		"Caching": {Ignored, noCache},
	}, strict: true}
	apiEventAuthSchema = schema{of: "an event's Auth", properties: map[string]property{
		"InvokeRole": {Listed, noPermission},
	}, strict: true}
	httpAPIEventAuthSchema = schema{of: "an event's Auth", strict: true}
)
