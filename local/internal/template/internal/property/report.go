package property

import (
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// Report collects what reading a template has to say: errors, and a note for each
// resource and property. Its zero value is empty and ready.
type Report struct {
	errs  []error
	notes []stack.Note
	// later are the notes that NoteAtEnd was given.
	later []func() (stack.Note, bool)
}

// Problem records an error, each of several joined ones by itself; nil is none.
func (r *Report) Problem(err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			r.Problem(e)
		}
	} else if err != nil {
		r.errs = append(r.errs, err)
	}
}

// Fail records that something is wrong at a place, in words as fmt.Sprintf takes
// them.
func (r *Report) Fail(pos stack.Position, format string, args ...any) {
	r.Problem(syntax.Errorf(pos, format, args...))
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
	r.notes = append(r.notes, other.notes...)
	r.later = append(r.later, other.later...)
}

// Errors returns the errors in the order in which they were found.
func (r *Report) Errors() []error { return r.errs }

// Notes returns the notes in the order in which they were made.
func (r *Report) Notes() []stack.Note { return r.notes }

// Problem records an error, each of several joined ones by itself; nil is none.
func (o *Object) Problem(err error) { o.report.Problem(err) }

// Fail records that something is wrong at a place of the template.
func (o *Object) Fail(pos stack.Position, format string, args ...any) {
	o.report.Fail(pos, format, args...)
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
