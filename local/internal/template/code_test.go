package template

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/stack"
)

// cloudFormation is a template of one function of CloudFormation's own type, to whose
// properties the given lines are added in line 7.
const cloudFormation = `Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
`

// image is a function of SAM's whose code is a container image.
const image = `Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      PackageType: Image
      ImageUri: x
`

// What of a function's code is run, and from where.
func TestCode(t *testing.T) {
	sam := func(runtime string) string { return strings.Replace(function, "provided.al2023", runtime, 1) }
	const cdk = "    Metadata: {aws:asset:path: asset.0123, aws:asset:is-bundled: true, aws:asset:property: %s}\n"
	const missing = "code in S3 is not fetched, and s3://cdk-assets-123456789012/0123.zip is not beside the template; give Code a folder"
	inS3 := "      Code: {S3Bucket: !Sub 'cdk-assets-${AWS::AccountId}', S3Key: 0123.zip}\n"
	for _, test := range []struct{ name, src, uri, inline, unsupported string }{
		{"bootstrap", function, "/app", "", ""},
		{"Python", sam("python3.13") + "      CodeUri: src", "/app/src", "", ""},
		{"Node.js", sam("nodejs22.x") + "      CodeUri: dist/app.zip", "/app/dist/app.zip", "", ""},
		{"retired Python", sam("python3.8") + "      CodeUri: src/app.py", "/app/src/app.py", "", ""},
		{"inline Python", sam("python3.12") + "      InlineCode: !Sub 'x = \"${AWS::Region}\"'", "", `x = "us-east-1"`, ""},
		{"inline Node.js, lines joined", sam("nodejs24.x") + "      InlineCode: {'Fn::Join': [\"\\n\", [a, b]]}", "", "a\nb", ""},
		{"inline wins over a folder of Globals", "Globals: {Function: {CodeUri: x}}\n" + sam("python3.12") + "      InlineCode: a", "", "a", ""},
		{"Java", sam("java21"), "", "",
			"functions of the runtime java21 are not run, only those with a bootstrap, of Python 3 and of Node.js"},
		{"Python 2", sam("python2.7"), "", "",
			`functions of the runtime python2.7 are not run, only those with a bootstrap, of Python 3 and of Node.js`},
		{"inline Go", function + "      InlineCode: a", "", "", "inline code is run for Python and Node.js only"},
		{"image", image, "", "", "container images are not run"},
		{"S3", function + "      CodeUri: {Bucket: b, Key: k}", "", "", "code in S3 is not fetched, and s3://b/k is not beside the template; give CodeUri a folder"},
		{"SAM of the CDK", function + "      CodeUri: {Bucket: b, Key: k}\n" + fmt.Sprintf(cdk, "CodeUri"), "/app/asset.0123", "", ""},

		{"CloudFormation, inline", cloudFormation + "      Code: {ZipFile: a}", "", "a", ""},
		{"CloudFormation, path", cloudFormation + "      Code: ./src", "/app/src", "", ""},
		{"CloudFormation, S3", cloudFormation + inS3, "", "", missing},
		{"CloudFormation, image", cloudFormation + "      Code: {ImageUri: x}", "", "", "container images are not run"},
		{"CDK", cloudFormation + inS3 + fmt.Sprintf(cdk, "Code"), "/app/asset.0123", "", ""},
		{"asset of another property", cloudFormation + inS3 + fmt.Sprintf(cdk, "Content"), "", "", missing},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := mustParse(t, test.src+"\n").Functions[0]
			got := []string{f.CodeURI, f.InlineCode, strings.Split(f.Unsupported, "; did")[0]}
			if diff := cmp.Diff([]string{test.uri, test.inline, test.unsupported}, got); diff != "" {
				t.Errorf("code, inline code, unsupported (-want +got):\n%s", diff)
			}
		})
	}
}

