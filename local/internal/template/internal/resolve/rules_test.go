package resolve

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/syntax"
)

// ruled is a template with the rule R.
const ruled = `
Parameters:
  Stage: {Type: String, Default: dev}
  Size: {Type: String, Default: large}
  Zones: {Type: CommaDelimitedList, Default: "a, b"}
  Unset: {Type: String}
  Vpc: {Type: "AWS::EC2::VPC::Id", Default: vpc-1}
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  Maybe: !Equals [!Ref Unset, dev]
Resources:
  Q: {Type: AWS::SQS::Queue}
Rules:
  R: `

// ruling reads the template with a rule, and gives what it says of it.
func ruling(t *testing.T, rule string) (remarks []string, err error) {
	t.Helper()
	document, err := syntax.Parse("t.yaml", []byte(ruled+rule+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(document, settings)
	for _, r := range s.Remarks() {
		remarks = append(remarks, r.Pos.String()+": "+r.Text)
	}
	return remarks, err
}

// What is asserted decides: it is met, it is broken, or it depends on what is not known
// here.
func TestRuleAssertions(t *testing.T) {
	const holds, fails, undecided = "holds", "fails", "is undecided"
	for _, test := range []struct {
		assert string
		want   string
	}{
		{"!Equals [!Ref Stage, dev]", holds},
		{"!Equals [!Ref Stage, prod]", fails},
		{"!Equals [!Ref Unset, dev]", undecided},
		{"!Not [!Equals [!Ref Stage, prod]]", holds},
		{"!Not [!Equals [!Ref Unset, prod]]", undecided},
		{"!Contains [[small, large], !Ref Size]", holds},
		{"{'Fn::Contains': [[small, medium], !Ref Size]}", fails},
		{"!Contains [[small, large], !Ref Unset]", undecided},
		{"!Contains [[large, !Ref Unset], !Ref Size]", holds},
		{"!Contains [!Ref Zones, b]", holds},
		{"!Contains [!RefAll 'AWS::EC2::VPC::Id', !Ref Vpc]", undecided},
		{"!EachMemberEquals [[a, a], a]", holds},
		{"!EachMemberEquals [!Ref Zones, a]", fails},
		{"!EachMemberEquals [!ValueOfAll ['AWS::EC2::VPC::Id', Tags.Team], x]", undecided},
		{"!EachMemberIn [!Ref Zones, [a, b, c]]", holds},
		{"!EachMemberIn [!Ref Zones, [a, c]]", fails},
		{"!EachMemberIn [!ValueOf [Vpc, Tags.Team], [a, c]]", undecided},
		{"!EachMemberIn [[], [a]]", holds},
		{"!And [!Equals [a, a], !Contains [!Ref Zones, a]]", holds},
		{"!And [!Equals [!Ref Unset, a], !Equals [a, b]]", fails},
		{"!And [!Equals [!Ref Unset, a], !Equals [a, a]]", undecided},
		{"!Or [!Equals [!Ref Unset, a], !Equals [a, a]]", holds},
		{"!Or [!Equals [!Ref Unset, a], !Equals [a, b]]", undecided},
		{"!If [IsDev, !Equals [a, b], !Equals [a, a]]", fails},
		{"!If [Maybe, !Equals [a, a], !Equals [a, b]]", undecided},
		{"!Condition IsDev", holds},
		{"!Equals [!If [Maybe, a, b], b]", undecided},
	} {
		remarks, err := ruling(t, "{Assertions: [{Assert: "+test.assert+", AssertDescription: so}]}")
		got := holds
		switch {
		case err != nil && strings.HasSuffix(err.Error(), ": the rule R: so"):
			got = fails
		case err != nil:
			t.Errorf("%s: %v", test.assert, err)
			continue
		case len(remarks) > 0:
			got = undecided
		}
		if got != test.want {
			t.Errorf("%s: got that it %s, want that it %s", test.assert, got, test.want)
		}
	}
}

// A rule whose condition is false asserts nothing.
func TestRuleConditions(t *testing.T) {
	const broken, kept = "!Equals [a, b]", "!Equals [a, a]"
	for _, test := range []struct {
		condition, assert, want string
		remarks                 []string
	}{
		{"!Equals [!Ref Stage, dev]", broken, "t.yaml:14:71: the rule R: it is broken", nil},
		{"!Equals [!Ref Stage, dev]", kept, "", nil},
		{"!Equals [!Ref Stage, xyz]", broken, "", nil},
		{"!Equals [!Ref Unset, dev]", broken, "", []string{"t.yaml:14:71: the rule R is not checked: it depends on what is not known here"}},
		{"!Equals [!Ref Unset, dev]", kept, "", nil},
	} {
		remarks, err := ruling(t, "{RuleCondition: "+test.condition+", Assertions: [{Assert: "+test.assert+"}]}")
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s, %s: got %q, want %q", test.condition, test.assert, got, test.want)
		}
		if diff := cmp.Diff(test.remarks, remarks); diff != "" {
			t.Errorf("%s, %s: remarks (-want +got):\n%s", test.condition, test.assert, diff)
		}
	}
}

// Every broken assertion is told.
func TestBrokenRules(t *testing.T) {
	_, err := ruling(t, "{Assertions: [{Assert: !Equals [a, b], AssertDescription: one}, {Assert: !Equals [a, c], AssertDescription: two}]}\n"+
		"  S: {Assertions: [{Assert: !Contains [!Ref Zones, x]}]}")
	want := "t.yaml:14:29: the rule R: one\nt.yaml:14:79: the rule R: two\nt.yaml:15:29: the rule S: it is broken"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestRuleErrors(t *testing.T) {
	for _, test := range []struct{ rule, want string }{
		{"x", "14:6: the rule R has to be a mapping, but here is a single value"},
		{"{}", "14:6: the rule R has no list of Assertions"},
		{"{Assertions: {}}", "14:6: the rule R has no list of Assertions"},
		{"{Condition: IsDev, Assertions: []}", `14:7: the rule R: "Condition" is not known`},
		{"{Assertion: []}", `14:7: the rule R: "Assertion" is not known; did you mean "Assertions"?`},
		{"{Assertions: [{AssertDescription: x}]}", "14:20: an assertion of the rule R has no Assert"},
		{"{Assertions: [{Assertion: x}]}", `14:21: an assertion of the rule R: "Assertion" is not known; did you mean "Assert"?`},
		{"{Assertions: [{Assert: yes}]}", "14:29: a rule takes one function here that comes to true or false, such as Fn::Equals or Fn::Contains"},
		{"{Assertions: [{Assert: !Ref Stage}]}", "14:29: a rule takes one function here that comes to true or false, such as Fn::Equals or Fn::Contains"},
		{"{Assertions: [{Assert: !Contains [a]}]}", "14:29: Fn::Contains takes a list of a list and a value"},
		{"{Assertions: [{Assert: !Contains [a, a]}]}", "14:40: Fn::Contains takes a list here, but got a single value"},
		{"{Assertions: [{Assert: !Equals [!Ref Q, a]}]}", `14:38: "Q" is not a parameter of the template; conditions and loops cannot refer to anything else`},
		{"{Assertions: [{Assert: !Equals [!ValueOf [Vcp, Tags.A], a]}]}", `14:48: Fn::ValueOf: "Vcp" is not a parameter of the template; did you mean "Vpc"?`},
		{"{RuleCondition: !Condition No, Assertions: []}", `14:22: there is no condition "No"`},
	} {
		_, err := ruling(t, test.rule)
		if want := "t.yaml:" + test.want; err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", test.rule, err, want)
		}
	}
}

// Elsewhere than in rules their functions do not stand.
func TestRuleFunctionsElsewhere(t *testing.T) {
	for value, want := range map[string]string{
		"!RefAll 'AWS::EC2::VPC::Id'": "Fn::RefAll stands only in Rules",
		"!ValueOf [Stage, Tags.A]":    "Fn::ValueOf stands only in Rules",
		"!Contains [[a], a]":          "Fn::Contains stands only in Rules, and comes to true or false there",
	} {
		if _, _, err := evaluate(t, value); err == nil || !strings.HasSuffix(err.Error(), ": "+want) {
			t.Errorf("%s: got %v, want %s", value, err, want)
		}
	}
}
