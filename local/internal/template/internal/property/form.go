package property

import (
	"fmt"
	"regexp"
	"unicode/utf8"
)

// Form is what a name may look like: characters of a class, and how many. One regular
// expression that counts up to hundreds takes a good part of a start to compile.
type Form struct {
	class       string
	all         *regexp.Regexp
	least, most int
}

// NewForm gives the form of least to most characters of a class, "[a-z]" in the words of
// package regexp.
func NewForm(class string, least, most int) Form {
	return Form{class, regexp.MustCompile("^" + class + "*$"), least, most}
}

// Matches reports whether a text has the form.
func (f Form) Matches(text string) bool {
	n := utf8.RuneCountInString(text)
	return n >= f.least && n <= f.most && f.all.MatchString(text)
}

// String gives the regular expression of the form.
func (f Form) String() string { return fmt.Sprintf("^%s{%d,%d}$", f.class, f.least, f.most) }
