package function

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/stack"
)

// A function of CloudFormation with all of its configuration, and one with none.
func TestConfiguration(t *testing.T) {
	ten := 10
	for _, test := range []struct {
		name, lines string
		want        stack.Function
	}{
		{"none", "      Runtime: r\n", stack.Function{Name: "R", Runtime: "r", Architecture: "x86_64", Timeout: 3 * time.Second, MemorySize: 128}},
		{"all", "      FunctionName: n\n      Runtime: r\n      Handler: h\n      Timeout: 900\n      MemorySize: 10240\n      ReservedConcurrentExecutions: 10\n" +
			"      Architectures: [arm64]\n      Environment: {Variables: {AA: !Ref P}}\n      TenancyConfig: {TenantIsolationMode: PER_TENANT}\n" +
			"      LoggingConfig: {LogFormat: JSON, SystemLogLevel: WARN}\n",
			stack.Function{Name: "n", Runtime: "r", Handler: "h", Architecture: "arm64", Timeout: 15 * time.Minute, MemorySize: 10240, ReservedConcurrency: &ten,
				Environment: map[string]string{"AA": "given"}, IsolatesTenants: true, Logging: stack.Logging{JSON: true, Level: "INFO", SystemLevel: "WARN"}}},
	} {
		o, report := propertytest.Read(t, "AWS::Lambda::Function", test.lines)
		got := configuration(o)
		test.want.LogicalID, test.want.ARN, test.want.Pos = "R", "arn:aws:lambda:us-east-1:123456789012:function:"+test.want.Name, o.Pos()
		test.want.Async = stack.DefaultAsync()
		if diff := cmp.Diff(&test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		if len(report.Errors()) > 0 {
			t.Errorf("%s: got the errors %v, want none", test.name, report.Errors())
		}
	}
}

// What Lambda refuses in a function's configuration, each at its place.
func TestConfigurationErrors(t *testing.T) {
	long := strings.Repeat("x", maxEnvironment)
	for _, test := range []struct{ line, want string }{
		{"Timeout: 901", `t.yaml:8:16: Timeout has to be a whole number from 1 to 900, but here is "901"`},
		{"MemorySize: 127", `t.yaml:8:19: MemorySize has to be a whole number from 128 to 10240, but here is "127"`},
		{"Architectures: [arm6]", `t.yaml:8:23: Architectures has to be x86_64 or arm64, but here is "arm6"; did you mean "arm64"?`},
		{"Architectures: [arm64, x86_64]", "t.yaml:8:30: Architectures has to be a list of one"},
		{"Environment: {Variables: {AWS_REGION: x}}", "t.yaml:8:33: Environment.Variables.AWS_REGION is set by Lambda; its name is reserved"},
		{"Environment: {Variables: {A: x}}",
			"t.yaml:8:33: Environment.Variables.A has to be named by letters, digits and underscores, two at least and a letter first: ^[a-zA-Z][a-zA-Z0-9_]+$"},
		{"Environment: {Variables: {AA: " + long + "}}", "t.yaml:8:20: the environment variables have 4098 bytes together; Lambda takes 4096 at most"},
		{"LoggingConfig: {ApplicationLogLevel: DEBUG}", "t.yaml:8:44: ApplicationLogLevel needs LogFormat: JSON"},
		{"TenancyConfig: {TenantIsolationMode: PER_TENNANT}",
			`t.yaml:8:44: TenantIsolationMode has to be PER_TENANT, but here is "PER_TENNANT"; did you mean "PER_TENANT"?`},
		{"Layers: [a, b, c, d, e, f]", "t.yaml:8:31: a function takes 5 layers at most"},
	} {
		o, report := propertytest.Read(t, "AWS::Lambda::Function", "      "+test.line+"\n")
		configuration(o)
		if got := report.Errors(); len(got) != 1 || got[0].Error() != test.want {
			t.Errorf("%.60s: got %v, want %s", test.line, got, test.want)
		}
	}
}

// Where records of asynchronous invocations go, in SAM's words and CloudFormation's.
func TestDestinations(t *testing.T) {
	const function, queue = "arn:aws:lambda:us-east-1:123456789012:function:hello", "arn:aws:sqs:us-east-1:123456789012:q"
	for _, test := range []struct {
		name, config string
		read         func(*stack.Async) stack.Destination
		want         stack.Destination
		said         []string
	}{
		{"a function", "{OnSuccess: {Type: Lambda, Destination: '" + function + "'}}", success, stack.Destination{ARN: function, Function: "F"}, nil},
		{"a queue", "{OnFailure: {Type: SQS, Destination: '" + queue + "'}}", failure, stack.Destination{ARN: queue},
			[]string{"10:83 approximated EventInvokeConfig.DestinationConfig.OnFailure.Destination: " + inFile}},
		{"a queue that SAM makes", "{OnSuccess: {Type: SQS}}", success,
			stack.Destination{ARN: "arn:aws:sqs:us-east-1:123456789012:REventInvokeConfigOnSuccessQueue"},
			[]string{"10:58 approximated EventInvokeConfig.DestinationConfig.OnSuccess: " + inFile}},
		{"a topic that SAM makes", "{OnFailure: {Type: SNS}}", failure,
			stack.Destination{ARN: "arn:aws:sns:us-east-1:123456789012:REventInvokeConfigOnFailureTopic"},
			[]string{"10:58 approximated EventInvokeConfig.DestinationConfig.OnFailure: " + inFile}},
		{"no type", "{OnSuccess: {}}", success, stack.Destination{},
			[]string{"t.yaml:10:58: OnSuccess has no Type: SQS, SNS, EventBridge, Lambda or S3Bucket"}},
		{"no destination", "{OnSuccess: {Type: Lambda}}", success, stack.Destination{},
			[]string{"t.yaml:10:58: OnSuccess has no Destination, which only the types SQS and SNS go without"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, "AWS::Serverless::Function", minimal+"      EventInvokeConfig: {DestinationConfig: "+test.config+"}\n")
			f, _ := (&Reader{Dir: "/app"}).SAM(o)
			if diff := cmp.Diff(test.want, test.read(&f.Async)); diff != "" {
				t.Errorf("destination (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}

func success(a *stack.Async) stack.Destination { return a.OnSuccess }
func failure(a *stack.Async) stack.Destination { return a.OnFailure }

// Versions and aliases, what they stand for, and what is kept warm for them.
func TestVersions(t *testing.T) {
	f := &stack.Function{LogicalID: "F"}
	functions := func(id string) *stack.Function {
		if id == f.LogicalID {
			return f
		}
		return nil
	}
	version, report := propertytest.Read(t, "AWS::Lambda::Version", "      FunctionName: !Ref F\n      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}\n")
	Version(version, functions)
	if diff := cmp.Diff([]string{"5:3 approximated : " + sameCode}, propertytest.Said(report)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	alias, report := propertytest.Read(t, "AWS::Lambda::Alias", "      FunctionName: !Ref F\n      Name: live\n      FunctionVersion: '1'\n"+
		"      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 3}\n      RoutingConfig: {}\n")
	Alias(alias, functions)
	if diff := cmp.Diff([]string{"5:3 approximated : " + sameCode, "12:7 approximated RoutingConfig: " + noWeights}, propertytest.Said(report)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	stale, report := propertytest.Read(t, "AWS::Lambda::Alias", "      FunctionName: !Ref F\n      Name: old\n      FunctionVersion: '7'\n")
	Alias(stale, functions)
	if got := propertytest.Said(report)[0]; got != "10:24 approximated FunctionVersion: the template does not have the version 7 of the function" {
		t.Errorf("got the note %q, want that there is no version 7", got)
	}
	if diff := cmp.Diff(map[string]string{"1": "1", "live": "1", "old": "7"}, f.Qualifiers); diff != "" {
		t.Errorf("qualifiers (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"1": 5}, f.ProvisionedConcurrency); diff != "" {
		t.Errorf("provisioned (-want +got):\n%s", diff)
	}
	other, report := propertytest.Read(t, "AWS::Lambda::Version", "      FunctionName: other\n")
	Version(other, functions)
	if got := propertytest.Said(report); len(got) != 1 || !strings.HasPrefix(got[0], "5:3 ignored FunctionName: ") {
		t.Errorf("got %q of a function that is not there, want it ignored", got)
	}
}

// Layers of the template are /opt's content; those in S3 are none.
func TestLayer(t *testing.T) {
	r := &Reader{Dir: "/app"}
	o, _ := propertytest.Read(t, "AWS::Serverless::LayerVersion", "      ContentUri: lib\n    Metadata: {BuildMethod: python3.13}\n")
	want := &stack.Layer{LogicalID: "R", ContentURI: "/app/lib", BuildMethod: "python3.13", Pos: o.Pos()}
	if diff := cmp.Diff(want, r.SAMLayer(o)); diff != "" {
		t.Errorf("layer (-want +got):\n%s", diff)
	}
	o, report := propertytest.Read(t, "AWS::Lambda::LayerVersion", "      Content: {S3Bucket: b}\n")
	if got := r.CloudFormationLayer(o); got != nil {
		t.Errorf("got the layer %+v in S3, want none", got)
	}
	if diff := cmp.Diff([]string{"8:16 ignored Content: code in S3 is not fetched: functions run without it; give Content a folder"}, propertytest.Said(report)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	o, report = propertytest.Read(t, "AWS::Serverless::LayerVersion", "      LayerName: x\n")
	if got := r.SAMLayer(o); got.Unsupported != "t.yaml:5:3: the layer R has no ContentUri" || len(report.Errors()) != 1 {
		t.Errorf("got the layer %+v and the errors %v, want that it has no ContentUri", got, report.Errors())
	}
}
