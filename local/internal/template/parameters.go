package template

import (
	"fmt"
	"regexp"
	"strings"
)

// ParseParameters reads values for parameters as the flag --parameter-overrides
// of sam takes them:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-local-start-api.html.
// Each argument holds one or more of Name=Value or
// ParameterKey=Name,ParameterValue=Value, with spaces between them. A value is taken as
// it is written, up to the next of them, since Name="a b" on a command line arrives
// without its quotes. Like sam (CfnParameterOverridesType in samcli/cli/types.py), it
// takes away quotes around a whole value, and the backslash before a space or a quote.
// A value that has bare double quotes inside, such as JSON, sam cuts off there; here it
// keeps them, and its backslashes too. The last of several values for a name wins.
func ParseParameters(args []string) (map[string]string, error) {
	values := map[string]string{}
	for _, arg := range args {
		for rest := strings.Trim(arg, blanks); rest != ""; {
			name, value, next, err := cutParameter(rest)
			if err != nil {
				return nil, fmt.Errorf("reading parameter overrides %q: %w", arg, err)
			}
			values[name] = value
			rest = strings.TrimLeft(next, blanks)
		}
	}
	return values, nil
}

const (
	blanks = " \t\r\n"
	// parameterName is a name of a parameter or of an export, maybe in quotes.
	parameterName = `(?:"[^"\s=]+"|'[^'\s=]+'|[\p{L}\p{N}:._/-]+)`
	keyword       = "ParameterKey"
)

var (
	// parameterStart matches what stands before a value, in both forms.
	parameterStart = regexp.MustCompile(`^(?:` + keyword + `=(` + parameterName + `),ParameterValue=|(` + parameterName + `)=)`)
	// escape matches a backslash with what loses it.
	escape = regexp.MustCompile(`\\([ "'])`)
)

// cutParameter takes the first name with its value from s, which begins with it. All of
// it may stand in quotes.
func cutParameter(s string) (name, value, rest string, err error) {
	if pair, rest, ok := cutQuoted(s); ok && parameterStart.MatchString(pair) {
		name, start := startOf(pair)
		return name, escape.ReplaceAllString(pair[start:], "$1"), rest, nil
	}
	word := s
	if end := strings.IndexAny(s, blanks); end >= 0 {
		word = s[:end]
	}
	name, start := startOf(s)
	switch name {
	case "":
		return "", "", "", fmt.Errorf("expected Name=Value, but here is %q", word)
	case keyword:
		return "", "", "", fmt.Errorf("expected %s=Name,ParameterValue=Value, but here is %q", keyword, word)
	}
	end := start + valueEnd(s[start:])
	value, err = unquote(s[start:end])
	return name, value, s[end:], err
}

// startOf gives the name that s begins with, and where its value starts; the name is
// empty where s does not begin with one.
func startOf(s string) (name string, start int) {
	m := parameterStart.FindStringSubmatch(s)
	if m == nil {
		return "", 0
	}
	return strings.Trim(m[1]+m[2], `"'`), len(m[0])
}

// valueEnd gives the length of the value that s begins with: all that comes before
// blanks behind which the next parameter starts.
func valueEnd(s string) int {
	from := 0
	if _, rest, ok := cutQuoted(s); ok {
		from = len(s) - len(rest)
	}
	for i := from; i < len(s); i++ {
		if s[i] == '\\' {
			i++ // a blank behind it is none
			continue
		}
		next := strings.TrimLeft(s[i:], blanks)
		if len(next) == len(s)-i {
			continue
		}
		pair, _, quoted := cutQuoted(next)
		if parameterStart.MatchString(next) || quoted && parameterStart.MatchString(pair) {
			return i
		}
	}
	return len(s)
}

// cutQuoted gives what stands in quotes at the beginning of s, and what comes behind
// them; ok is false where there is none, or more than a blank follows the quotes.
func cutQuoted(s string) (inside, rest string, ok bool) {
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return "", "", false
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			rest = s[i+1:]
			return s[1:i], rest, rest == "" || strings.IndexByte(blanks, rest[0]) >= 0
		}
	}
	return "", "", false
}

// unquote gives a value without the quotes around it and without its escapes.
func unquote(value string) (string, error) {
	if inside, rest, ok := cutQuoted(value); ok && rest == "" {
		return escape.ReplaceAllString(inside, "$1"), nil
	}
	bare := strings.Count(value, `"`) - strings.Count(value, `\"`)
	switch {
	case bare == 0:
		return escape.ReplaceAllString(value, "$1"), nil
	case bare == 1 && value[0] == '"':
		return "", fmt.Errorf("a quote has no end")
	}
	return value, nil
}
