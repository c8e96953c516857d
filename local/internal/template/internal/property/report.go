package property

import (
	"errors"
	"slices"
	"strings"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// Report collects what reading a template has to say: errors, and a note for each
// resource and property. Its zero value is empty and ready.
type Report struct {
	errs []error
	// faults has a note for each of errs that is not fatal; nested has those of nested
	// stacks, whose resources may be called as those of this one are.
	faults, nested []stack.Note
	notes          []stack.Note
	// later are the notes that NoteAtEnd was given.
	later []func() (stack.Note, bool)
}

// Problem records an error of the template as a whole, each of several joined ones by
// itself; nil is none.
func (r *Report) Problem(err error) {
	r.problem(err, func(stack.Position) stack.Note { return stack.Note{} })
}

// problem records an error, which about says the resource and the property of.
func (r *Report) problem(err error, about func(stack.Position) stack.Note) {
	for _, err := range syntax.Errors(err) {
		r.errs = append(r.errs, err)
		if wrong, ok := err.(*stack.Error); ok && !wrong.Fatal {
			n := about(wrong.Pos)
			n.Level, n.Text, n.Pos = stack.Invalid, wrong.Text, wrong.Pos
			r.faults = append(r.faults, n)
		}
	}
}

// Fail records that something is wrong at a place, in words as fmt.Sprintf takes
// them, with the template as a whole.
func (r *Report) Fail(pos stack.Position, format string, args ...any) {
	r.Problem(syntax.Errorf(pos, format, args...))
}

// ResourceProblem is Problem for a resource.
func (r *Report) ResourceProblem(res *resolve.Resource, err error) {
	r.problem(err, func(stack.Position) stack.Note { return stack.Note{Resource: res.LogicalID, Type: res.Type} })
}

// FailResource is Fail for a resource.
func (r *Report) FailResource(res *resolve.Resource, pos stack.Position, format string, args ...any) {
	r.ResourceProblem(res, syntax.Errorf(pos, format, args...))
}

// Note records a note.
func (r *Report) Note(n stack.Note) { r.notes = append(r.notes, n) }

// NoteResource records a note on a resource as a whole.
func (r *Report) NoteResource(level stack.Level, res *resolve.Resource, text string) {
	r.Note(stack.Note{Level: level, Resource: res.LogicalID, Type: res.Type, Text: text, Pos: res.Pos})
}

// NoteAtEnd records a note on something that is known once everything is read. End
// calls it then; it returns false for no note.
func (r *Report) NoteAtEnd(note func() (stack.Note, bool)) { r.later = append(r.later, note) }

// End records the notes that NoteAtEnd was given, in their order.
func (r *Report) End() {
	for _, note := range r.later {
		if n, ok := note(); ok {
			r.Note(n)
		}
	}
	r.later = nil
}

// Add records what another Report has, that of a nested stack.
func (r *Report) Add(other *Report) {
	r.errs = append(r.errs, other.errs...)
	r.nested = append(append(r.nested, other.faults...), other.nested...)
	r.notes = append(r.notes, other.notes...)
	r.later = append(r.later, other.later...)
}

// Errors returns the errors in the order in which they were found.
func (r *Report) Errors() []error { return r.errs }

// Fatal reports whether one of the errors keeps the template from being read.
func (r *Report) Fatal() bool { return len(r.errs) > len(r.faults)+len(r.nested) }

// Faults returns a note of level Invalid for each error that is not fatal.
func (r *Report) Faults() []stack.Note { return slices.Concat(r.faults, r.nested) }

// Fault gives the first error, with its place, of those properties of a resource that
// within chooses by their dotted paths; "" for none. Resources of nested stacks are not
// looked at.
func (r *Report) Fault(logicalID string, within func(property string) bool) string {
	for _, n := range r.faults {
		if n.Resource == logicalID && within(n.Property) {
			return n.Pos.String() + ": " + n.Text
		}
	}
	return ""
}

// Unreported gives those of the errors that are not about a place with an error already.
func (r *Report) Unreported(errs []error) error {
	return errors.Join(slices.DeleteFunc(errs, func(err error) bool {
		wrong, ok := err.(*syntax.Error)
		return ok && slices.ContainsFunc(r.faults, func(n stack.Note) bool { return n.Pos == wrong.Pos })
	})...)
}

// Below chooses a property and all that is in it; everything for "".
func Below(property string) func(string) bool {
	return func(other string) bool {
		rest, ok := strings.CutPrefix(other, property)
		return ok && (property == "" || rest == "" || rest[0] == '.')
	}
}

// Notes returns the notes in the order in which they were made.
func (r *Report) Notes() []stack.Note { return r.notes }

// Problem records an error of the object, each of several joined ones by itself; nil is
// none.
func (o *Object) Problem(err error) {
	o.report.problem(err, func(pos stack.Position) stack.Note { return o.NewNote(stack.Invalid, pos, o.keyAt(pos), "") })
}

// Fail records that something is wrong with the object at a place of the template.
func (o *Object) Fail(pos stack.Position, format string, args ...any) {
	o.Problem(syntax.Errorf(pos, format, args...))
}

// Fault gives the first error of the object and of what is in it, with its place; ""
// where nothing is wrong.
func (o *Object) Fault() string { return o.report.Fault(o.resource.LogicalID, Below(o.path)) }

// FaultIf gives the first error of those properties of the object's resource that within
// chooses by their dotted paths, with its place; "" where nothing is wrong.
func (o *Object) FaultIf(within func(property string) bool) string {
	return o.report.Fault(o.resource.LogicalID, within)
}

// keyAt gives the key of the property that stands at a place, or whose value does; ""
// for none.
func (o *Object) keyAt(pos stack.Position) string {
	for _, e := range o.Entries() {
		if e.Pos == pos || e.Value.Pos == pos {
			return e.Key
		}
	}
	return ""
}

// NewNote gives a note on a property of the object, on the object itself for "".
func (o *Object) NewNote(level stack.Level, pos stack.Position, key, text string) stack.Note {
	return stack.Note{
		Level: level, Resource: o.resource.LogicalID, Type: o.resource.Type, Property: o.at(key), Text: text, Pos: pos,
	}
}

// Note records what NewNote gives.
func (o *Object) Note(level stack.Level, pos stack.Position, key, text string) {
	o.report.Note(o.NewNote(level, pos, key, text))
}

// NoteResource records a note on the object's resource as a whole.
func (o *Object) NoteResource(level stack.Level, text string) {
	o.report.NoteResource(level, o.resource, text)
}

// NoteAtEnd records a note on something that is known once everything is read; see
// Report.NoteAtEnd.
func (o *Object) NoteAtEnd(note func() (stack.Note, bool)) { o.report.NoteAtEnd(note) }
