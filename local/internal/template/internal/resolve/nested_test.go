package resolve

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/syntax"
)

// tree gives the scope of t.yaml among files, and the error of New.
func readTree(t *testing.T, files map[string]string, parameters map[string]string) (*Scope, error) {
	t.Helper()
	system := fstest.MapFS{}
	for path, src := range files {
		system[path] = &fstest.MapFile{Data: []byte(src)}
	}
	s := settings
	s.Parameters = parameters
	s.ReadFile = func(path string) ([]byte, error) { return fs.ReadFile(system, path) }
	root, err := syntax.Parse("t.yaml", []byte(files["t.yaml"]))
	if err != nil {
		t.Fatal(err)
	}
	return New(root, s)
}

// network and store are two stacks, the second with what the first gives.
var nestedFiles = map[string]string{
	"t.yaml": `
Parameters: {Stage: {Type: String, Default: dev}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  Store:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: infra/store.yaml
      Parameters: {Subnets: !GetAtt Network.Outputs.Subnets, Zones: [a, b], Caller: !GetAtt Fn.Arn, Gone: !Ref AWS::NoValue}
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./infra/network.yaml}}
  Absent: {Type: AWS::CloudFormation::Stack, Condition: IsProd, Properties: {TemplateURL: missing.yaml}}
  Repository: {Type: AWS::Serverless::Application, Properties: {Location: {ApplicationId: x, SemanticVersion: 1.0.0}}}
  Bucket: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: "https://s3.amazonaws.com/b/t.yaml"}}
  Staged:
    Type: AWS::CloudFormation::Stack
    Metadata: {"aws:asset:path": infra/deeper/inner.json}
    Properties: {TemplateURL: !Sub "https://s3.${AWS::URLSuffix}/x.json"}
  Fn: {Type: AWS::Serverless::Function}
`,
	"infra/network.yaml": `
Resources:
  Subnet: {Type: AWS::EC2::Subnet}
  OnlyHere: {Type: AWS::Lambda::Function}
Outputs:
  Subnets: {Value: !Join [",", [!Ref Subnet, x]]}
  Shared: {Value: !Ref OnlyHere, Export: {Name: !Sub "${AWS::StackName}-shared"}}
  Never: {Condition: No, Value: x}
Conditions: {No: !Equals [a, b]}
`,
	"infra/store.yaml": `
Parameters:
  Subnets: {Type: "List<AWS::EC2::Subnet::Id>"}
  Zones: {Type: CommaDelimitedList}
  Caller: {Type: String}
  Gone: {Type: String, Default: default}
Resources:
  Fn: {Type: AWS::Lambda::Function}
  Deeper: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: deeper/inner.json}}
Outputs:
  Arn: {Value: !GetAtt Fn.Arn}
  Seen: {Value: !Sub ["${S}|${Z}|${Caller}|${Gone}|${AWS::StackName}", {S: !Join [" ", !Ref Subnets], Z: !Select [1, !Ref Zones]}]}
  Inner: {Value: !GetAtt Deeper.Outputs.Id}
  Imported: {Value: !ImportValue maru-Network-shared}
  List: {Value: [a]}
`,
	"infra/deeper/inner.json": `{"Resources": {"Fn": {"Type": "AWS::Lambda::Function"}}, "Outputs": {"Id": {"Value": {"Ref": "Fn"}}}}`,
}

func TestNestedOutputs(t *testing.T) {
	s, err := readTree(t, nestedFiles, nil)
	if err != nil {
		t.Fatal(err)
	}
	const arn = "arn:aws:lambda:ap-northeast-2:123456789012:function:"
	for _, test := range []struct {
		output, want string
		notes        []string
	}{
		{"Store.Outputs.Arn", arn + "Store-Fn", nil},
		{"Store.Outputs.Seen", "Network-Subnet x|b|" + arn + "Fn|default|maru-Store",
			[]string{"the AWS::EC2::Subnet Subnet does not exist here; its logical ID stands for it"}},
		{"Store.Outputs.Inner", "Store-Deeper-Fn", nil},
		{"Staged.Outputs.Id", "Staged-Fn", nil},
		{"Store.Outputs.Imported", "Network-OnlyHere", nil},
		{"Bucket.Outputs.X", "Bucket.Outputs.X",
			[]string{"the AWS::CloudFormation::Stack Bucket does not exist here; Bucket.Outputs.X stands for its attribute"}},
		{"Repository.Outputs.X", "Repository.Outputs.X",
			[]string{"the AWS::Serverless::Application Repository does not exist here; Repository.Outputs.X stands for its attribute"}},
	} {
		t.Run(test.output, func(t *testing.T) {
			var notes []string
			call := &syntax.Node{Kind: syntax.Mapping, Entries: []syntax.Entry{{Key: "Fn::GetAtt", Value: syntax.Text(syntax.Position{}, test.output)}}}
			got, err := s.Resolve(call, func(_ syntax.Position, text string) { notes = append(notes, text) })
			if err != nil {
				t.Fatal(err)
			}
			if got.Value != test.want {
				t.Errorf("got %s, want %s", got.Value, test.want)
			}
			if diff := cmp.Diff(test.notes, notes); diff != "" {
				t.Errorf("approximations (-want +got):\n%s", diff)
			}
		})
	}
	for output, want := range map[string]string{
		"Network.Outputs.Subnet": `infra/network.yaml has no output "Subnet"; did you mean "Subnets"?`,
		"Network.Outputs.Never":  `infra/network.yaml has no output "Never": its condition is false or it has no Value`,
		"Store.Outputs.List":     "infra/store.yaml:15:17: an output has to be text, but this is a list",
		"Absent.Outputs.X":       "the resource Absent is not created: its condition IsProd is false",
	} {
		call := &syntax.Node{Kind: syntax.Mapping, Entries: []syntax.Entry{{Key: "Fn::GetAtt", Value: syntax.Text(syntax.Position{}, output)}}}
		if _, err := s.Resolve(call, silent); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", output, err, want)
		}
	}
}

