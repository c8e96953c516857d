package target

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Parameter is one parameter of a query, decoded.
type Parameter struct {
	Name, Value string
}

// AppendQuery appends the parameters of a raw query, sorted by name; those of
// one name keep their order. A part that is no valid escape stands for itself,
// so every query can be read.
func AppendQuery(parameters []Parameter, query string) []Parameter {
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		parameters = append(parameters, Parameter{unescape(name, true), unescape(value, true)})
	}
	slices.SortStableFunc(parameters, func(a, b Parameter) int { return cmp.Compare(a.Name, b.Name) })
	return parameters
}

// Unescape decodes the percent-encoding of a path once. What is no valid escape
// stands for itself.
func Unescape(path string) string { return unescape(path, false) }

// Decodes reports whether every percent sign of a path begins a valid escape.
func Decodes(path string) bool {
	for i := strings.IndexByte(path, '%'); i >= 0; i = strings.IndexByte(path, '%') {
		if _, ok := escaped(path[i:]); !ok {
			return false
		}
		path = path[i+len("%00"):]
	}
	return true
}

// unescape decodes percent-encoding; in a query a plus is a space.
func unescape(s string, query bool) string {
	if !strings.Contains(s, "%") && (!query || !strings.Contains(s, "+")) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if c, ok := escaped(s[i:]); ok {
			b.WriteByte(c)
			i += 2
		} else if s[i] == '+' && query {
			b.WriteByte(' ')
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// escaped gives the byte that s stands for where it starts with an escape.
func escaped(s string) (c byte, ok bool) {
	if len(s) < 3 || s[0] != '%' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[1:3], 16, 8)
	return byte(n), err == nil
}
