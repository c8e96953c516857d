package gateway

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// pair is one parameter of a query, decoded.
type pair struct {
	name, value string
}

// parseQuery appends the parameters of a raw query, sorted by name; those of
// one name keep their order. A part that is no valid escape stands for itself,
// so every query can be read.
func parseQuery(pairs []pair, query string) []pair {
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		pairs = append(pairs, pair{unescape(name, true), unescape(value, true)})
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(a.name, b.name) })
	return pairs
}

// unescape decodes percent-encoding once; in a query a plus is a space.
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
