package resolve

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/syntax"
)

func TestParameters(t *testing.T) {
	for _, test := range []struct {
		name, declaration string
		override          map[string]string
		want              string // the error; none where empty
	}{
		{name: "default", declaration: "{Type: String, Default: x}"},
		{name: "no value is no error by itself", declaration: "{Type: String}"},
		{name: "AWS's own types are text", declaration: "{Type: 'AWS::EC2::VPC::Id', Default: vpc-1}"},
		{name: "lists of AWS's types", declaration: "{Type: 'List<AWS::EC2::Subnet::Id>', Default: 'a,b'}"},
		{name: "each element of a list is checked", declaration: "{Type: List<Number>, Default: '1, x'}",
			want: `t.yaml:2:36: the parameter P: "x" is not a number`},
		{name: "override wins over a wrong default", declaration: "{Type: Number, Default: x}",
			override: map[string]string{"P": "1"}},
		{name: "number", declaration: "{Type: Number, Default: 1x}",
			want: `t.yaml:2:30: the parameter P: "1x" is not a number`},
		{name: "allowed values", declaration: "{Type: String, AllowedValues: [dev, prod], Default: dev}",
			override: map[string]string{"P": "test"},
			want:     `t.yaml:2:3: the parameter P: "test" is not one of the AllowedValues dev, prod`},
		{name: "pattern matches the whole", declaration: "{Type: String, AllowedPattern: '[a-z]+', Default: a1, ConstraintDescription: letters}",
			want: `t.yaml:2:56: the parameter P: "a1" does not match the AllowedPattern [a-z]+ (letters)`},
		{name: "Java's lookahead passes", declaration: "{Type: String, AllowedPattern: '(?=x)y', Default: z}"},
		{name: "length", declaration: "{Type: String, MinLength: 2, Default: 가}",
			want: `t.yaml:2:44: the parameter P: "가" is below the MinLength of 2`},
		{name: "value", declaration: "{Type: Number, MaxValue: 9, Default: 10}",
			want: `t.yaml:2:43: the parameter P: "10" is above the MaxValue of 9`},
		{name: "NoEcho hides the value", declaration: "{Type: String, NoEcho: true, MinLength: 9, Default: short}",
			want: `t.yaml:2:58: the parameter P: the value is below the MinLength of 9`},
		{name: "stored values are not checked", declaration: "{Type: 'AWS::SSM::Parameter::Value<Number>', Default: /key}"},
		{name: "misspelt attribute", declaration: "{Type: String, Defualt: x}",
			want: `t.yaml:2:21: "Defualt" is not an attribute of a parameter; did you mean "Default"?`},
		{name: "unknown type", declaration: "{Type: Strng}",
			want: `t.yaml:2:13: "Strng" is not a type of parameter; did you mean "String"?`},
		{name: "no type", declaration: "{Default: x}", want: "t.yaml:2:3: the parameter P has no Type; it has Default"},
		{name: "no mapping", declaration: "x",
			want: "t.yaml:2:6: the parameter P has to be a mapping with a Type, but here is a single value"},
		{name: "intrinsic function", declaration: "{Type: String, Default: !Ref X}",
			want: "t.yaml:2:30: Default has to be a single value, but here is a mapping"},
	} {
		t.Run(test.name, func(t *testing.T) {
			root, err := syntax.Parse("t.yaml", []byte("Parameters:\n  P: "+test.declaration+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if _, err := New(root, Settings{Parameters: test.override}); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// A parameter that nobody gave a value stands for itself, and a value that no
// parameter takes is passed over; both are told.
func TestWhatIsGivenAndTaken(t *testing.T) {
	s, err := readTree(t, map[string]string{
		"t.yaml": "Parameters: {P: {Type: String}, L: {Type: CommaDelimitedList}}\nResources: {F: {Type: T}}\n",
	}, map[string]string{"p": "1"})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, a := range s.Approximations() {
		told = append(told, a.Text)
	}
	for name, want := range map[string]string{"P": "P", "L": "L"} {
		ref := &syntax.Node{Kind: syntax.Mapping, Entries: []syntax.Entry{{Key: "Ref", Value: syntax.Text(syntax.Position{}, name)}}}
		got, err := s.Resolve(ref, func(_ syntax.Position, text string) { told = append(told, text) })
		if err != nil {
			t.Fatal(err)
		}
		if got.Kind == syntax.Sequence {
			got = got.Items[0]
		}
		if got.Value != want {
			t.Errorf("got %q for the parameter %s, want its name", got.Value, name)
		}
	}
	slices.Sort(told)
	want := []string{
		`--parameter-overrides names "p", which is not a parameter of the template; did you mean "P"?`,
		"the parameter L has no value; give one with --parameter-overrides L=…; its name stands for it",
		"the parameter P has no value; give one with --parameter-overrides P=…; its name stands for it",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}
