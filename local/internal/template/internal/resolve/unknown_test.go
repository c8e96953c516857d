package resolve

import (
	"fmt"
	"strings"
	"testing"

	"maru/local/internal/template/internal/syntax"
)

// guesses has a value that is not known here of each kind.
const guesses = `
Transform: AWS::LanguageExtensions
Parameters:
  P: {Type: String}
  L: {Type: CommaDelimitedList}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /app/key}
  Known: {Type: CommaDelimitedList, Default: "a,b"}
Mappings:
  Sizes: {dev: {memory: 128}, prod: {memory: 1024, disk: 512}}
Conditions:
  NoP: !Equals [!Ref P, ""]
  HasP: !Not [!Condition NoP]
  IsProd: !Equals [prod, !Ref P]
Resources:
  V: {Type: AWS::EC2::VPC}
  F: {Type: AWS::Lambda::Function, Condition: IsProd}
  Gone: {Type: AWS::Lambda::Function, Condition: Never}
`

// What is not known here refuses no template, whatever functions are applied to it: a
// stand-in comes out, and what stands for what is said.
func TestUnknown(t *testing.T) {
	const (
		p       = "the parameter P has no value; give one with --parameter-overrides P=…; its name stands for it"
		l       = "the parameter L has no value; give one with --parameter-overrides L=…; its name stands for it"
		v       = "the AWS::EC2::VPC V does not exist here; V.CidrBlock stands for its attribute"
		foreign = `there is no export "x"; give its value with --parameter-overrides x=…; its name stands for it`
		zones   = "the zones a, b and c stand for those that the account has in ap-northeast-2"
		beyond  = "Fn::Select: the list is not known here, and so is what it has at "
		mapped  = "Fn::FindInMap: a key is not known here; the value of the first that fits stands for it"
	)
	for _, test := range []struct {
		value, want string
		notes       []string
	}{
		{"!Select [1, !Ref L]", "L", []string{l, beyond + `1; "L" stands for it`}},
		{"!Select [0, !Ref L]", "L", []string{l}},
		{"!Select [3, !Split [',', !Ref P]]", "P", []string{p, beyond + `3; "P" stands for it`}},
		{"!Select [1, !Split [',', !ImportValue x]]", "x", []string{foreign, beyond + `1; "x" stands for it`}},
		{"!Select [5, !GetAZs '']", "ap-northeast-2c", []string{zones, beyond + `5; "ap-northeast-2c" stands for it`}},
		{"!Select [1, !GetAtt V.CidrBlock]", "V.CidrBlock",
			[]string{v, "Fn::Select: the list is not known here; V.CidrBlock stands for what is in it", beyond + `1; "V.CidrBlock" stands for it`}},
		{"!Select [0, !Ref AWS::NotificationARNs]", "", []string{beyond + `0; "" stands for it`}},
		{"!Select [2, !Split ['/', !Ref Stored]]", "key", []string{"Parameter Store is not read: the value of the parameter Stored is taken as it is"}},
		{"!Select [!Ref P, !Ref Known]", "b", []string{p, `Fn::Select: the index P is not known here; "b" stands for it`}},

		{"!Join ['-', !ImportValue x]", "x", []string{foreign, "Fn::Join: the list is not known here; x stands for what is in it"}},
		{"!Select [1, !Split ['-', !Join ['+', [a, !Ref P]]]]", "a+P", []string{p, beyond + `1; "a+P" stands for it`}},
		{"!Select [1, !Split ['-', !Sub 'a+${P}']]", "a+P", []string{p, beyond + `1; "a+P" stands for it`}},
		{"!Select [1, !Split [!Ref P, a]]", "a", []string{p, beyond + `1; "a" stands for it`}},
		{"!Select [1, !Split ['-', !Base64 {Ref: P}]]", "UA==", []string{p, beyond + `1; "UA==" stands for it`}},
		{"!Length {'Fn::GetAtt': [V, CidrBlock]}", "1", []string{v, "Fn::Length: the list is not known here; V.CidrBlock stands for what is in it",
			"Fn::Length: the list is not known here; 1 stands for its length"}},
		{"!ToJsonString {Ref: P}", `"P"`, []string{p}},

		{"!FindInMap [Sizes, !Ref P, memory]", "128", []string{p, mapped}},
		{"!FindInMap [Sizes, !Ref P, disk]", "512", []string{p, mapped}},
		{"!FindInMap [Sizes, prod, !Ref P]", "1024", []string{p, mapped}},
		{"!FindInMap [!Ref P, !Ref P, disk]", "512", []string{p, p, mapped}},

		{"!Cidr [!GetAtt V.CidrBlock, 2, 8]", `["V.CidrBlock" "V.CidrBlock"]`,
			[]string{v, "Fn::Cidr: its arguments are not all known here; V.CidrBlock stands for each of the blocks"}},
		{"!Cidr [10.0.0.0/16, !Ref P, 8]", `["10.0.0.0/16"]`,
			[]string{p, "Fn::Cidr: its arguments are not all known here; 10.0.0.0/16 stands for each of the blocks"}},
		{"!Select [4, !Cidr [10.0.0.0/16, 2, !Ref P]]", "10.0.0.0/16",
			[]string{p, "Fn::Cidr: its arguments are not all known here; 10.0.0.0/16 stands for each of the blocks", beyond + `4; "10.0.0.0/16" stands for it`}},

		{"!If [NoP, a, b]", "b", []string{p}},
		{"!If [HasP, a, b]", "a", []string{p}},
		{"!GetAtt F.Arn", "arn:aws:lambda:ap-northeast-2:123456789012:function:F",
			[]string{"the resource F may not be there: its condition depends on what is not known here", p}},
		{"{'Fn::If': [!Ref P, a, b]}", "b", []string{p, "Fn::If: which condition it asks for is not known here; it is taken for false"}},
		{"{Ref: !Sub 'My${P}'}", "MyP", []string{p, "Ref: the name is not known here; MyP stands for its value"}},
		{"{'Fn::GetAtt': [!Ref P, Arn]}", "P.Arn", []string{p, "Fn::GetAtt: the resource is not known here; P.Arn stands for its attribute"}},
		{"!Transform {Name: AWS::Include, Parameters: {Location: !Ref P}}", "nothing",
			[]string{p, "nothing is included: P is not a file of this machine"}},
	} {
		got, notes, err := evaluateIn(t, guesses, test.value)
		if err != nil {
			t.Errorf("%s: %v", test.value, err)
			continue
		}
		if got != test.want {
			t.Errorf("%s: got %s, want %s", test.value, got, test.want)
		}
		if fmt.Sprintf("%q", notes) != fmt.Sprintf("%q", test.notes) {
			t.Errorf("%s: got the approximations %q, want %q", test.value, notes, test.notes)
		}
	}
}

