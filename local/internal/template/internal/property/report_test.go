package property_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/stack"
)

var known = property.Schema{Of: "a thing", Properties: map[string]property.Effect{
	"Color":  property.Listed("has no meaning"),
	"Weight": property.Ignored("is not weighed"),
	"Height": property.Approximated("is rounded"),
	"Lock":   property.Refused("is not opened"),
	"Name":   property.Emulated(),
}}

// Every property is said something of: what was asked for is emulated, the schema
// knows others, and the rest is misspelt or not known at all.
func TestDone(t *testing.T) {
	lines := "      Size: 1\n      Color: red\n      Weight: 2\n      Height: 3\n      Lock: 4\n      Name: n\n      Siez: 5\n      Weather: b\n"
	o, report := read(t, lines)
	o.Text("Size", "")
	o.Done(known)
	want := []string{
		`t.yaml:14:7: Siez is not a property of a thing; did you mean "Size"?`,
		"9:7 listed Color: has no meaning", "10:7 ignored Weight: is not weighed",
		"11:7 approximated Height: is rounded", "12:7 refused Lock: is not opened",
		"15:7 ignored Weather: is not a property of a thing",
	}
	if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// Where a key that is not known may leave something open, it is an error.
func TestDoneStrict(t *testing.T) {
	o, report := read(t, "      Authorizr: x\n      Color: red\n      Weather: w\n")
	o.Text("Authorizer", "")
	strict := known
	strict.Strict = true
	o.Done(strict)
	want := []string{
		`t.yaml:8:7: Authorizr is not a property of a thing; did you mean "Authorizer"?`,
		"t.yaml:10:7: Weather is not a property of a thing", "9:7 listed Color: has no meaning",
	}
	if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
		t.Errorf("errors and notes (-want +got):\n%s", diff)
	}
}

// Where AWS takes every key, one that is not known is no error.
func TestDoneFree(t *testing.T) {
	o, report := read(t, "      Siez: 5\n      Weather: b\n")
	o.Text("Size", "")
	free := known
	free.Free = true
	o.Done(free)
	want := []string{`8:7 ignored Siez: is not a property of a thing; did you mean "Size"?`, "9:7 ignored Weather: is not a property of a thing"}
	if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// A definition is one property: what is read of it has no row of its own, and its
// names are looked up in CloudFormation's spelling.
func TestDoneInDefinition(t *testing.T) {
	o, report := read(t, "      Body: {size: 1, weight: 2}\n")
	d := o.Definition("Body", o.Raw("Body"))
	d.Text("size", "")
	d.Done(known)
	if diff := cmp.Diff([]string{"8:23 ignored Body.weight: is not weighed"}, propertytest.Said(report)); diff != "" || len(report.Notes()) != 1 {
		t.Errorf("got %d notes, want one (-want +got):\n%s", len(report.Notes()), diff)
	}
}

// What another package has read counts as asked for.
func TestAsk(t *testing.T) {
	o, report := read(t, "      Size: 1\n      Depth: 2\n")
	o.Ask("Size", "Depth")
	o.Done(known)
	var got []string
	for _, n := range report.Notes() {
		got = append(got, n.Level.String()+" "+n.Property)
	}
	if diff := cmp.Diff([]string{"emulated Size", "emulated Depth"}, got); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if got := o.Get("Other"); got != nil || o.Asked("Other") || o.PosOf("Other") != o.Pos() {
		t.Errorf("got %v for a property that is absent, want nothing", got)
	}
}

// Notes that wait for the end come in their order, and once.
func TestNoteAtEnd(t *testing.T) {
	o, report := read(t, "      K: v\n")
	text := "before"
	o.NoteAtEnd(func() (stack.Note, bool) { return o.NewNote(stack.Ignored, o.PosOf("K"), "K", text), true })
	o.NoteAtEnd(func() (stack.Note, bool) { return stack.Note{}, false })
	o.NoteResource(stack.Listed, "first")
	text = "after"
	report.End()
	report.End()
	if diff := cmp.Diff([]string{"5:3 listed : first", "8:10 ignored K: after"}, propertytest.Said(report)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// A Report takes over all that another has, and takes joined errors apart.
func TestAdd(t *testing.T) {
	o, report := read(t, "      K: v\n")
	other := new(property.Report)
	other.Problem(errors.Join(errors.New("one"), errors.Join(errors.New("two"), nil)))
	other.Problem(nil)
	other.Note(stack.Note{Level: stack.Refused, Property: "N"})
	other.NoteAtEnd(func() (stack.Note, bool) { return stack.Note{Level: stack.Ignored, Property: "E"}, true })
	report.Fail(o.Pos(), "%d is zero", 0)
	report.Add(other)
	report.End()
	want := []string{"t.yaml:5:3: 0 is zero", "one", "two", "0:0 refused N: ", "0:0 ignored E: "}
	if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
		t.Errorf("errors and notes (-want +got):\n%s", diff)
	}
}
