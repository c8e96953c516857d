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
}

// Error gives "template.yaml:12:5: …".
func (e *Error) Error() string { return e.Pos.String() + ": " + e.Text }

// Errorf makes an Error as fmt.Errorf does.
func Errorf(pos Position, format string, args ...any) *Error {
	return &Error{Pos: pos, Text: fmt.Sprintf(format, args...)}
}
