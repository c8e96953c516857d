package resolve

import (
	"testing"

	"maru/local/internal/template/internal/syntax"
)

func TestImportValue(t *testing.T) {
	const own = "Resources: {F: {Type: T}}\n" +
		"Outputs:\n  A: {Value: !ImportValue b, Export: {Name: a}}\n  B: {Value: !ImportValue a, Export: {Name: b}}\n" +
		"  C: {Value: 3, Export: {Name: !Join [\"\", [c, !Ref AWS::Region]]}}\n" +
		"Metadata: {V: !ImportValue given, W: !ImportValue {\"Fn::Sub\": \"${AWS::Region}-x\"}}\n"
	s, err := readTree(t, map[string]string{"t.yaml": own}, map[string]string{"given": "1", "ap-northeast-2-x": "2"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"given": "1", "ap-northeast-2-x": "2", "cap-northeast-2": "3",
		"a": `t.yaml:4:14: the export "a" depends on itself`,
		"d": "d", // that of another stack; its name stands for it
	} {
		call := &syntax.Node{Kind: syntax.Mapping, Entries: []syntax.Entry{{Key: "Fn::ImportValue", Value: syntax.Text(syntax.Position{}, name)}}}
		got, err := s.Resolve(call, silent)
		if err != nil {
			got = syntax.Text(syntax.Position{}, err.Error())
		}
		if got.Value != want {
			t.Errorf("%s: got %q, want %q", name, got.Value, want)
		}
	}
	s, err = readTree(t, map[string]string{"t.yaml": own}, map[string]string{"givn": "1"})
	want := `--parameter-overrides names "givn", which is not a parameter of the template; did you mean "given"?`
	if told := s.Approximations(); err != nil || len(told) != 1 || told[0].Text != want {
		t.Errorf("override of an unknown export: got %v, %v, want %s", told, err, want)
	}
}

// An export may come from a stack that is read later.
func TestImportFromLaterStack(t *testing.T) {
	s, err := readTree(t, map[string]string{
		"t.yaml": "Resources:\n" +
			"  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: a.yaml, Parameters: {P: !ImportValue e}}}\n" +
			"  B: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: b.yaml}}\n",
		"a.yaml": "Parameters: {P: {Type: String}}\nResources: {F: {Type: T}}\nOutputs: {O: {Value: !Ref P}}\n",
		"b.yaml": "Resources: {G: {Type: T}}\nOutputs: {E: {Value: here, Export: {Name: e}}}\n",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	call := &syntax.Node{Kind: syntax.Mapping, Entries: []syntax.Entry{{Key: "Fn::GetAtt", Value: syntax.Text(syntax.Position{}, "A.Outputs.O")}}}
	got, err := s.Resolve(call, silent)
	if err != nil || got.Value != "here" {
		t.Errorf("got %v, %v, want here", got, err)
	}
}