// Logical IDs are unique in the tree, and every function is found by its ARN
// from everywhere.
func TestNestedNames(t *testing.T) {
	s, err := readTree(t, nestedFiles, nil)
	if err != nil {
		t.Fatal(err)
	}
	store, err := s.Nested(s.Resource("Store"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Fn": "Fn", "Store-Fn": "StoreFn", "Store-Deeper-Fn": "StoreDeeperFn", "Staged-Fn": "StagedFn", "Network-OnlyHere": "OnlyHere",
	} {
		for _, from := range []*Scope{s, store} {
			if got, _ := from.FunctionOf(from.FunctionARN(name)); got != want {
				t.Errorf("FunctionOf(%s): got %q, want %q", name, got, want)
			}
		}
	}
	if got, want := store.Resource("Fn"), store.Resource("StoreFn"); got == nil || got != want {
		t.Errorf("resource by either name: got %v and %v, want one", got, want)
	}
	if got, _, err := store.LogicalID(syntax.Text(syntax.Position{}, "Fn")); got != "StoreFn" || err != nil {
		t.Errorf("LogicalID(Fn): got %q, %v, want StoreFn", got, err)
	}
	if got, want := store.APIID("X"), APIID("Store-X"); got != want {
		t.Errorf("APIID: got %s, want %s", got, want)
	}
	at := func(file string, line int) syntax.Position { return syntax.Position{File: file, Line: line} }
	got := []syntax.Position{at("b", 1), at("infra/store.yaml", 1), at("a", 1), at("infra/network.yaml", 1), at("t.yaml", 9), at("t.yaml", 2)}
	slices.SortFunc(got, s.Compare)
	want := []syntax.Position{at("t.yaml", 2), at("t.yaml", 9), at("infra/network.yaml", 1), at("infra/store.yaml", 1), at("a", 1), at("b", 1)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order of positions (-want +got):\n%s", diff)
	}
}

func TestNestedErrors(t *testing.T) {
	stack := func(name, lines string) string {
		return "  " + name + ": {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: c.yaml, " + lines + "}}\n"
	}
	const child = "Parameters: {P: {Type: Number, Default: 1}}\nResources: {F: {Type: T}}\nOutputs: {O: {Value: !Ref P}}\n"
	for _, test := range []struct{ name, resources, child, want string }{
		{"missing file", "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: no.yaml}}\n", child,
			"t.yaml:2:3: reading the template of the nested stack N: open no.yaml: file does not exist"},
		{"no template", "  N: {Type: AWS::Serverless::Application}\n", child, "t.yaml:2:3: the nested stack N has no Location"},
		{"no YAML", stack("N", ""), "a: [", "c.yaml:2:1: reading YAML: did not find expected node content"},
		{"unknown parameter", stack("N", "Parameters: {Q: 1}"), child,
			`t.yaml:2:88: the nested stack is given "Q", which is not a parameter of the template`},
		{"wrong value", stack("N", "Parameters: {P: x}"), child, `t.yaml:2:88: the parameter P: "x" is not a number`},
		{"mapping for a value", stack("N", "Parameters: {P: {a: b}}"), child, "t.yaml:2:91: a parameter takes text or a list, but here is a mapping"},
		{"list of parameters", stack("N", "Parameters: [P]"), child, "t.yaml:2:87: Parameters has to be a mapping, but here is a list"},
		{"no parameter's value", stack("N", ""), "Parameters: {P: {Type: String}}\nResources: {F: {Type: T}}\nOutputs: {O: {Value: !Ref P}}\n", ""},
		{"cycle", stack("N", "Parameters: {P: !GetAtt M.Outputs.O}") + stack("M", "Parameters: {P: !GetAtt N.Outputs.O}"), child,
			"t.yaml:2:3: the nested stack N depends on itself"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := readTree(t, map[string]string{"t.yaml": "Resources:\n" + test.resources, "c.yaml": test.child}, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Nested(s.Resource("N"))
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// A template that nests itself, and ten that nest the next one ten times.
func TestNestedWithoutEnd(t *testing.T) {
	s, err := readTree(t, map[string]string{
		"t.yaml": "Resources: {N: {Type: AWS::Serverless::Application, Properties: {Location: sub/../c.yaml}}}\n",
		"c.yaml": "Resources: {M: {Type: AWS::Serverless::Application, Properties: {Location: t.yaml}}}\n",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	child, err := s.Nested(s.Resource("N"))
	if err != nil {
		t.Fatal(err)
	}
	want := "c.yaml:1:13: the template nests itself, with the stack M"
	if _, err := child.Nested(child.Resource("M")); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}

	files := map[string]string{"10.yaml": "Resources: {F: {Type: T}}\n"}
	for i := range 10 {
		src := "Resources:\n"
		for j := range 10 {
			src += fmt.Sprintf("  N%d: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %d.yaml}}\n", j, i+1)
		}
		files[fmt.Sprintf("%d.yaml", i)] = src
	}
	files["t.yaml"] = files["0.yaml"]
	if s, err = readTree(t, files, nil); err != nil {
		t.Fatal(err)
	}
	if n := len(s.tree.scopes); n != maxStacks+1 {
		t.Errorf("got %d stacks, want an end at %d", n, maxStacks+1)
	}
}
