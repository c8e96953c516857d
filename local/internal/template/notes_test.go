package template

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// noted gives a stack's notes, a line each.
func noted(s *Stack) []string {
	var lines []string
	for _, n := range s.Notes {
		place := strings.TrimPrefix(n.Pos.String(), "/app/template.yaml:")
		lines = append(lines, fmt.Sprintf("%s %s %s.%s: %s", place, n.Level, n.Resource, n.Property, n.Text))
	}
	return lines
}

func TestNotes(t *testing.T) {
	for _, test := range []struct {
		name, src string
		want      []string
	}{
		{"nothing to say", function, nil},
		{"known property", function + "      Tracing: Active\n",
			[]string{"8:7 ignored F.Tracing: traces are not sent to X-Ray"}},
		{"unknown property", function + "      Weather: 3\n",
			[]string{`8:7 ignored F.Weather: is not a property of AWS::Serverless::Function`}},
		{"property inside of another", function + "      Environment: {Weather: {A: b}}\n",
			[]string{`8:21 ignored F.Environment.Weather: is not a property of Environment`}},
		{"in Globals, for two functions", "Globals: {Function: {Tracing: Active}}\n" + function +
			"  G: {Type: AWS::Serverless::Function, Properties: {Runtime: provided, Handler: x}}\n",
			[]string{"1:22 ignored .Tracing: traces are not sent to X-Ray"}},
		{"unread function in what is ignored", function + "      VpcConfig: !ImportValue x\n",
			[]string{"8:7 ignored F.VpcConfig: functions use this machine's network"}},
		{"what has no meaning here", function + "      Role: arn\n      Tags: {a: b}\n", nil},
		{"image", image, []string{"3:3 refused F.: container images are not run"}},
		{"inline code", function + "      InlineCode: x\n", []string{"3:3 refused F.: inline code is run for Python and Node.js only"}},
		{"code in S3", function + "      CodeUri: s3://bucket/key\n",
			[]string{"3:3 refused F.: code in S3 is not fetched, and s3://bucket/key is not beside the template; give CodeUri a folder"}},
		{"code in S3, long form", function + "      CodeUri: {Bucket: b, Key: k}\n",
			[]string{"3:3 refused F.: code in S3 is not fetched, and s3://b/k is not beside the template; give CodeUri a folder"}},
		{"runtime", strings.Replace(function, "provided.al2023", "provided.al2032", 1),
			[]string{`3:3 refused F.: functions of the runtime provided.al2032 are not run, only those with a bootstrap, of Python 3 and of Node.js; did you mean "provided.al2023"?`}},
		{"stand-in", function + "      Environment: {Variables: {VPC: !Ref V}}\n  V: {Type: AWS::EC2::VPC}\n", []string{
			"8:38 approximated F.Environment.Variables.VPC: the AWS::EC2::VPC V does not exist here; its logical ID stands for it",
		}},
		{"event", function + "      Events: {E: {Type: SQS, Properties: {Queue: q}}}\n",
			[]string{"8:16 ignored F.Events.E: SQS sends no events here; invoke the function with one of your own"}},
		{"other resources", function + "  T: {Type: AWS::DynamoDB::Table}\n  L: {Type: AWS::Logs::LogGroup}\n  V: {Type: AWS::EC2::VPC}\n",
			[]string{"8:3 ignored T.: there is no DynamoDB here; functions use the endpoint they are configured with"}},
		{"sources of events", function + "  M: {Type: AWS::Lambda::EventSourceMapping}\n  R: {Type: AWS::Events::Rule}\n  S: {Type: AWS::Scheduler::Schedule}\n", []string{
			"8:3 ignored M.: sends no events here; invoke the function with one of your own",
			"9:3 ignored R.: sends no events here; invoke the function with one of your own",
			"10:3 ignored S.: sends no events here; invoke the function with one of your own",
		}},
		{"sections", function + "Rules: {}\n", nil},
		{"macros", strings.Replace(function, samTransform, "[Mine, "+samTransform+"]", 1),
			[]string{"1:13 ignored .Transform: the macro Mine is not run"}},
		{"macros by mappings", strings.Replace(function, samTransform, "[{Name: Mine, Parameters: {A: b}}, {Name: "+samTransform+"}]", 1),
			[]string{"1:20 ignored .Transform: the macro Mine is not run"}},
		{"macro by a mapping", "Transform: {Name: Mine}\nResources: {Q: {Type: AWS::SQS::Queue}}\n",
			[]string{"1:19 ignored .Transform: the macro Mine is not run"}},
		{"macro in a section", function + "  Fn::Transform: {Name: Mine}\n",
			[]string{"8:18 approximated .: the macro is not run; of macros in a value, only AWS::Include is"}},
		{"dynamic reference", function + "      Environment: {Variables: {KEY: '{{resolve:ssm:/key}}'}}\n",
			[]string{"8:38 approximated F.Environment.Variables.KEY: dynamic references are not looked up; the text {{resolve:…}} stays as it is"}},
		{"Maru's own metadata", function + "    Metadata: {Maru: {Weather: TRACE}, cfn_nag: x}\n",
			[]string{`8:23 ignored F.Metadata.Maru.Weather: is not a property of Metadata.Maru`}},
		{"attribute of a resource of SAM", function + "    Description: text\n    Depends: X\n", []string{
			"8:5 ignored F.Description: is not an attribute of a resource, and SAM drops it",
			`9:5 ignored F.Depends: is not an attribute of a resource, and SAM drops it; did you mean "DependsOn"?`,
		}},
		{"attribute of a resource of CloudFormation", cloudFormation + "      Code: .\n    Description: text\n    Weather: text\n", []string{
			"9:5 ignored F.Weather: is not an attribute of a resource, and CloudFormation refuses it"}},
		{"connectors", function + "    Connectors: {C: {}}\n", []string{"8:5 ignored F.Connectors: permissions are not checked"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, noted(mustParse(t, test.src))); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// Every property that the SAM specification has is read or has a text of its
// own; a name left out here would be reported as unknown.
func TestSchemas(t *testing.T) {
	for _, test := range []struct{ resource, properties string }{
		{"AWS::Serverless::Function", "Architectures AssumeRolePolicyDocument AutoPublishAlias AutoPublishAliasAllProperties " +
			"AutoPublishCodeSha256 CapacityProviderConfig CodeSigningConfigArn CodeUri DeadLetterQueue DeploymentPreference " +
			"Description DurableConfig Environment EphemeralStorage EventInvokeConfig Events FileSystemConfigs FunctionName " +
			"FunctionScalingConfig FunctionUrlConfig Handler ImageConfig ImageUri InlineCode KmsKeyArn Layers LoggingConfig " +
			"MemorySize PackageType PermissionsBoundary Policies PropagateTags ProvisionedConcurrencyConfig " +
			"PublishToLatestPublished RecursiveLoop ReservedConcurrentExecutions Role RolePath Runtime RuntimeManagementConfig " +
			"SnapStart SourceKMSKeyArn Tags TenancyConfig Timeout Tracing VersionDeletionPolicy VersionDescription VpcConfig"},
		{"AWS::Serverless::Api", "AccessLogSetting AlwaysDeploy ApiKeySourceType Auth BinaryMediaTypes CacheClusterEnabled CacheClusterSize " +
			"CanarySetting Cors DefinitionBody DefinitionUri Description DisableExecuteApiEndpoint Domain EndpointAccessMode " +
			"EndpointConfiguration FailOnWarnings GatewayResponses MergeDefinitions MethodSettings MinimumCompressionSize Mode " +
			"Models Name OpenApiVersion Policy PropagateTags SecurityPolicy StageName Tags TracingEnabled Variables"},
		{"AWS::Serverless::LayerVersion", "CompatibleArchitectures CompatibleRuntimes ContentUri Description LayerName LicenseInfo PublishLambdaVersion RetentionPolicy"},
		{"AWS::Serverless::HttpApi", "AccessLogSettings Auth CorsConfiguration DefaultRouteSettings DefinitionBody DefinitionUri Description " +
			"DisableExecuteApiEndpoint Domain FailOnWarnings Name PropagateTags RouteSettings StageName StageVariables Tags"},
	} {
		t.Run(test.resource, func(t *testing.T) {
			given := map[string]string{"Runtime": "provided", "Handler": "bootstrap", "StageName": "v1", "ContentUri": "."}
			var src strings.Builder
			fmt.Fprintf(&src, "Transform: %s\nResources:\n  R:\n    Type: %s\n    Properties:\n", samTransform, test.resource)
			for _, p := range strings.Fields(test.properties) {
				fmt.Fprintf(&src, "      %s: %s\n", p, given[p])
			}
			for _, n := range mustParse(t, src.String()).Notes {
				if strings.Contains(n.Text, "is not a property") {
					t.Errorf("got the note %q on %s, want a text of its own", n.Text, n.Property)
				}
			}
		})
	}
}

// Go that the host builds unasked is noted where sam build would not build it.
func TestInferredGo(t *testing.T) {
	const note = "3:3 approximated F.Metadata.BuildMethod: is missing; the code is built as Go, but sam build needs go1.x here, or it looks for a Makefile"
	var asked []string
	options := Options{InfersGo: func(runtime, codeURI string) bool {
		asked = append(asked, runtime+" "+codeURI)
		return strings.HasSuffix(codeURI, "go")
	}}
	for _, test := range []struct {
		name, src   string
		asked, want []string
	}{
		{"Go", function + "      CodeUri: go\n", []string{"provided.al2023 /app/go"}, []string{note}},
		{"of CloudFormation", strings.Replace(cloudFormation, "python3.13", "provided.al2", 1) + "      Code: go\n",
			[]string{"provided.al2 /app/go"}, []string{strings.Replace(note, "3:3", "2:3", 1)}},
		{"a bootstrap", function + "      CodeUri: bin\n", []string{"provided.al2023 /app/bin"}, nil},
		{"method", function + "      CodeUri: go\n    Metadata: {BuildMethod: go1.x}\n", nil, nil},
		{"other runtime", cloudFormation + "      Code: go\n", nil, nil},
		{"runtime with a workflow", strings.Replace(function, "provided.al2023", "go1.x", 1) + "      CodeUri: go\n", nil, nil},
		{"no code", image, nil, []string{"3:3 refused F.: container images are not run"}},
	} {
		asked = nil
		s, err := parse(test.src, options)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if diff := cmp.Diff(test.asked, asked); diff != "" {
			t.Errorf("%s: folders asked for (-want +got):\n%s", test.name, diff)
		}
		if diff := cmp.Diff(test.want, noted(s)); diff != "" {
			t.Errorf("%s: notes (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestInferredGoOfNestedStack(t *testing.T) {
	s, err := parse(nesting, Options{
		ReadFile: func(string) ([]byte, error) { return []byte(function + "      CodeUri: go\n"), nil },
		InfersGo: func(_, codeURI string) bool { return codeURI == "/app/sub/go" },
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := noted(s); len(got) != 1 || !strings.Contains(got[0], "Metadata.BuildMethod: is missing") {
		t.Errorf("got notes %q, want one on BuildMethod", got)
	}
}
