package resolve

import (
	"fmt"
	"strings"
	"testing"

	"maru/local/internal/template/internal/syntax"
)

func TestConditions(t *testing.T) {
	for _, test := range []struct {
		condition string
		want      bool
	}{
		{"!Equals [a, a]", true},
		{"!Equals [a, A]", false},
		{"!Equals [1, '1']", true},
		{"!Equals [!Ref Stage, dev]", true},
		{"!Equals [!Select [0, !Split [',', 'x,y']], x]", true},
		{"!Not [!Equals [a, b]]", true},
		{"!And [!Equals [a, a], !Equals [a, b]]", false},
		{"!And [!Equals [a, a], !Equals [b, b], !Condition IsDev]", true},
		{"!Or [!Equals [a, b], !Equals [a, a]]", true},
		{"!Or [!Equals [a, b], !Condition IsProd]", false},
		{"!Condition IsDev", true},
		{"{Condition: IsProd}", false},
		{"{'Fn::Not': [{'Fn::Equals': [a, a]}]}", false},
	} {
		sc, root := scope(t, strings.Replace(stack, "Conditions:", "Conditions:\n  X: "+test.condition, 1), settings)
		got, err := sc.condition("X", root.Pos)
		if err != nil || got != (truth{test.want, true}) {
			t.Errorf("%s: got %v, %v, want %t", test.condition, got, err, test.want)
		}
	}
}

// What depends on something that is not known comes to what its stand-in gives, and is
// known all the same where that does not matter.
func TestConditionsOnUnknown(t *testing.T) {
	const sure, never = "!Equals [a, a]", "!Equals [a, b]"
	const unset = "Parameters: {Unset: {Type: String}}\nConditions: {X: %s, Maybe: !Equals [!Ref Unset, x]}\nResources: {Q: {Type: AWS::SQS::Queue}}\n"
	for condition, want := range map[string]truth{
		"!Equals [!Ref Unset, x]":                      {false, false},
		"!Not [!Equals [!Ref Unset, x]]":               {true, false},
		"!Condition Maybe":                             {false, false},
		"!And [!Condition Maybe, " + sure + "]":        {false, false},
		"!And [!Condition Maybe, " + never + "]":       {false, true},
		"!And [!Not [!Condition Maybe], " + sure + "]": {true, false},
		"!Or [!Condition Maybe, " + sure + "]":         {true, true},
		"!Or [!Condition Maybe, " + never + "]":        {false, false},
	} {
		sc, root := scope(t, fmt.Sprintf(unset, condition), settings)
		if got, err := sc.condition("X", root.Pos); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", condition, got, err, want)
		}
	}
}

// A plain word of YAML's is a boolean on both sides of a comparison; what is given from
// outside of the template stays as it is.
func TestConditionsOnWords(t *testing.T) {
	const words = "Parameters: {Debug: {Type: String, Default: yes}, Quoted: {Type: String, Default: 'yes'}, Count: {Type: Number, Default: 010}}\n" +
		"Conditions: {X: %s}\nResources: {Q: {Type: AWS::SQS::Queue}}\n"
	for _, test := range []struct {
		condition, given string
		want             bool
	}{
		{"!Equals [!Ref Debug, yes]", "", true},
		{"!Equals [!Ref Debug, on]", "", true},
		{"!Equals [!Ref Debug, 'true']", "", true},
		{"!Equals [!Ref Debug, 'yes']", "", false},
		{"!Equals [!Ref Debug, yes]", "yes", false},
		{"!Equals [!Ref Debug, 'yes']", "yes", true},
		{"!Equals [!Ref Quoted, yes]", "", false},
		{"!Equals [!Ref Count, 8]", "", true},
	} {
		s := settings
		if test.given != "" {
			s.Parameters = map[string]string{"Debug": test.given}
		}
		sc, root := scope(t, fmt.Sprintf(words, test.condition), s)
		if got, err := sc.condition("X", root.Pos); err != nil || got.holds != test.want {
			t.Errorf("%s with %q: got %v, %v, want %t", test.condition, test.given, got, err, test.want)
		}
	}
}

func TestConditionErrors(t *testing.T) {
	for _, test := range []struct{ condition, want string }{
		{"true", "a condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition"},
		{"!Not [!Equals [a, a], !Equals [a, a]]", "Fn::Not takes a list of one condition"},
		{"!And [!Equals [a, a]]", "Fn::And takes a list of two to ten conditions"},
		{"!Equals [a]", "Fn::Equals takes a list of two values"},
		{"!Equals [[a], a]", "Fn::Equals takes text here, but got a list"},
		{"!Condition [a]", "Condition has to be the name of a condition, but here is a list"},
		{"!Condition IsPord", `there is no condition "IsPord"; did you mean "IsProd"?`},
		{"!Equals [!Ref Hello, a]", `"Hello" is not a parameter of the template; conditions and loops cannot refer to anything else`},
		{"!Equals [!GetAtt Hello.Arn, a]", "conditions cannot refer to an attribute of a resource"},
		{"!Condition X", `the condition "X" depends on itself`},
		{"!Or [!Equals [a, a], !Condition Nowhere]", `there is no condition "Nowhere"`},
	} {
		sc, root := scope(t, strings.Replace(stack, "Conditions:", "Conditions:\n  X: "+test.condition, 1), settings)
		got, err := sc.condition("X", root.Pos)
		if err == nil || !strings.HasSuffix(err.Error(), ": "+test.want) {
			t.Errorf("%s: got %t, %v, want the error %s", test.condition, got, err, test.want)
		}
	}
}

func TestTooManyResources(t *testing.T) {
	var src strings.Builder
	src.WriteString("Resources:\n")
	for i := range maxResources + 1 {
		fmt.Fprintf(&src, "  R%d: {Type: AWS::SQS::Queue}\n", i)
	}
	root, err := syntax.Parse("t.yaml", []byte(src.String()))
	if err != nil {
		t.Fatal(err)
	}
	_, err = New(root, settings)
	if want := "t.yaml:2:3: the template has 501 resources; CloudFormation takes 500 at most"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
