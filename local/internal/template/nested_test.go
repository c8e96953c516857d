package template

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// parseTree reads the template src, beside which the files are.
func parseTree(src string, files map[string]string) (*Stack, error) {
	return parse(src, Options{ReadFile: reading(files)})
}

// reading gives what reads files beside the template.
func reading(files map[string]string) func(path string) ([]byte, error) {
	system := fstest.MapFS{}
	for path, text := range files {
		system["app/"+path] = &fstest.MapFile{Data: []byte(text)}
	}
	return func(path string) ([]byte, error) { return fs.ReadFile(system, path[1:]) }
}

const nesting = "Resources:\n  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: sub/child.yaml}}\n"

// What is wrong in a nested template stands at its place there.
func TestNestedErrors(t *testing.T) {
	_, err := parseTree(nesting+"  P: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: other.yaml}}\n\n\n\n\n\n  F: {Type: AWS::Serverless::Function, Properties: {Runtime: go1.x, Handler: x}}\n", map[string]string{
		"sub/child.yaml": function + "      Timeout: x\n      CodeUri: !Ref Nobody\n",
		"other.yaml":     "Resource: {}\n",
	})
	want := []string{
		`template.yaml:9:3: the type AWS::Serverless::Function needs the line "Transform: AWS::Serverless-2016-10-31" at the template's top`,
		`sub/child.yaml:8:16: Timeout has to be a whole number from 1 to 900, but here is "x"`,
		`sub/child.yaml:9:16: "Nobody" is neither a parameter nor a resource of the template`,
		`other.yaml:1:1: "Resource" is not a section of a template; did you mean "Resources"?`,
		`other.yaml:1:1: the template has no Resources, but "Resource"; did you mean "Resources"?`,
	}
	if diff := cmp.Diff(want, messages(err)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// Without a way to read files, and for what is in S3, a nested stack is noted.
func TestNestedNotRead(t *testing.T) {
	s := mustParse(t, nesting)
	want := []string{"2:3 ignored N.: the nested stack is not read; give its outputs as parameters"}
	if diff := cmp.Diff(want, noted(s)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

func TestNestedProperties(t *testing.T) {
	src := strings.Replace(nesting, "yaml}", "yaml, Tags: [], Weather: 3}", 1)
	s, err := parseTree(src, map[string]string{"sub/child.yaml": "Resources: {Q: {Type: AWS::SQS::Queue}}\n"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`2:93 ignored N.Weather: is not a property of a nested stack`,
	}
	if diff := cmp.Diff(want, noted(s)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// Code is relative to the nested template, and TRACE is claimed once in the
// whole tree.
func TestNestedFunction(t *testing.T) {
	child := function + "    Metadata: {Maru: {Methods: [TRACE]}}\n"
	s, err := parseTree(nesting, map[string]string{"sub/child.yaml": child})
	if err != nil {
		t.Fatal(err)
	}
	f := s.Functions[0]
	want := "F N-F /app/sub arn:aws:lambda:us-east-1:123456789012:function:N-F /app/sub/child.yaml:3:3"
	if got := fmt.Sprint(f.LogicalID, " ", f.Name, " ", f.CodeURI, " ", f.ARN, " ", f.Pos); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	_, err = parseTree(nesting+"  O: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: sub/child.yaml}}\n",
		map[string]string{"sub/child.yaml": child})
	wantErr := []string{"sub/child.yaml:8:33: the method TRACE was claimed before, at sub/child.yaml:8:33"}
	if diff := cmp.Diff(wantErr, messages(err)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// FuzzParseNested holds that whatever a nested template or an included file
// is, itself nested or including itself too, reading ends with a Stack in which
// logical IDs are unique, or with an error.
func FuzzParseNested(f *testing.F) {
	for _, path := range append(templates(f), "testdata/nested/orders/template.yaml", "testdata/nested/data.json") {
		src, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte(nesting + "Outputs: {O: {Value: !GetAtt N.Outputs.O}}\n"))
	f.Add([]byte("Fn::Transform: {Name: AWS::Include, Parameters: {Location: x}}\n"))
	f.Add([]byte("Transform: AWS::LanguageExtensions\nResources: {Fn::ForEach::L: [X, [a, b], {'F${X}': {Type: T}}]}\n"))
	const parent = `
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters: {Parameter: {Type: String, Default: x}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: included.yaml}}
      Environment: {Variables: {OUT: !GetAtt N.Outputs.O, IN: !ToJsonString {Fn::Transform: {Name: AWS::Include, Parameters: {Location: x}}}}}
  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml}}
  M: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {Stage: !GetAtt N.Outputs.O}}}
`
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, template := range []string{parent, nesting} {
			s, err := parse(template, Options{ReadFile: func(path string) ([]byte, error) {
				if strings.Count(path, "/") > 3 {
					return nil, fs.ErrNotExist // child.yaml, sub/child.yaml, not sub/sub/child.yaml and so on
				}
				return src, nil
			}})
			if (s == nil) == (err == nil) {
				t.Fatalf("got the stack %v and the error %v, want one of them", s, err)
			}
			if err != nil {
				continue
			}
			seen := map[string]bool{}
			for _, function := range s.Functions {
				if seen[function.LogicalID] {
					t.Errorf("got two functions %s, want unique logical IDs", function.LogicalID)
				}
				seen[function.LogicalID] = true
			}
		}
	})
}

// BenchmarkLoadNested reads five templates, three of them through others.
func BenchmarkLoadNested(b *testing.B) {
	for b.Loop() {
		if _, err := Load("testdata/nested.yaml", Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// A function answers to the names that sam takes for it.
func TestAliases(t *testing.T) {
	s, err := Load("testdata/nested.yaml", Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, f := range s.Functions {
		got[f.LogicalID] = f.Aliases
		if s.Named(f.LogicalID) != f || s.Named(f.Name) != f {
			t.Errorf("%s does not answer to its own names", f.LogicalID)
		}
	}
	cdk, err := Parse("/app/cdk.out/App.template.json", []byte(`{"Resources": {"Hello4A628BD4": {"Type": "AWS::Lambda::Function",
		"Metadata": {"aws:cdk:path": "App/Hello/Resource", "aws:asset:path": "asset.1"},
		"Properties": {"Runtime": "python3.12", "Handler": "a.b", "Code": {}}}}}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	got["CDK"] = cdk.Functions[0].Aliases
	want := map[string][]string{
		"Authorizer": nil, "Hello": nil,
		"Mailen": {"Orders/Mailen", "Mailen"}, "Mailko": {"Orders/Mailko", "Mailko"},
		"OrdersHello": {"Orders/Hello", "Hello"},
		"CDK":         {"App/Hello", "Hello"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The implicit API of a nested stack has the name of the stack before its own,
// which another API may have already.
func TestNestedImplicitName(t *testing.T) {
	src := "Transform: AWS::Serverless-2016-10-31\n" + nesting +
		"  NServerlessRestApi: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}\n"
	_, err := parseTree(src, map[string]string{"sub/child.yaml": function + "      Events: {E: {Type: Api, Properties: {Path: /, Method: get}}}\n"})
	want := []string{"template.yaml:3:3: the implicit API of the nested stack is called NServerlessRestApi, as another API is; give the stack another name"}
	if diff := cmp.Diff(want, messages(err)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// Of several stacks the topmost is first, of one depth the explicit APIs, and then what
// the template has first: that is how they take precedence.
func TestNestedOrder(t *testing.T) {
	const (
		one       = "    Type: AWS::Serverless::Function\n    Properties: {Runtime: provided.al2023, Handler: b, Events: {E: {Type: Api, Properties: {Path: /, Method: get%s}}}}\n"
		transform = "Transform: AWS::Serverless-2016-10-31\n"
		api       = "  %s: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}\n"
	)
	own := func(id, api string) string { return "  " + id + ":\n" + fmt.Sprintf(one, ", RestApiId: !Ref "+api) }
	s, err := parseTree(transform+"Resources:\n  Deep: {Type: AWS::Serverless::Application, Properties: {Location: deep.yaml}}\n"+
		"  Flat: {Type: AWS::Serverless::Application, Properties: {Location: flat.yaml}}\n  Hello:\n"+fmt.Sprintf(one, ""), map[string]string{
		"deep.yaml":   transform + "Resources:\n  Deeper: {Type: AWS::Serverless::Application, Properties: {Location: deeper.yaml}}\n  Middle:\n" + fmt.Sprintf(one, ""),
		"deeper.yaml": transform + "Resources:\n" + fmt.Sprintf(api, "A") + own("Below", "A"),
		"flat.yaml":   transform + "Resources:\n" + fmt.Sprintf(api, "B") + own("Last", "B"),
	})
	if err != nil {
		t.Fatal(err)
	}
	var apis, functions []string
	for _, a := range s.APIs {
		apis = append(apis, a.LogicalID)
	}
	for _, f := range s.Functions {
		functions = append(functions, f.LogicalID)
	}
	if diff := cmp.Diff([]string{"ServerlessRestApi", "B", "DeepServerlessRestApi", "A"}, apis); diff != "" {
		t.Errorf("APIs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Hello", "Middle", "Last", "Below"}, functions); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
}

// What is wrong with the implicit API of a nested stack is not wrong with that of the stack
// around it, which SAM calls the same.
func TestNestedImplicitFaults(t *testing.T) {
	src := "Transform: AWS::Serverless-2016-10-31\n" + nesting +
		"  F: {Type: AWS::Serverless::Function, Properties: {Runtime: provided, Handler: x, Events: {E: {Type: Api, Properties: {Path: /y, Method: get}}}}}\n"
	s, err := Parse("/app/template.yaml", []byte(src), Options{ReadFile: reading(map[string]string{
		"sub/child.yaml": "Globals: {Api: {Auth: [x]}}\n" + function + "      Events: {E: {Type: Api, Properties: {Path: /x, Method: get}}}\n",
	})})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"NServerlessRestApi GET /x"}, refusing(s)); diff != "" {
		t.Errorf("what refuses (-want +got):\n%s", diff)
	}
}
