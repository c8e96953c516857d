package function

import (
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
)

// The schemas of SAM's and CloudFormation's functions follow
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html and
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html.
var (
	functionSchema = property.Schema{Of: resolve.TypeFunction, Properties: map[string]property.Effect{
		"AssumeRolePolicyDocument":      property.Listed(property.NoPermission),
		"AutoPublishAliasAllProperties": property.Ignored(property.NoDeployment),
		"AutoPublishCodeSha256":         property.Ignored(property.NoDeployment),
		"CapacityProviderConfig":        property.Ignored("environments are processes of this machine"),
		"CodeSigningConfigArn":          property.Ignored("code is not checked for a signature"),
		"DeploymentPreference":          property.Ignored(property.NoDeployment),
		"Description":                   property.Listed(property.NoAccount),
		"DurableConfig":                 property.Ignored("durable executions are not kept: the function runs as an ordinary one"),
		"EphemeralStorage":              property.Ignored("/tmp is this machine's, without a limit"),
		"FileSystemConfigs":             property.Ignored("no file system is mounted"),
		"FunctionScalingConfig":         property.Ignored("environments are started as requests come in"),
		"ImageConfig":                   property.Ignored("images are not run"),
		"KmsKeyArn":                     property.Ignored("environment variables are not encrypted"),
		"PermissionsBoundary":           property.Listed(property.NoPermission),
		"Policies":                      property.Listed(property.NoPermission),
		"PropagateTags":                 property.Listed(property.NoAccount),
		"PublishToLatestPublished":      property.Ignored(property.NoDeployment),
		"RecursiveLoop":                 property.Ignored("recursive loops are not detected"),
		"Role":                          property.Listed(property.NoPermission),
		"RolePath":                      property.Listed(property.NoPermission),
		"RuntimeManagementConfig":       property.Listed(property.NoAccount),
		"SnapStart":                     property.Ignored("environments are initialized, not restored"),
		"SourceKMSKeyArn":               property.Listed(property.NoAccount),
		"Tags":                          property.Listed(property.NoAccount),
		"Tracing":                       property.Ignored("traces are not sent to X-Ray"),
		"VersionDeletionPolicy":         property.Ignored(property.NoDeployment),
		"VersionDescription":            property.Ignored(property.NoDeployment),
		"VpcConfig":                     property.Ignored("functions use this machine's network"),
	}}
	// cloudFormationFunctionSchema has what CloudFormation's own type and SAM's have in
	// common under one name, and what has another there.
	cloudFormationFunctionSchema = property.Schema{Of: resolve.TypeCloudFormationFunction, Properties: map[string]property.Effect{
		"CapacityProviderConfig":   functionSchema.Properties["CapacityProviderConfig"],
		"CodeSigningConfigArn":     functionSchema.Properties["CodeSigningConfigArn"],
		"Description":              functionSchema.Properties["Description"],
		"DurableConfig":            functionSchema.Properties["DurableConfig"],
		"EphemeralStorage":         functionSchema.Properties["EphemeralStorage"],
		"FileSystemConfigs":        functionSchema.Properties["FileSystemConfigs"],
		"FunctionScalingConfig":    functionSchema.Properties["FunctionScalingConfig"],
		"ImageConfig":              functionSchema.Properties["ImageConfig"],
		"KmsKeyArn":                functionSchema.Properties["KmsKeyArn"],
		"PublishToLatestPublished": functionSchema.Properties["PublishToLatestPublished"],
		"RecursiveLoop":            functionSchema.Properties["RecursiveLoop"],
		"Role":                     functionSchema.Properties["Role"],
		"RuntimeManagementConfig":  functionSchema.Properties["RuntimeManagementConfig"],
		"SnapStart":                functionSchema.Properties["SnapStart"],
		"Tags":                     functionSchema.Properties["Tags"],
		"TracingConfig":            functionSchema.Properties["Tracing"],
		"VpcConfig":                functionSchema.Properties["VpcConfig"],
	}}
	// codeSchema is the property Code of an AWS::Lambda::Function.
	codeSchema = property.Schema{Of: "Code", Properties: map[string]property.Effect{
		"S3Bucket":        property.Ignored(noS3),
		"S3Key":           property.Ignored(noS3),
		"S3ObjectVersion": property.Ignored(noS3),
		"SourceKMSKeyArn": property.Ignored(property.NoAccount),
	}}
	functionURLSchema = property.Schema{Of: "FunctionUrlConfig"}
	environmentSchema = property.Schema{Of: "Environment"}
	loggingSchema     = property.Schema{Of: "LoggingConfig", Properties: map[string]property.Effect{
		"LogGroup": property.Ignored("logs go to the terminal, and AWS_LAMBDA_LOG_GROUP_NAME is the default"),
	}}
	tenancySchema = property.Schema{Of: "TenancyConfig"}
	maruSchema    = property.Schema{Of: "Metadata.Maru"}

	eventInvokeSchema  = property.Schema{Of: "EventInvokeConfig"}
	destinationsSchema = property.Schema{Of: "DestinationConfig"}
	destinationSchema  = property.Schema{Of: "a destination"}
	deadLetterSchema   = property.Schema{Of: "a dead-letter queue"}

	provisionedSchema = property.Schema{Of: "ProvisionedConcurrencyConfig"}
	versionSchema     = property.Schema{Of: resolve.TypeVersion, Properties: map[string]property.Effect{
		"CodeSha256":            property.Listed(property.NoAccount),
		"Description":           property.Listed(property.NoAccount),
		"FunctionScalingConfig": functionSchema.Properties["FunctionScalingConfig"],
		"RuntimePolicy":         property.Listed(property.NoAccount),
	}}
	aliasSchema = property.Schema{Of: resolve.TypeAlias, Properties: map[string]property.Effect{
		"Description":   property.Listed(property.NoAccount),
		"RoutingConfig": property.Approximated(noWeights),
	}}

	layerSchema = property.Schema{Of: "a layer", Properties: map[string]property.Effect{
		"CompatibleArchitectures": property.Listed(property.NoAccount),
		"CompatibleRuntimes":      property.Listed(property.NoAccount),
		"Description":             property.Listed(property.NoAccount),
		"LicenseInfo":             property.Listed(property.NoAccount),
		"PublishLambdaVersion":    property.Listed(property.NoAccount),
		"RetentionPolicy":         property.Listed(property.NoAccount),
	}}
)

const noS3 = "code in S3 is not fetched"
