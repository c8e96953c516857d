package template

import "maru/local/internal/template/internal/syntax"

// Suggestion gives the end of an error message for a misspelt name,
// `; did you mean "X"?`, or "" where no candidate comes near. What a template's
// errors say, a command line's can say too.
func Suggestion(name string, candidates []string) string {
	return syntax.Suggestion(name, candidates)
}
