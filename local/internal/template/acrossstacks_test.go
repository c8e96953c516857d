package template

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What belongs to a function of another stack of the tree takes effect, wherever the two
// stacks stand; what is wrong with it is said at its place.
func TestAsyncAcrossStacks(t *testing.T) {
	const (
		child = "  %s: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %[2]s.yaml%s}}\n"
		given = ", Parameters: {Arn: %s}"
		takes = "Parameters: {Arn: {Type: String}}\nResources:\n"
		once  = "  C: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: %s, Qualifier: %s, MaximumRetryAttempts: 1}}\n"
	)
	hello := "Transform: AWS::Serverless-2016-10-31\nResources:\n  Hello: {Type: AWS::Serverless::Function, Properties: {Runtime: provided, Handler: x}}\n" +
		"Outputs: {Arn: {Value: !GetAtt Hello.Arn}}\n"
	nest := func(name, arn string) string {
		if arn != "" {
			arn = fmt.Sprintf(given, arn)
		}
		return fmt.Sprintf(child, name, strings.ToLower(name), arn)
	}
	config := func(function, qualifier string) string { return fmt.Sprintf(once, function, qualifier) }
	const around = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Hello: {Type: AWS::Serverless::Function, Properties: {Runtime: provided, Handler: x}}\n"
	for _, test := range []struct {
		name, root string
		files      map[string]string
		qualifier  string
		want       int
		notes      []string
	}{
		{"of the stack around", around + nest("A", "!GetAtt Hello.Arn"), map[string]string{"a.yaml": takes + config("!Ref Arn", "$LATEST")}, "", 1, nil},
		{"of the stack within", "Resources:\n" + config("!GetAtt A.Outputs.Arn", "$LATEST") + nest("A", ""), map[string]string{"a.yaml": hello}, "", 1, nil},
		{"of a stack beside", "Resources:\n" + nest("B", "!GetAtt A.Outputs.Arn") + nest("A", ""),
			map[string]string{"a.yaml": hello, "b.yaml": takes + config("!Ref Arn", "$LATEST")}, "", 1, nil},
		{"of an alias in another stack", around + nest("A", "!GetAtt Hello.Arn"),
			map[string]string{"a.yaml": takes + config("!Ref Arn", "live") + "  L: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Arn, FunctionVersion: $LATEST, Name: live}}\n"},
			"live", 1, []string{"/app/a.yaml:4:3 approximated L.: " + sameCode}},
		{"of an alias that is not there", around + nest("A", "!GetAtt Hello.Arn"), map[string]string{"a.yaml": takes + config("!Ref Arn", "dead")}, "", 2,
			[]string{"/app/a.yaml:3:93 refused Hello.: has no version or alias dead, so AWS does not deploy the EventInvokeConfig C, and here it holds for no invocation"}},
		{"of no function", around + nest("A", "other"), map[string]string{"a.yaml": takes + config("!Ref Arn", "$LATEST")}, "", 2,
			[]string{"/app/a.yaml:3:3 ignored C.FunctionName: leads to no function of this template"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := parseTree(test.root, test.files)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Functions[0].AsyncOf(test.qualifier).MaximumRetryAttempts; got != test.want {
				t.Errorf("got %d retries, want %d", got, test.want)
			}
			if diff := cmp.Diff(test.notes, noted(s)); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
	_, err := parseTree(around+nest("A", "!GetAtt Hello.Arn"), map[string]string{"a.yaml": takes + strings.Replace(config("!Ref Arn", "$LATEST"), ": 1", ": 9", 1)})
	want := []string{`a.yaml:3:124: MaximumRetryAttempts has to be a whole number from 0 to 2, but here is "9"`}
	if diff := cmp.Diff(want, messages(err)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}
