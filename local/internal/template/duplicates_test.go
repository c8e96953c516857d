package template

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A key that is given twice, in whichever of the files that make up a template, has its
// last value and a line in the report. It is as on AWS, so it is no note.
func TestDuplicateKeys(t *testing.T) {
	s, err := parseTree(function+`      Handler: other
      Events: {E: {Type: HttpApi, Properties: {Path: /x, Path: /y, Method: get}}}
      Environment: {Variables: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: included.json}}}}
  A: {Type: AWS::Serverless::Api, Properties: {StageName: prod, DefinitionUri: api.yaml}}
  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: sub/child.yaml}}
`, map[string]string{
		"included.json":  `{"VV": "first", "VV": "second"}`,
		"api.yaml":       "paths: {}\npaths: {/z: {get: {" + behind + "}}}\n",
		"sub/child.yaml": "Resources: {Q: {Type: AWS::SQS::Queue}}\nResources: {T: {Type: AWS::SNS::Topic}}\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	f := s.Functions[0]
	got := []string{f.Handler, f.Environment["VV"], s.APIs[0].Routes[0].Path, s.APIs[1].Routes[0].Path}
	if diff := cmp.Diff([]string{"other", "second", "/z", "/y"}, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	const holds = "; the last one holds, as in CloudFormation"
	want := []string{
		`template.yaml:8:7: the key "Handler" was given before, at /app/template.yaml:7:7` + holds,
		`template.yaml:9:58: the key "Path" was given before, at /app/template.yaml:9:48` + holds,
		`sub/child.yaml:2:1: the key "Resources" was given before, at /app/sub/child.yaml:1:1` + holds,
		`api.yaml:2:1: the key "paths" was given before, at /app/api.yaml:1:1` + holds,
		`included.json:1:17: the key "VV" was given before, at /app/included.json:1:2` + holds,
	}
	var listed []string
	for _, n := range s.Report {
		if n.Level == Listed && n.Resource == "" {
			n.Pos.File = n.Pos.File[len("/app/"):]
			listed = append(listed, fmt.Sprintf("%s: %s", n.Pos, n.Text))
		}
	}
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	if got := noted(s); len(got) != 0 {
		t.Errorf("got the notes %q, want none", got)
	}
}
