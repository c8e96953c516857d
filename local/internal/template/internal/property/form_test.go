package property

import (
	"regexp"
	"strings"
	"testing"
)

// A Form matches what its regular expression does.
func TestForm(t *testing.T) {
	for _, form := range []Form{NewForm("[a-z-]", 1, 4), NewForm(`\S`, 0, 3)} {
		whole := regexp.MustCompile(form.String())
		for _, text := range []string{"", "a", "a-b", "abcd", "abcde", "ABC", "äöü", "a b", "abc\n", strings.Repeat("a", 9)} {
			if got, want := form.Matches(text), whole.MatchString(text); got != want {
				t.Errorf("%s of %q: got %t, want %t", form, text, got, want)
			}
		}
	}
}
