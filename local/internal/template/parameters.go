package template

import (
	"fmt"
	"strings"
)

// ParseParameters reads values for parameters as the flag --parameter-overrides
// of sam takes them:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-local-start-api.html.
// Each argument holds one or more of Name=Value or
// ParameterKey=Name,ParameterValue=Value, with spaces between them. Quotes and
// backslashes keep spaces in a value, as in a shell; a word without an equals
// sign belongs to the value before it, since Name="a b" on a command line
// arrives without its quotes. The last of several values for a name wins.
func ParseParameters(args []string) (map[string]string, error) {
	values := map[string]string{}
	for _, arg := range args {
		words, err := splitWords(arg)
		if err != nil {
			return nil, fmt.Errorf("reading parameter overrides %q: %w", arg, err)
		}
		last := ""
		for _, word := range words {
			name, value, ok := strings.Cut(word, "=")
			switch {
			case !ok && last != "":
				values[last] += " " + word
				continue
			case !ok || name == "":
				return nil, fmt.Errorf("reading parameter overrides %q: expected Name=Value, but here is %q", arg, word)
			case name == "ParameterKey":
				if name, value, ok = strings.Cut(value, ",ParameterValue="); !ok || name == "" {
					return nil, fmt.Errorf("reading parameter overrides %q: expected ParameterKey=Name,ParameterValue=Value, but here is %q", arg, word)
				}
			}
			values[name] = value
			last = name
		}
	}
	return values, nil
}

// splitWords splits s at spaces outside of quotes and takes the quotes and
// backslashes away.
func splitWords(s string) ([]string, error) {
	var words []string
	var word strings.Builder
	var quote rune // 0 outside of quotes
	started, escaped := false, false
	for _, c := range s {
		switch {
		case escaped:
			word.WriteRune(c)
			escaped = false
		case c == '\\' && quote != '\'':
			escaped, started = true, true
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, started = c, true
		case quote == 0 && strings.ContainsRune(" \t\n", c):
			if started {
				words = append(words, word.String())
			}
			word.Reset()
			started = false
		default:
			word.WriteRune(c)
			started = true
		}
	}
	if quote != 0 || escaped {
		return nil, fmt.Errorf("a quote or backslash has no end")
	}
	if started {
		words = append(words, word.String())
	}
	return words, nil
}