// What is known and wrong stays an error beside what is not known.
func TestUnknownErrors(t *testing.T) {
	for _, test := range []struct{ value, want string }{
		{"!Select [-1, !Ref L]", `Fn::Select: "-1" is not an index of a list of 1`},
		{"!Select [x, !Ref L]", `Fn::Select: "x" is not an index of a list of 1`},
		{"!Select [2, !Ref Known]", `Fn::Select: "2" is not an index of a list of 2`},
		{"!Select [2, [a, !Ref P]]", `Fn::Select: "2" is not an index of a list of 2`},
		{"!Sub '${L}'", "Fn::Sub: ${L} has to be text, but it is a list"},
		{"!FindInMap [Size, !Ref P, memory]", `Fn::FindInMap: there is no mapping "Size"; did you mean "Sizes"?`},
		{"!FindInMap [Sizes, !Ref P, memry]", `Fn::FindInMap: there is no key "memry"; did you mean "memory"?`},
		{"!Split [',', !Ref L]", "Fn::Split takes text here, but got a list"},
		{"!GetAtt Gone.Arn", `there is no condition "Never"`},
	} {
		got, _, err := evaluateIn(t, guesses, test.value)
		if err == nil || !strings.HasSuffix(err.Error(), ": "+test.want) {
			t.Errorf("%s: got %q, %v, want the error %s", test.value, got, err, test.want)
		}
	}
}

// A stack is nested with what is not known: neither its template or a file to include,
// where that is in the path, nor what its parameters ask of their values refuses it.
func TestUnknownInNestedStacks(t *testing.T) {
	s, err := readTree(t, map[string]string{
		"t.yaml": "Parameters: {P: {Type: String}}\nResources:\n" +
			"  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {A: !Ref P, B: !Ref P}}}\n" +
			"  M: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: !Sub '${P}.yaml'}}\n" +
			"  I: {Type: AWS::SQS::Queue, Fn::Transform: {Name: AWS::Include, Parameters: {Location: !Sub '${P}.yaml'}}}\n",
		"child.yaml": "Parameters: {A: {Type: Number}, B: {Type: String, AllowedValues: [x, y]}}\n" +
			"Resources: {Q: {Type: AWS::SQS::Queue}}\nOutputs: {O: {Value: !Select [1, !Split ['-', !Ref A]]}}\n",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	child, err := s.Nested(s.Resource("N"))
	if err != nil || child == nil {
		t.Fatalf("got the nested stack %v, %v, want one", child, err)
	}
	if got, err := child.output(syntax.Position{}, "O", silent); err != nil || got.Value != "P" || !got.StandIn {
		t.Errorf("got the output %+v, %v, want the stand-in P", got, err)
	}
	if got, err := s.Nested(s.Resource("M")); got != nil || err != nil {
		t.Errorf("got the nested stack %v, %v, want none", got, err)
	}
}

// A loop over what is not known is written out once.
func TestUnknownLoop(t *testing.T) {
	sc, _ := scope(t, strings.Replace(guesses, "Resources:", "Resources:\n  'Fn::ForEach::X': [X, !Ref L, {'Q${X}': {Type: AWS::SQS::Queue}}]", 1), settings)
	if sc.Resource("QL") == nil {
		t.Error("got no resource QL")
	}
	if got := sc.Approximations(); len(got) != 1 || !strings.HasPrefix(got[0].Text, "the parameter L has no value") {
		t.Errorf("got the approximations %v, want one on L", got)
	}
}
