package stack

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A host names functions by logical IDs, with a qualifier or without.
func TestQualified(t *testing.T) {
	for _, test := range []struct{ id, qualifier, want, unqualified string }{
		{"Hello", "live", "Hello:live", "Hello"},
		{"Hello", "", "Hello", "Hello"},
		{"", "live", "", ""},
	} {
		got := Qualified(test.id, test.qualifier)
		if got != test.want || Unqualified(got) != test.unqualified {
			t.Errorf("%q and %q: got %q, and %q without the qualifier, want %q and %q",
				test.id, test.qualifier, got, Unqualified(got), test.want, test.unqualified)
		}
	}
}

// Each qualifier has its own configuration or AWS's defaults, and all have one
// dead-letter queue.
func TestAsyncOf(t *testing.T) {
	queue := Destination{ARN: "arn:aws:sqs:us-east-1:123456789012:dead"}
	f := &Function{
		Async:          Async{MaximumRetryAttempts: 0, MaximumEventAge: time.Minute, DeadLetter: queue},
		QualifiedAsync: map[string]Async{"live": {MaximumRetryAttempts: 1, MaximumEventAge: time.Hour}},
	}
	for qualifier, want := range map[string]Async{
		"":     f.Async,
		Latest: f.Async,
		"live": {MaximumRetryAttempts: 1, MaximumEventAge: time.Hour, DeadLetter: queue},
		"1":    {MaximumRetryAttempts: 2, MaximumEventAge: 6 * time.Hour, DeadLetter: queue},
	} {
		if diff := cmp.Diff(want, f.AsyncOf(qualifier)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", qualifier, diff)
		}
	}
}

// What users name a function by: of several with one alias the topmost stack's, which is
// first, is meant.
func TestNamed(t *testing.T) {
	s := &Stack{Functions: []*Function{
		{LogicalID: "ChildHello", Name: "Child-Hello", Aliases: []string{"Child/Hello", "Hello"}},
		{LogicalID: "ChildDeepHello", Name: "Child-Deep-Hello", Aliases: []string{"Child/Deep/Hello", "Hello", "Own"}},
		{LogicalID: "Own", Name: "own"},
	}}
	for name, want := range map[string]string{
		"ChildHello": "ChildHello", "Child-Hello": "ChildHello", "Child/Hello": "ChildHello", "Hello": "ChildHello",
		"Child/Deep/Hello": "ChildDeepHello", "Own": "Own", "hello": "", "": "",
	} {
		got := ""
		if f := s.Named(name); f != nil {
			got = f.LogicalID
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestLookup(t *testing.T) {
	f, l := &Function{LogicalID: "F"}, &Layer{LogicalID: "L"}
	s := &Stack{Functions: []*Function{{LogicalID: "E"}, f}, Layers: []*Layer{{LogicalID: "K"}, l}}
	if s.Function("F") != f || s.Layer("L") != l {
		t.Errorf("got %v and %v, want the function F and the layer L", s.Function("F"), s.Layer("L"))
	}
	if s.Function("L") != nil || s.Layer("F") != nil {
		t.Errorf("got %v and %v, want none", s.Function("L"), s.Layer("F"))
	}
}

// Words that users see.
func TestStrings(t *testing.T) {
	got := fmt.Sprint(REST, ", ", HTTP, ", ", URL, "; ", Ignored, " ", Approximated, " ", Refused, " ", Emulated, " ", Listed, "; ",
		(&Route{Method: "GET", Path: "/pets/{id}"}).Key())
	const want = "REST API, HTTP API, function URL; ignored approximated refused emulated listed; GET /pets/{id}"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Only models that a route checks bodies against are compiled.
func TestCompileModels(t *testing.T) {
	a := &API{
		ID: "abc", Models: map[string]*Model{
			"Good": {Schema: map[string]any{"type": "object"}}, "Bad": {Schema: []any{}}, "Unused": {Schema: []any{}},
		},
		Routes: []*Route{
			{},
			{Validator: &Validator{Models: map[string]string{"application/json": "Good", "a/b": "Bad"}}},
			{Validator: &Validator{Models: map[string]string{"application/json": "Good"}}},
		},
	}
	if diff := cmp.Diff([]string{"Bad", "Good"}, a.checkedModels()); diff != "" {
		t.Errorf("models (-want +got):\n%s", diff)
	}
	schemas, broken := a.CompileModels()
	if len(schemas) != 1 || schemas["Good"] == nil || len(broken) != 1 || broken["Bad"] == nil {
		t.Errorf("got %v and %v, want Good and what is wrong with Bad", schemas, broken)
	}
}
