package template

// What is true of the properties of OpenAPI's extensions and of CloudFormation's
// own resources that no reader asks for. Those of level Emulated have no effect
// that a caller of the API could see. See
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html and
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGatewayV2.html.
var (
	documentSchema = schema{of: "a definition", properties: map[string]property{
		extension + "api-key-source":               {Ignored, "API keys are not read"},
		extension + "endpoint-configuration":       {Approximated, "the API answers as a regional one"},
		extension + "importexport-version":         {Emulated, ""},
		extension + "minimum-compression-size":     {Ignored, "responses are not compressed"},
		extension + "request-validator":            {Approximated, noValidation},
		extension + "request-validators":           {Emulated, ""},
		extension + "documentation":                {Emulated, ""},
		extension + "tag-value":                    {Emulated, ""},
		extension + "cors":                         {Ignored, "only HTTP APIs have it"},
		extension + "integrations":                 {Emulated, ""},
		extension + "domain-names":                 {Ignored, noDomain},
		extension + "disable-execute-api-endpoint": {Ignored, noDomain},
	}}
	operationSchema = schema{of: "an operation", properties: map[string]property{
		extension + "request-validator": {Approximated, noValidation},
	}}
	integrationSchema = schema{of: "an integration", properties: map[string]property{
		"ApiId":                   {Emulated, ""},
		"CacheKeyParameters":      {Ignored, noCache},
		"CacheNamespace":          {Ignored, noCache},
		"ConnectionId":            {Listed, noAccount},
		"ConnectionType":          {Emulated, ""},
		"ContentHandling":         {Ignored, "bodies are not converted; proxy integrations do not take it"},
		"ContentHandlingStrategy": {Ignored, "bodies are not converted; proxy integrations do not take it"},
		"Credentials":             {Listed, noPermission},
		"CredentialsArn":          {Listed, noPermission},
		"Description":             {Emulated, ""},
		"HttpMethod":              {Emulated, ""},
		"IntegrationHttpMethod":   {Emulated, ""},
		"IntegrationMethod":       {Emulated, ""},
		"IntegrationResponses":    {Emulated, ""},
		"IntegrationSubtype":      {Emulated, ""},
		"IntegrationUri":          {Emulated, ""},
		"PassthroughBehavior":     {Emulated, ""},
		"PayloadFormatVersion":    {Emulated, ""},
		"RequestParameters":       {Approximated, "parameters are not mapped"},
		"RequestTemplates":        {Emulated, ""},
		"ResponseParameters":      {Approximated, "responses are not mapped"},
		"Responses":               {Emulated, ""},
		"ResponseTransferMode":    {Ignored, "only a REST API's Lambda integrations stream"},
		"TlsConfig":               {Emulated, ""},
		"Uri":                     {Emulated, ""},
	}}
	gatewayResponseSchema = schema{of: "a gateway response"}

	lambdaAuthorizerSchema = schema{of: "an authorizer", properties: map[string]property{
		"AuthorizationScopes":               {Ignored, noScopes},
		"DisableFunctionDefaultPermissions": {Listed, noPermission},
		"EnableFunctionDefaultPermissions":  {Listed, noPermission},
		"FunctionInvokeRole":                {Listed, noPermission},
	}}
	identitySchema   = schema{of: "Identity"}
	authorizerSchema = schema{of: "an authorizer", properties: map[string]property{
		"ApiId":                    {Emulated, ""},
		"AuthType":                 {Emulated, ""},
		"AuthorizerCredentials":    {Listed, noPermission},
		"AuthorizerCredentialsArn": {Listed, noPermission},
		"AuthorizerUri":            {Emulated, ""},
		"IdentitySource":           {Emulated, ""},
	}}

	rawRESTSchema = schema{of: typeRawREST, properties: map[string]property{
		"ApiKeySourceType":          {Ignored, "API keys are not read"},
		"CloneFrom":                 {Refused, "another API's routes are not copied"},
		"Description":               {Emulated, ""},
		"DisableExecuteApiEndpoint": {Ignored, noDomain},
		"EndpointAccessMode":        {Listed, noAccount},
		"EndpointConfiguration":     {Approximated, "the API answers as a regional one"},
		"FailOnWarnings":            {Emulated, ""},
		"MinimumCompressionSize":    {Ignored, "responses are not compressed"},
		"Mode":                      {Emulated, ""},
		"Name":                      {Emulated, ""},
		"Parameters":                {Emulated, ""},
		"SecurityPolicy":            {Listed, noAccount},
		"Tags":                      {Emulated, ""},
	}}
	methodSchema = schema{of: typeMethod, properties: map[string]property{
		"AuthorizerId":    {Emulated, ""},
		"MethodResponses": {Emulated, ""},
		"OperationName":   {Emulated, ""},
	}}
	requestValidatorSchema = schema{of: typeRequestValidator, properties: map[string]property{
		"Name": {Emulated, ""},
	}}
	modelSchema = schema{of: typeModel, properties: map[string]property{
		"ContentType": {Emulated, ""},
		"Description": {Emulated, ""},
		"Name":        {Emulated, ""},
	}}
	stageSchema = schema{of: "a stage", properties: map[string]property{
		"AccessLogSetting":         {Ignored, noAccessLog},
		"AccessLogSettings":        {Ignored, noAccessLog},
		"AccessPolicyId":           {Listed, noAccount},
		"AutoDeploy":               {Emulated, ""},
		"CacheClusterEnabled":      {Ignored, noCache},
		"CacheClusterSize":         {Ignored, noCache},
		"CanarySetting":            {Ignored, noDeployment},
		"ClientCertificateId":      {Listed, noAccount},
		"DefaultRouteSettings":     {Ignored, noThrottling},
		"DeploymentCanarySettings": {Ignored, noDeployment},
		"DeploymentId":             {Emulated, ""},
		"Description":              {Emulated, ""},
		"DocumentationVersion":     {Emulated, ""},
		"MethodSettings":           {Ignored, "methods are not throttled, cached or logged"},
		"RouteSettings":            {Ignored, noThrottling},
		"StageDescription":         {Emulated, ""},
		"Tags":                     {Emulated, ""},
		"TracingEnabled":           {Ignored, "traces are not sent to X-Ray"},
	}}

	rawHTTPSchema = schema{of: typeRawHTTP, properties: map[string]property{
		"ApiKeySelectionExpression": {Ignored, "API keys are not read"},
		"BasePath":                  {Ignored, noDomain},
		"CredentialsArn":            {Listed, noPermission},
		"Description":               {Emulated, ""},
		"DisableExecuteApiEndpoint": {Ignored, noDomain},
		"DisableSchemaValidation":   {Emulated, ""},
		"FailOnWarnings":            {Emulated, ""},
		"IpAddressType":             {Listed, noAccount},
		"Name":                      {Emulated, ""},
		"RouteSelectionExpression":  {Emulated, ""},
		"Tags":                      {Emulated, ""},
		"Version":                   {Emulated, ""},
	}}
	overridesSchema = schema{of: typeOverrides, properties: map[string]property{
		"Integration": {Ignored, "the quick create's own integration is taken"},
		"Stage":       {Ignored, "the quick create's own stage is taken"},
	}}
	routeSchema = schema{of: typeRoute, properties: map[string]property{
		"ApiKeyRequired":                   {Ignored, "HTTP APIs have no API keys"},
		"AuthorizerId":                     {Emulated, ""},
		"ModelSelectionExpression":         {Emulated, ""},
		"OperationName":                    {Emulated, ""},
		"RequestModels":                    {Emulated, ""},
		"RequestParameters":                {Approximated, noValidation},
		"RouteResponseSelectionExpression": {Emulated, ""},
	}}
)
