package gateway

import (
	"cmp"
	"slices"
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
		switch {
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1:i+3], 2):
			b.WriteByte(unhex(s[i+1])<<4 | unhex(s[i+2]))
			i += 2
		case s[i] == '+' && query:
			b.WriteByte(' ')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// unhex gives the value of a hexadecimal digit.
func unhex(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	if c >= 'A' {
		return c - 'A' + 10
	}
	return c - '0'
}
