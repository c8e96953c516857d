package resolve

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/syntax"
)

// written gives a value in one line, as it is: nothing in it is evaluated, and a
// Null is ~.
func written(n *syntax.Node) string {
	var parts []string
	switch n.Kind {
	case syntax.Scalar:
		return n.Value
	case syntax.Null:
		return "~"
	case syntax.Sequence:
		for _, item := range n.Items {
			parts = append(parts, written(item))
		}
		return "[" + strings.Join(parts, " ") + "]"
	}
	for _, e := range n.Entries {
		parts = append(parts, e.Key+":"+written(e.Value))
	}
	return "{" + strings.Join(parts, " ") + "}"
}

// inside evaluates everything inside of a value of the template stack, and gives the
// lines of what was evaluated, in this order, and the notes.
func inside(t *testing.T, value string) (got *syntax.Node, asked, notes []string, err error) {
	t.Helper()
	sc, root := scope(t, stack+"Metadata: {Value: "+value+"}\n", settings)
	note := func(_ syntax.Position, text string) { notes = append(notes, text) }
	got, err = Inside(root.Get("Metadata").Get("Value"), func(n *syntax.Node) (*syntax.Node, error) {
		asked = append(asked, written(n))
		return sc.Resolve(n, note)
	})
	return got, asked, notes, err
}

func TestInside(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"single value", `x`, `x`},
		{"nothing", ``, `~`},
		{"at any depth", `{a: [b, !Ref Stage, {c: !Ref Stage}], d: [[!Ref Stage]]}`, `{a:[b dev {c:dev}] d:[[dev]]}`},
		{"the value itself, which is evaluated already", `!Ref Stage`, `{Ref:Stage}`},
		{"inside of what a value comes to", `{a: !If [IsProd, x, {b: !Ref Stage}], c: !Ref Zones}`, `{a:{b:dev} c:[a b c]}`},
		{"what Mappings hold", `[!FindInMap [Sizes, dev, names]]`, `[[x y]]`},
		{"AWS::NoValue", `{a: !Ref AWS::NoValue, b: [!Ref AWS::NoValue, x, !If [IsProd, x, !Ref AWS::NoValue]], c: x}`, `{b:[x] c:x}`},
		{"nothing but AWS::NoValue", `{a: [!Ref AWS::NoValue], b: {c: !Ref AWS::NoValue}}`, `{a:[] b:{}}`},
		{"Null", `{a: , b: [~, x], c: !If [IsProd, x, ~]}`, `{a:~ b:[~ x] c:~}`},
		{"order and keys", `{z: !Ref Stage, a: [2, 1], Condition: x}`, `{z:dev a:[2 1] Condition:x}`},
	} {
		got, _, notes, err := inside(t, test.value)
		if err != nil || len(notes) > 0 {
			t.Errorf("%s: got the error %v and the notes %q, want neither", test.name, err, notes)
			continue
		}
		if diff := cmp.Diff(test.want, written(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// TestInsideInOrder holds that evaluation goes down before it goes on, stops at the
// first error and notes what is approximated.
func TestInsideInOrder(t *testing.T) {
	got, asked, notes, err := inside(t, `{a: [{b: !Ref Nested}], c: !If [IsDev, [!Ref Table], x], d: "{{resolve:ssm:x}}", e: [!Ref Stag, !Ref Gone], f: x}`)
	if want := `"Stag" is neither a parameter nor a resource`; got != nil || err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, %v, want the error %s alone", got, err, want)
	}
	wantAsked := []string{"[{b:{Ref:Nested}}]", "{b:{Ref:Nested}}", "{Ref:Nested}", "{Fn::If:[IsDev [{Ref:Table}] x]}", "{Ref:Table}", "{{resolve:ssm:x}}", "[{Ref:Stag} {Ref:Gone}]", "{Ref:Stag}"}
	if diff := cmp.Diff(wantAsked, asked); diff != "" {
		t.Errorf("evaluated (-want +got):\n%s", diff)
	}
	wantNotes := []string{
		"the AWS::CloudFormation::Stack Nested does not exist here; its logical ID stands for it",
		"dynamic references are not looked up; the text {{resolve:…}} stays as it is",
	}
	if diff := cmp.Diff(wantNotes, notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// TestInsideSharesTemplate holds that the template stays as it is, and that no part of
// it is copied without need: aliases may stand for far more than the file holds.
func TestInsideSharesTemplate(t *testing.T) {
	_, root := scope(t, stack+"Metadata: {a: [x, {b: ~}], c: {d: [!Ref Stage], e: [y]}}\n", settings)
	value := root.Get("Metadata")
	before := written(value)
	whole, err := Inside(value, func(n *syntax.Node) (*syntax.Node, error) {
		if _, _, call := n.Intrinsic(); call {
			return syntax.Text(n.Pos, "dev"), nil
		}
		return n, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := written(whole), `{a:[x {b:~}] c:{d:[dev] e:[y]}}`; got != want || written(value) != before {
		t.Errorf("got %s of %s, want %s of %s", got, written(value), want, before)
	}
	if whole.Get("a") != value.Get("a") || whole.Get("c").Get("e") != value.Get("c").Get("e") {
		t.Error("got copies of what has nothing to evaluate")
	}
	if c := whole.Get("c"); c.Pos != value.Get("c").Pos || c.Entries[0].Pos != value.Get("c").Entries[0].Pos {
		t.Errorf("got %v, want the positions of the template", c)
	}
}

// TestToJsonStringSize holds that Fn::ToJsonString ends before a few lines fill the
// memory, and not before the text is too large.
func TestToJsonStringSize(t *testing.T) {
	half := strings.Repeat("x", syntax.MaxSize/2-100)
	for _, test := range []struct{ name, value, want string }{
		{"fits", `[!Ref A, !Ref A]`, ""},
		{"too large", `[!Ref A, !Ref A, !Ref A]`, "the value is larger than a template may be, 1048576 bytes"},
		{"too large, before what is wrong", `{a: !Ref A, b: [!Ref A, !Ref A, !Ref Nowhere]}`, "the value is larger than a template may be, 1048576 bytes"},
		{"too large for its quotes", `[!Ref A, !Ref A, "` + strings.Repeat(`\"`, 190) + `"]`, "the value is larger than a template may be, 1048576 bytes"},
	} {
		large := settings
		large.Parameters = map[string]string{"A": half}
		src := fmt.Sprintf("Transform: AWS::LanguageExtensions\nParameters: {A: {Type: String}}\nResources: {}\nMetadata: {Value: !ToJsonString %s}\n", test.value)
		sc, root := scope(t, src, large)
		got, err := sc.Resolve(root.Get("Metadata").Get("Value"), silent)
		switch {
		case test.want == "":
			if err != nil || len(got.Value) != 2*len(half)+len(`["",""]`) {
				t.Errorf("%s: got %v, want both halves", test.name, err)
			}
		case err == nil || !strings.HasSuffix(err.Error(), test.want):
			t.Errorf("%s: got %v, want %s", test.name, err, test.want)
		}
	}
}
