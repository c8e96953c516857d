package syntax

import (
	"fmt"
	"slices"
)

// Position is a place in a template. Lines and columns count from 1; a zero
// Line means the file as a whole.
type Position struct {
	File         string
	Line, Column int
}

// String gives file:line:column, the form compilers use and editors follow.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Compare orders positions of one file from top to bottom.
func (p Position) Compare(q Position) int {
	return slices.Compare([]int{p.Line, p.Column}, []int{q.Line, q.Column})
}

// Error is something wrong in a template, and where.
type Error struct {
	Pos Position
	// Text says what was found and what was expected.
	Text string
	// Fatal is true for what keeps the template from being read: its syntax, a file
	// that cannot be read, a limit, a cycle. What else is wrong concerns a part of it.
	Fatal bool
}

// Error gives "template.yaml:12:5: …".
func (e *Error) Error() string { return e.Pos.String() + ": " + e.Text }

// Errorf makes an Error as fmt.Errorf does.
func Errorf(pos Position, format string, args ...any) *Error {
	return &Error{Pos: pos, Text: fmt.Sprintf(format, args...)}
}

// Fatalf makes an Error that is Fatal.
func Fatalf(pos Position, format string, args ...any) *Error {
	e := Errorf(pos, format, args...)
	e.Fatal = true
	return e
}

// Errors takes joined errors apart; nil for none.
func Errors(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	switch {
	case err == nil:
		return nil
	case !ok:
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, Errors(e)...)
	}
	return all
}

// Fatal makes every Error among joined ones Fatal, and gives them back.
func Fatal(err error) error {
	for _, e := range Errors(err) {
		if e, ok := e.(*Error); ok {
			e.Fatal = true
		}
	}
	return err
}
