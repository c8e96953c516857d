package invokeapi

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"maru/local/internal/lambda"
)

// constraint is what the API Reference says of a parameter:
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. The messages name
// patterns as written here (test_lambda_api.py of LocalStack, which AWS validates).
type constraint struct {
	parameter string
	longest   int
	pattern   string
	whole     *regexp.Regexp // pattern, for the whole value
}

func newConstraint(parameter string, longest int, pattern string) constraint {
	return constraint{parameter, longest, pattern, regexp.MustCompile("^(?:" + pattern + ")$")}
}

var (
	functionName = newConstraint("functionName", 170, `(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?`+
		`(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`)
	qualifier = newConstraint("qualifier", 128, `(|[a-zA-Z0-9$_-]+)`)
)

// violations says, a text each, what a value does not satisfy.
func (c constraint) violations(value string) []string {
	var found []string
	add := func(format string, args ...any) {
		found = append(found, fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: Member must "+format,
			append([]any{value, c.parameter}, args...)...))
	}
	if utf8.RuneCountInString(value) > c.longest {
		add("have length less than or equal to %d", c.longest)
	}
	if !c.whole.MatchString(value) {
		add("satisfy regular expression pattern: %s", c.pattern)
	}
	return found
}

// orInvalid returns a ValidationException in the place of err where nothing of that
// name is there because nothing can have it. AWS looks at the name first; here a
// function may answer to one that AWS would not take, such as the path of a nested
// stack's.
func orInvalid(err error, name, version string) error {
	missing := new(lambda.Error)
	if !errors.As(err, &missing) || missing.Kind != lambda.NotFound {
		return err
	}
	found := append(functionName.violations(name), qualifier.violations(version)...)
	if len(found) == 0 {
		return err
	}
	noun := "error"
	if len(found) > 1 {
		noun = "errors"
	}
	return refused(validation, "%d validation %s detected: %s", len(found), noun, strings.Join(found, "; "))
}
