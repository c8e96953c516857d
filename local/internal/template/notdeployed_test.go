package template

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// refusal is a template that AWS does not deploy, with the errors that say so.
type refusal struct {
	name, src string
	want      []string
}

// checkRefusals reads each template and compares its errors. Without any it has to be
// read, whatever its notes.
func checkRefusals(t *testing.T, refusals []refusal) {
	t.Helper()
	for _, test := range refusals {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse(test.src, Options{})
			if diff := cmp.Diff(test.want, messages(err)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// with gives the template of a function with more properties, lines that stand from
// line 8 on.
func with(lines string) string {
	return function + "      " + strings.ReplaceAll(lines, "\n", "\n      ") + "\n"
}

// Where a function's code is has to be said in one way, as SAM and Lambda have it.
func TestUndeployableCode(t *testing.T) {
	const beside = " cannot stand beside PackageType: Image; what stands in Globals, IgnoreGlobals keeps away"
	code := func(code string) string { return cloudFormation + "      Code: " + code + "\n" }
	checkRefusals(t, []refusal{
		{"inline code beside a folder", with("InlineCode: x\nCodeUri: src"), nil},
		{"an image that nothing asks for, beside a folder", with("ImageUri: x\nCodeUri: src"), nil},
		{"an image that nothing asks for", with("ImageUri: x"),
			[]string{"template.yaml:8:17: ImageUri needs PackageType: Image; SAM does not deploy the function"}},
		{"an image's settings without one", with("ImageConfig: {Command: [a]}"),
			[]string{"template.yaml:8:20: ImageConfig needs PackageType: Image; SAM does not deploy the function"}},
		{"an image with a runtime", with("PackageType: Image\nImageUri: x\nLayers: [a]"), []string{
			"template.yaml:6:16: Runtime" + beside, "template.yaml:7:16: Handler" + beside, "template.yaml:10:15: Layers" + beside,
		}},
		{"an image with a runtime of Globals", "Globals: {Function: {Runtime: provided}}\n" + image, []string{"template.yaml:1:31: Runtime" + beside}},
		{"an image that Globals are kept from", "Globals: {Function: {Runtime: provided}}\n" + image + "    IgnoreGlobals: [Runtime]\n", nil},
		{"half a place of SAM's", with("CodeUri: {Bucket: b}"), []string{"template.yaml:8:16: CodeUri needs a Bucket and a Key, or has to be a path"}},
		{"code in two places", code("{ZipFile: a, S3Bucket: b, S3Key: c}"),
			[]string{"template.yaml:7:36: S3Bucket cannot stand beside ZipFile; Lambda takes code from one place"}},
		{"code and an image", code("{ImageUri: a, ZipFile: b}"),
			[]string{"template.yaml:7:24: ImageUri cannot stand beside ZipFile; Lambda takes code from one place"}},
		{"code nowhere", code("{}"), []string{"template.yaml:7:13: Code has none of ZipFile, ImageUri and S3Bucket"}},
		{"half a place in S3", code("{S3Bucket: b}"), []string{"template.yaml:7:24: S3Bucket needs S3Key"}},
	})
}

// What SAM publishes has a name that it knows beforehand.
func TestUndeployableAliases(t *testing.T) {
	const form = "an alias has to be named by letters, digits, hyphens and underscores, not by digits alone, but here is "
	alias := func(name string) string {
		return cloudFormation + "      Code: x\n  A: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, FunctionVersion: $LATEST, Name: " + name + "}}\n"
	}
	checkRefusals(t, []refusal{
		{"a name", with("AutoPublishAlias: live_1-x"), nil},
		{"no name", with("AutoPublishAlias: ''"), nil},
		{"a parameter", with("AutoPublishAlias: !Ref P") + "Parameters: {P: {Type: String, Default: live}}\n", nil},
		{"a parameter without a name", with("AutoPublishAlias: !Ref P") + "Parameters: {P: {Type: String, Default: ''}}\n",
			[]string{"template.yaml:8:25: AutoPublishAlias refers to an empty name; SAM does not deploy the function"}},
		{"a condition", with("AutoPublishAlias: !If [C, live, other]") + "Conditions: {C: !Equals [a, b]}\n",
			[]string{"template.yaml:8:25: AutoPublishAlias has to be text or a Ref of a parameter, but here is Fn::If; SAM does not deploy the function"}},
		{"the stack's name", with("AutoPublishAlias: !Ref AWS::StackName"),
			[]string{"template.yaml:8:25: AutoPublishAlias has to be text or a Ref of a parameter, but here is Ref AWS::StackName; SAM does not deploy the function"}},
		{"a space", with("AutoPublishAlias: a b"), []string{"template.yaml:8:25: " + form + `"a b"`}},
		{"digits", with("AutoPublishAlias: 12"), []string{"template.yaml:8:25: " + form + `"12"`}},
		{"the newest code", with("AutoPublishAlias: $LATEST"), []string{"template.yaml:8:25: " + form + `"$LATEST"`}},
		{"CloudFormation's, of digits", alias("7"), []string{"template.yaml:8:100: " + form + `"7"`}},
		{"CloudFormation's, empty", alias("''"), []string{"template.yaml:8:100: " + form + `""`}},
		{"CloudFormation's", alias("live"), nil},
	})
}

// Some properties of a function need another one, or cannot stand beside it.
func TestUndeployableCombinations(t *testing.T) {
	const tenants = "TenancyConfig: {TenantIsolationMode: PER_TENANT}\n"
	checkRefusals(t, []refusal{
		{"provisioned concurrency without an alias", with("ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 1}"),
			[]string{"template.yaml:8:37: ProvisionedConcurrencyConfig needs AutoPublishAlias"}},
		{"deployment without an alias", with("DeploymentPreference: {Type: AllAtOnce}"),
			[]string{"template.yaml:8:29: DeploymentPreference needs AutoPublishAlias"}},
		{"deployment that is off", with("DeploymentPreference: {Enabled: false}"), nil},
		{"deployment without a type", with("AutoPublishAlias: live\nDeploymentPreference: {Alarms: [a]}"),
			[]string{"template.yaml:9:29: DeploymentPreference has no Type, such as AllAtOnce"}},
		{"deletion of versions without an alias", with("VersionDeletionPolicy: Delete"),
			[]string{"template.yaml:8:30: VersionDeletionPolicy needs AutoPublishAlias"}},
		{"a URL of tenants", with(tenants + "FunctionUrlConfig: {AuthType: NONE}"),
			[]string{"template.yaml:9:26: FunctionUrlConfig cannot stand beside TenancyConfig"}},
		{"a queue of tenants", with(tenants + "SnapStart: {ApplyOn: PublishedVersions}\nEvents: {Q: {Type: SQS}, H: {Type: HttpApi}}"), []string{
			"template.yaml:9:18: SnapStart cannot stand beside TenancyConfig",
			"template.yaml:10:16: events of type SQS cannot stand beside TenancyConfig, only those of type Api and HttpApi",
		}},
		{"a list of tags", with("Tags: [{Key: a, Value: b}]"),
			[]string{"template.yaml:8:13: Tags has to be a mapping, but here is a list"}},
	})
}

// What a template names is named as AWS has it.
func TestUndeployableNames(t *testing.T) {
	handler := strings.Repeat("h", 129)
	checkRefusals(t, []refusal{
		{"function", with("FunctionName: my function"),
			[]string{`template.yaml:8:21: FunctionName has to be 1 to 64 letters, digits, hyphens and underscores, but here is "my function"`}},
		{"function by its ARN", with("FunctionName: arn:aws:lambda:us-east-1:123456789012:function:a"), nil},
		{"handler", strings.Replace(function, "bootstrap", handler, 1),
			[]string{`template.yaml:7:16: Handler has to be at most 128 characters without spaces, but here is "` + handler + `"`}},
		{"function by what another stack exports", with("FunctionName: !ImportValue a.b"), nil},
		{"two functions of one name", with("FunctionName: hello") + "  G: {Type: AWS::Serverless::Function, Properties: {Runtime: provided, Handler: x, FunctionName: hello}}\n",
			[]string{"template.yaml:9:3: the function G is called hello, as F is, at template.yaml:3:3"}},
		{"an event that is nothing", with("Events: {E: }"), []string{"template.yaml:8:16: E has nothing behind it"}},
		{"event", with("Events: {my-event: {Type: HttpApi}}"),
			[]string{`template.yaml:8:16: an event has to be named by letters and digits, as SAM makes logical IDs of it, but here is "my-event"`}},
		{"sections", "Parameters: {a-b: {Type: String}}\nMappings: {a_b: {c-d: {e: f}}}\nConditions: {a-b: !Equals [a, b]}\n" +
			"Resources: {my-queue: {Type: AWS::SQS::Queue}}\nOutputs: {a.b: {Value: c}}\n", []string{
			`template.yaml:1:14: the name of a parameter has to be letters and digits, but here is "a-b"`,
			`template.yaml:2:12: the name of a mapping has to be letters and digits, but here is "a_b"`,
			`template.yaml:4:13: the name of a resource has to be letters and digits, but here is "my-queue"`,
			`template.yaml:5:11: the name of an output has to be letters and digits, but here is "a.b"`,
		}},
		{"what loops make", "Transform: AWS::LanguageExtensions\nResources: {'Fn::ForEach::Q': [X, [a], {'Queue${X}': {Type: AWS::SQS::Queue}}]}\n", nil},
		{"what loops make of letters", "Transform: AWS::LanguageExtensions\nResources: {'Fn::ForEach::Q': [X, [a-b], {'Queue${X}': {Type: AWS::SQS::Queue}}]}\n",
			[]string{`template.yaml:2:43: the name of a resource has to be letters and digits, but here is "Queuea-b"`}},
	})
}

// APIs and what belongs to them, with values that API Gateway does not take.
func TestUndeployableAPIs(t *testing.T) {
	const sam = "Transform: AWS::Serverless-2016-10-31\nResources:\n"
	rest := func(properties string) string {
		return sam + "  A: {Type: AWS::Serverless::Api, Properties: {" + properties + "}}\n"
	}
	const own = plain + "  X: {Type: AWS::ApiGateway"
	checkRefusals(t, []refusal{
		{"an answer to no type of error", rest("StageName: v1, GatewayResponses: {DEFAULT_4X: {StatusCode: 400}}"),
			[]string{`template.yaml:3:82: "DEFAULT_4X" is not a type of gateway response; did you mean "DEFAULT_4XX"?`}},
		{"CloudFormation's answer to no type of error", own + "::GatewayResponse, Properties: {RestApiId: !Ref R, ResponseType: NOT_FOUND}}\n",
			[]string{`template.yaml:8:93: "NOT_FOUND" is not a type of gateway response`}},
		{"an authorizer that is nothing", rest("StageName: v1, Auth: {Authorizers: {A: }}"), []string{"template.yaml:3:84: A has nothing behind it"}},
		{"a usage plan without a word", rest("StageName: v1, Auth: {UsagePlan: {Description: a}}"),
			[]string{"template.yaml:3:81: UsagePlan has no CreateUsagePlan: PER_API, SHARED or NONE"}},
		{"a list of tags", rest("StageName: v1, Tags: [{Key: a, Value: b}]"), []string{"template.yaml:3:69: Tags has to be a mapping, but here is a list"}},
		{"Swagger in an HTTP API", sam + "  A: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionBody: {swagger: '2.0', paths: {}}}}\n",
			[]string{"template.yaml:3:78: the definition of an HTTP API has to be OpenAPI 3, but here is Swagger"}},
		{"an HTTP API's stage in a REST API", rest("StageName: $default"),
			[]string{`template.yaml:3:59: StageName has to be made of letters, digits, hyphens and underscores, but here is "$default"`}},
		{"a stage without a name", own + "::Stage, Properties: {RestApiId: !Ref R}}\n", []string{"template.yaml:8:3: the stage X has no StageName"}},
		{"an HTTP API's stage without a name", own + "V2::Stage, Properties: {ApiId: !Ref H}}\n", []string{"template.yaml:8:3: the stage X has no StageName"}},
		{"credentials for everybody", sam + "  A: {Type: AWS::Serverless::HttpApi, Properties: {CorsConfiguration: {AllowOrigins: ['*'], AllowCredentials: true}}}\n",
			[]string{"template.yaml:3:111: AllowCredentials cannot be true where AllowOrigins has *"}},
		{"credentials for one", sam + "  A: {Type: AWS::Serverless::HttpApi, Properties: {CorsConfiguration: {AllowOrigins: ['https://a.example'], AllowCredentials: true}}}\n", nil},
		{"no architecture", with("Architectures: []"), []string{"template.yaml:8:22: Architectures has to be a list of one"}},
		{"an alias of no version", cloudFormation + "      Code: x\n  A: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F}}\n",
			[]string{"template.yaml:8:3: the alias A has no FunctionVersion", "template.yaml:8:3: the alias A has no Name"}},
		{"an EventInvokeConfig of no version", cloudFormation + "      Code: x\n  C: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref F}}\n",
			[]string{"template.yaml:8:3: the EventInvokeConfig C has no Qualifier, such as $LATEST"}},
	})
}