// What is wrong with code that is not there is said where the template names it.
func TestCodePosition(t *testing.T) {
	for src, want := range map[string]string{
		function:                          "/app/template.yaml:3:3",
		function + "      CodeUri: src\n": "/app/template.yaml:8:16",
		"Globals: {Function: {CodeUri: x}}\n" + function:                                  "/app/template.yaml:1:31",
		function + "      CodeUri: !Sub '${AWS::Region}/x'\n":                             "/app/template.yaml:8:16",
		cloudFormation + "      Code: ./src\n":                                            "/app/template.yaml:7:13",
		cloudFormation + "      Code: {S3Bucket: b}\n    Metadata: {aws:asset:path: a}\n": "/app/template.yaml:8:32",
	} {
		if got := mustParse(t, src).Functions[0].CodePos.String(); got != want {
			t.Errorf("%s: got %s, want %s", src, got, want)
		}
	}
}

func TestCloudFormationFunction(t *testing.T) {
	s := mustParse(t, cloudFormation+`      Code: {ZipFile: a, Zip: b}
      FunctionName: !Sub "${AWS::StackName}-f"
      Timeout: 7
      MemorySize: 256
      Architectures: [arm64]
      ReservedConcurrentExecutions: 0
      Environment: {Variables: {ME: !Sub "${AWS::Region}"}}
      Role: !GetAtt Role.Arn
      TracingConfig: {Mode: Active}
      CodeUri: x
  Role: {Type: AWS::IAM::Role}
`)
	f, zero := s.Functions[0], 0
	want := &Function{
		LogicalID: "F", Name: "maru-f", ARN: "arn:aws:lambda:us-east-1:123456789012:function:maru-f",
		Runtime: "python3.13", Handler: "index.handler", Architecture: "arm64", InlineCode: "a",
		Timeout: 7e9, MemorySize: 256, ReservedConcurrency: &zero, Environment: map[string]string{"ME": "us-east-1"},
		Async: stack.DefaultAsync(), Pos: Position{File: "/app/template.yaml", Line: 2, Column: 3},
	}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("function (-want +got):\n%s", diff)
	}
	wantNotes := []string{
		"7:26 ignored F.Code.Zip: is not a property of Code",
		"15:7 ignored F.TracingConfig: traces are not sent to X-Ray",
		"16:7 ignored F.CodeUri: is not a property of AWS::Lambda::Function",
	}
	if diff := cmp.Diff(wantNotes, noted(s)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// What esbuild is asked for, in the words of the template; properties of other
// tools are theirs.
func TestBuildProperties(t *testing.T) {
	s := mustParse(t, function+`    Metadata:
      BuildMethod: esbuild
      BuildProperties:
        EntryPoints: [app.ts]
        External: ['@aws-sdk/*']
        Loader: [.html=text]
        OutExtension: [.js=.mjs]
        Banner: ["js=import 'x';"]
        Format: esm
        Target: es2022
        MainFields: module,main
        Minify: false
        Sourcemap: true
        SourcesContent: false
        UseNpmCi: true
`)
	no := false
	want := BuildProperties{
		EntryPoints: []string{"app.ts"}, External: []string{"@aws-sdk/*"}, Loader: []string{".html=text"},
		OutExtension: []string{".js=.mjs"}, Banner: []string{"js=import 'x';"},
		Format: "esm", Target: "es2022", MainFields: "module,main", Minify: &no, SourcesContent: &no, Sourcemap: true,
	}
	if diff := cmp.Diff(want, s.Functions[0].BuildProperties); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCloudFormationFunctionErrors(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"no code", cloudFormation, "2:3: the function F has no Code"},
		{"list of code", cloudFormation + "      Code: [a]\n", "7:13: Code has to be a path, but here is a list"},
		{"inline list", cloudFormation + "      Code: {ZipFile: [a]}\n", "7:23: inline code has to be text"},
		{"name", cloudFormation + "      Code: x\n      FunctionName: [a]\n", "8:21: FunctionName has to be a single value, but here is a list"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse(test.src, Options{})
			if diff := cmp.Diff([]string{"template.yaml:" + test.want}, messages(err)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}
