package function

import "maru/local/internal/template/internal/property"

// The texts of several keys of Metadata.
const (
	otherTools = "is for other tools"
	noImage    = "container images are not built"
	noFolder   = "make runs in CodeUri"
)

// metadataSchema has the keys of a resource's Metadata that are known: those of sam build,
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/building-custom-runtimes.html,
// those that the CDK writes, https://docs.aws.amazon.com/cdk/v2/guide/assets.html, and
// those of linters. CloudFormation takes any, so that one that is misspelt is seen by
// nobody else.
var metadataSchema = property.Schema{Of: "Metadata that this host knows", Properties: map[string]property.Effect{
	"BuildArchitecture":      property.Listed("code is built for this machine's processor"),
	"BuildInSource":          property.Listed("no build writes into CodeUri"),
	"BuildProperties":        property.Ignored("a layer's build has none"),
	"ContextPath":            property.Ignored(noFolder),
	"DockerBuildArgs":        property.Listed(noImage),
	"DockerBuildExtraParams": property.Listed(noImage),
	"DockerBuildTarget":      property.Listed(noImage),
	"DockerContext":          property.Listed(noImage),
	"DockerTag":              property.Listed(noImage),
	"Dockerfile":             property.Listed(noImage),
	"Maru":                   property.Ignored("only functions have it"),
	"ProjectRootDirectory":   property.Ignored(noFolder),
	"SamNormalized":          property.Listed(otherTools),
	"SamResourceId":          property.Listed(otherTools),
	"SkipBuild":              property.Ignored("the code is built where it has to be"),
	"WorkingDirectory":       property.Ignored(noFolder),

	"cdk_nag":  property.Listed(otherTools),
	"cfn-lint": property.Listed(otherTools),
	"cfn_lint": property.Listed(otherTools),
	"cfn_nag":  property.Listed(otherTools),
	"checkov":  property.Listed(otherTools),
	"guard":    property.Listed(otherTools),
	"tfsec":    property.Listed(otherTools),

	"aws:asset:path":     property.Emulated(),
	"aws:asset:property": property.Emulated(),
	"aws:cdk:path":       property.Emulated(),
}, Prefixes: map[string]property.Effect{
	"aws:":  property.Listed("is the CDK's"),
	"AWS::": property.Listed(otherTools),
}, Free: true}

// buildPropertiesSchema has the keys of Metadata.BuildProperties that sam build knows and
// nobody here asks for: those of BuildProperties in
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build-typescript.html
// and of the workflows of aws/aws-lambda-builders.
var buildPropertiesSchema = property.Schema{Of: "Metadata.BuildProperties", Properties: map[string]property.Effect{
	"ParentPackageMode": property.Ignored("packages are installed as pip has them"),
	"ParentPackages":    property.Ignored("packages are installed as pip has them"),
	"TrimGoPath":        property.Listed("no binary has the paths of its sources"),
	"UseNpmCi":          property.Listed("npm installs what the lock file says, if there is one"),
}, Free: true}
