package property_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property/propertytest"
)

// A text in the place of a boolean is what SAM's translator, a Python program, takes it
// for: no True, and something unless it is empty.
func TestTextForBoolean(t *testing.T) {
	const unheeded = "8:10 ignored K: SAM heeds only the boolean true, which has no quotes"
	const whatever = "8:10 approximated K: is a text, which SAM takes for true whatever it says"
	for _, test := range []struct {
		value                string
		isTrue, truthy       bool
		saidTrue, saidTruthy []string
	}{
		{"true", true, true, nil, nil},
		{"True", true, true, nil, nil},
		{"false", false, false, nil, nil},
		{"'true'", false, true, []string{unheeded}, nil},
		{"'false'", false, true, nil, []string{whatever}},
		{`"'true'"`, false, true, []string{unheeded}, []string{whatever}},
		{"''", false, false, []string{unheeded}, nil},
		{"[a]", false, true, []string{"t.yaml:8:10: K has to be a single value, but here is a list"},
			[]string{"t.yaml:8:10: K has to be a single value, but here is a list"}},
		{"~", false, true, nil, nil}, // the fallback of Truthy
	} {
		o, report := read(t, "      K: "+test.value+"\n")
		if got := o.True("K"); got != test.isTrue {
			t.Errorf("%s: got True %t, want %t", test.value, got, test.isTrue)
		}
		if diff := cmp.Diff(test.saidTrue, propertytest.Said(report)); diff != "" {
			t.Errorf("%s: errors and notes of True (-want +got):\n%s", test.value, diff)
		}
		o, report = read(t, "      K: "+test.value+"\n")
		if got := o.Truthy("K", true); got != test.truthy {
			t.Errorf("%s: got Truthy %t, want %t", test.value, got, test.truthy)
		}
		if diff := cmp.Diff(test.saidTruthy, propertytest.Said(report)); diff != "" {
			t.Errorf("%s: errors and notes of Truthy (-want +got):\n%s", test.value, diff)
		}
	}
}

// A single value stands for a list of it where OneOrMore reads.
func TestOneOrMore(t *testing.T) {
	for value, want := range map[string][]string{
		"a": {"a"}, "[a, b]": {"a", "b"}, "!Ref P": {"given"}, "~": nil, "[]": nil, "[{}]": nil,
	} {
		o, report := read(t, "      K: "+value+"\n")
		if diff := cmp.Diff(want, o.OneOrMore("K")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", value, diff)
		}
		if failed := len(report.Errors()) > 0; failed != (value == "[{}]") {
			t.Errorf("%s: got the errors %v", value, report.Errors())
		}
	}
}
