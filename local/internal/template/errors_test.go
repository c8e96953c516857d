package template

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// messages gives the texts of an error, without the folder of its positions.
func messages(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(strings.ReplaceAll(err.Error(), "/app/", ""), "\n")
}

// Wrong lines among a function's properties; the bounds of its timeout and memory
// are AWS's (D.13).
func TestFunctionErrors(t *testing.T) {
	for _, test := range []struct{ name, lines, want string }{
		{"timeout", "Timeout: 901", `8:16: Timeout has to be a whole number from 1 to 900, but here is "901"`},
		{"no timeout at all", "Timeout: 0", `8:16: Timeout has to be a whole number from 1 to 900, but here is "0"`},
		{"too little memory", "MemorySize: 127", `8:19: MemorySize has to be a whole number from 128 to 10240, but here is "127"`},
		{"too much memory", "MemorySize: 10241", `8:19: MemorySize has to be a whole number from 128 to 10240, but here is "10241"`},
		{"memory", "MemorySize: 1GB", `8:19: MemorySize has to be a whole number from 128 to 10240, but here is "1GB"`},
		{"concurrency", "ReservedConcurrentExecutions: -1",
			`8:37: ReservedConcurrentExecutions has to be a whole number from 0 to 1048576, but here is "-1"`},
		{"list for a value", "Timeout: [3]", "8:16: Timeout has to be a single value, but here is a list"},
		{"architecture", "Architectures: [arm46]",
			`8:23: Architectures has to be x86_64 or arm64, but here is "arm46"; did you mean "arm64"?`},
		{"two architectures", "Architectures: [arm64, x86_64]", "8:30: Architectures has to be a list of one"},
		{"no list", "Architectures: arm64", "8:22: Architectures has to be a list, but here is a single value"},
		{"list of lists", "Architectures: [[arm64]]",
			"8:23: Architectures has to be a list of single values, but one is a list"},
		{"package type", "PackageType: Zipp", `8:20: PackageType has to be Zip or Image, but here is "Zipp"; did you mean "Zip"?`},
		{"CodeUri", "CodeUri: [a]", "8:16: CodeUri has to be a path, but here is a list"},
		{"reserved variable", "Environment: {Variables: {AWS_REGION: x}}",
			"8:33: Environment.Variables.AWS_REGION is set by Lambda; its name is reserved"},
		{"variable name", "Environment: {Variables: {1A: x}}",
			"8:33: Environment.Variables.1A has to be named by letters, digits and underscores, two at least and a letter first: ^[a-zA-Z][a-zA-Z0-9_]+$"},
		{"variable without value", "Environment: {Variables: {AA: }}", "8:33: Environment.Variables.AA has no value"},
		{"variable that is a list", "Environment: {Variables: {AA: [b]}}",
			"8:37: AA has to be a single value, but here is a list"},
		{"variables too large", "Environment: {Variables: {AA: '" + strings.Repeat("x", 4095) + "'}}",
			"8:20: the environment variables have 4097 bytes together; Lambda takes 4096 at most"},
		{"function URL", "FunctionUrlConfig: {InvokeMode: BUFFERED}", "8:26: a function URL needs an AuthType, NONE or AWS_IAM"},
		{"unknown Ref", "CodeUri: !Ref Folder", `8:16: "Folder" is neither a parameter nor a resource of the template`},
		{"unsupported function", "CodeUri: !Fn::Nothing x", `8:16: the tag !Fn::Nothing is not an intrinsic function`},
		{"event without type", "Events: {E: {Typ: Api}}", `8:16: the event E has no Type, but "Typ"; did you mean "Type"?`},
		{"event type", "Events: {E: {Type: HttpAPI2}}", `8:16: "HttpAPI2" is not a type of event; did you mean "HttpApi"?`},
		{"event without path", "Events: {E: {Type: Api, Properties: {Method: get}}}",
			"8:16: an event of type Api needs a Path and a Method"},
		{"HTTP event without path", "Events: {E: {Type: HttpApi, Properties: {Method: get}}}",
			"8:16: an event of type HttpApi with a Method needs a Path too"},
		{"event method", "Events: {E: {Type: HttpApi, Properties: {Path: /, Method: gett}}}",
			`8:65: Method has to be ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, but here is "gett"; did you mean "GET"?`},
		{"$default with a method", "Events: {E: {Type: HttpApi, Properties: {Path: $default, Method: get}}}",
			"8:16: the path $default takes every method, but here is GET"},
		{"$default in a REST API", "Events: {E: {Type: Api, Properties: {Path: $default, Method: any}}}",
			`8:16: the path "$default" has to begin with a slash`},
		{"event timeout", "Events: {E: {Type: HttpApi, Properties: {TimeoutInMillis: 30001}}}",
			`8:65: TimeoutInMillis has to be a whole number from 50 to 30000, but here is "30001"`},
		{"payload format", "Events: {E: {Type: HttpApi, Properties: {PayloadFormatVersion: 3.0}}}",
			`8:70: PayloadFormatVersion has to be 1.0 or 2.0, but here is "3.0"; did you mean "1.0"?`},
		{"unknown API", "Events: {E: {Type: HttpApi, Properties: {ApiId: !Ref Web}}}",
			`8:55: ApiId: there is no API "Web"`},
		{"API of another type", "Events: {E: {Type: HttpApi, Properties: {ApiId: !Ref F}}}",
			"8:55: ApiId has to name an AWS::Serverless::HttpApi, but F is an AWS::Serverless::Function"},
		{"API that is a mapping", "Events: {E: {Type: HttpApi, Properties: {ApiId: {a: b}}}}",
			"8:55: this has to be a resource of the template, by !Ref or by its logical ID"},
		{"NONE without a default", "Events: {E: {Type: Api, Properties: {Path: /, Method: get, Auth: {Authorizer: NONE}}}}",
			"8:85: Authorizer NONE needs a DefaultAuthorizer in the API's Auth"},
		{"IAM not enabled", "Events: {E: {Type: HttpApi, Properties: {Auth: {Authorizer: AWS_IAM}}}}",
			`8:67: AWS_IAM needs "EnableIamAuthorizer: true" in the API's Auth`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse(function+"      "+test.lines+"\n", Options{})
			if diff := cmp.Diff([]string{"template.yaml:" + test.want}, messages(err)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// Wrong templates, each with all that is wrong in it.
func TestTemplateErrors(t *testing.T) {
	const sam = "Transform: AWS::Serverless-2016-10-31\n"
	for _, test := range []struct {
		name, src string
		want      []string
	}{
		{"no mapping", "text", []string{"template.yaml:1:1: a template is a mapping with Resources, but here is a single value"}},
		{"no resources", sam, []string{"template.yaml:1:1: the template has no Resources; it has Transform"}},
		{"empty resources", sam + "Resources: {}\n", []string{"template.yaml:1:1: the template has no Resources"}},
		{"SAM type", sam + "Resources: {W: {Type: AWS::Serverless::Funktion}}\n",
			[]string{`template.yaml:2:13: SAM has no type AWS::Serverless::Funktion; did you mean "AWS::Serverless::Function"?`}},
		{"misspelt sections", sam + "Resource: {}\nGlobal: {}\n", []string{
			`template.yaml:1:1: the template has no Resources, but "Resource"; did you mean "Resources"?`,
			`template.yaml:2:1: "Resource" is not a section of a template; did you mean "Resources"?`,
			`template.yaml:3:1: "Global" is not a section of a template; did you mean "Globals"?`,
		}},
		{"section of the wrong kind", sam + "Parameters: [a]\nResources: {A: {Type: AWS::SQS::Queue}}\n",
			[]string{"template.yaml:2:13: Parameters has to be a mapping, but here is a list"}},
		{"version", "AWSTemplateFormatVersion: 2010-09-10\nResources: {A: {Type: AWS::SQS::Queue}}\n",
			[]string{"template.yaml:1:27: AWSTemplateFormatVersion has to be 2010-09-09, the only one there is"}},
		{"no transform", "Resources:\n  F: {Type: AWS::Serverless::Function, Properties: {Runtime: provided, Handler: x}}\n",
			[]string{`template.yaml:2:3: the type AWS::Serverless::Function needs the line "Transform: AWS::Serverless-2016-10-31" at the template's top`}},
		{"resource without type", sam + "Resources:\n  F: {Typ: AWS::Serverless::Function}\n  G: x\n  H: {Properties: {}, DependsOn: F}\n  I: {}\n  J: {Type: [x]}\n", []string{
			`template.yaml:3:3: the resource F has no Type, but "Typ"; did you mean "Type"?`,
			"template.yaml:4:6: the resource G has to be a mapping, but here is a single value",
			"template.yaml:5:3: the resource H has no Type; it has Properties, DependsOn",
			"template.yaml:6:3: the resource I has no Type; it is empty",
			"template.yaml:7:13: the Type of the resource J has to be a single value, but here is a list",
		}},
		{"condition of the wrong kind", function + "    Condition: [X]\n",
			[]string{"template.yaml:8:16: Condition has to be the name of a condition, but here is a list"}},
		{"unknown condition", function + "    Condition: X\n", []string{`template.yaml:8:16: there is no condition "X"`}},
		{"globals of the wrong kind", "Globals: []\n" + function,
			[]string{"template.yaml:1:10: Globals has to be a mapping, but here is a list"}},
		{"ignored globals of the wrong kind", "Globals: {Function: {Timeout: 5}}\n" + function + "    IgnoreGlobals: Timeout\n",
			[]string{"template.yaml:9:20: IgnoreGlobals has to be \"*\" or a list of properties"}},
		{"API that is not created", function + "      Events: {E: {Type: HttpApi, Properties: {ApiId: !Ref Gone}}}\n" +
			"  Gone: {Type: AWS::Serverless::HttpApi, Condition: Never}\nConditions: {Never: !Equals [a, b]}\n",
			[]string{"template.yaml:8:55: ApiId: the API Gone is not created: its condition is false"}},
		{"macro without a name", strings.Replace(function, samTransform, "[{Parameters: {}}, "+samTransform+"]", 1),
			[]string{"template.yaml:1:13: Transform takes names of macros, but here is a mapping without a Name"}},
		{"loop of resources", sam + "Resources: {'Fn::ForEach::X': [a, b, {}]}\n",
			[]string{"template.yaml:2:13: Fn::ForEach::X needs the transform AWS::LanguageExtensions"}},
		{"nothing to run", sam + "Resources:\n  F: {Type: AWS::Serverless::Function}\n",
			[]string{"template.yaml:3:3: the function F has no Runtime, such as provided.al2023"}},
		{"no handler", sam + "Resources:\n  F: {Type: AWS::Serverless::Function, Properties: {Runtime: provided}}\n",
			[]string{"template.yaml:3:3: the function F has no Handler, such as bootstrap"}},
		{"globals", "Globals: {Functions: {}, Function: {FunctionName: x}, Api: y}\n" + function, []string{
			`template.yaml:1:11: "Functions" is not a section of Globals; did you mean "Function"?`,
			"template.yaml:1:37: FunctionName cannot stand in Globals.Function; give it to each resource",
			"template.yaml:1:60: Globals.Api has to be a mapping, but here is a single value",
		}},
		{"one error in Globals for two functions", "Globals: {Function: {Timeout: x}}\n" + function +
			"  G: {Type: AWS::Serverless::Function, Properties: {Runtime: provided, Handler: x}}\n",
			[]string{`template.yaml:1:31: Timeout has to be a whole number from 1 to 900, but here is "x"`}},
		{"method claimed twice", function + "    Metadata: {Maru: {Methods: [TRACE, trace, GET]}}\n", []string{
			"template.yaml:8:40: the method TRACE was claimed before, at template.yaml:8:33",
			`template.yaml:8:47: Metadata.Maru.Methods takes TRACE and CONNECT, but here is "GET"; other methods are events of an API`,
		}},
		{"all errors, in the template's order", function + "      Timeout: x\n      MemorySize: y\n      CodeUri: !Ref z\nOutput: {}\n", []string{
			`template.yaml:8:16: Timeout has to be a whole number from 1 to 900, but here is "x"`,
			`template.yaml:9:19: MemorySize has to be a whole number from 128 to 10240, but here is "y"`,
			`template.yaml:10:16: "z" is neither a parameter nor a resource of the template`,
			`template.yaml:11:1: "Output" is not a section of a template; did you mean "Outputs"?`,
		}},
		{"an absent resource is not read", function + "      CodeUri: !Ref Gone\n" +
			"  Gone: {Type: AWS::Serverless::Function, Condition: Never, Properties: {Timeout: x}}\n" +
			"Conditions: {Never: !Equals [a, b]}\n",
			[]string{"template.yaml:8:16: the resource Gone is not created: its condition Never is false"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := parse(test.src, Options{})
			if diff := cmp.Diff(test.want, messages(err)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
			if s != nil {
				t.Errorf("got a stack with the error, want none")
			}
		})
	}
}

func TestErrorType(t *testing.T) {
	_, err := parse(function+"      Timeout: x\n", Options{})
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an *Error", err)
	}
	if want := (Position{File: "/app/template.yaml", Line: 8, Column: 16}); e.Pos != want {
		t.Errorf("position: got %s, want %s", e.Pos, want)
	}
}
