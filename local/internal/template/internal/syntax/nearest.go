package syntax

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxName is how long a name may be for a suggestion to be looked for; AWS's
// own longest names have 255 characters, its property names far fewer.
const maxName = 100

// minBeginning is how much of a name has to be there to be its beginning.
const minBeginning = 4

// Nearest gives the candidate that name was most likely meant to be, or ""
// where none comes near. Case does not count; a candidate that name is the
// beginning of is as near as one with a single other letter. Of two equally
// near candidates the first wins.
func Nearest(name string, candidates []string) string {
	length := utf8.RuneCountInString(name)
	if length > maxName {
		return ""
	}
	best, limit := "", min(max(1, length/3), length-1)
	lower := strings.ToLower(name)
	for _, c := range candidates {
		if len(c) > utf8.UTFMax*maxName {
			continue
		}
		d := distance(lower, strings.ToLower(c))
		if length >= minBeginning && strings.HasPrefix(strings.ToLower(c), lower) {
			d = min(d, 1)
		}
		if d <= limit {
			best, limit = c, d-1
		}
	}
	return best
}

// maxSlips is how many letters a misspelt name has wrong.
const maxSlips = 2

// Misspelt reports whether a name is one of the candidates but for a letter or two, or for
// their case. A name that only looks like one of them may be newer than the list.
func Misspelt(name string, candidates []string) bool {
	near := Nearest(name, candidates)
	return near != "" && distance(strings.ToLower(name), strings.ToLower(near)) <= maxSlips
}

// Suggestion gives the end of an error message for a misspelt name:
// `; did you mean "X"?`, or "" where no candidate comes near.
func Suggestion(name string, candidates []string) string {
	if best := Nearest(name, candidates); best != "" {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	return ""
}

// maxKeys is how many keys Instead lists.
const maxKeys = 5

// Instead gives the end of an error message for a key that a mapping lacks:
// `, but "X"; did you mean "key"?` where one of its keys comes near, else what there is.
func Instead(key string, there []string) string {
	for _, k := range there {
		if Nearest(k, []string{key}) != "" {
			return fmt.Sprintf(", but %q; did you mean %q?", k, key)
		}
	}
	if len(there) == 0 {
		return "; it is empty"
	}
	more := ""
	if len(there) > maxKeys {
		there, more = there[:maxKeys], ", …"
	}
	return "; it has " + strings.Join(there, ", ") + more
}

// distance counts the characters that have to be inserted, dropped, exchanged
// or swapped with their neighbour to make a of b (optimal string alignment).
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	var before []int // the row above the last
	last := make([]int, len(to)+1)
	for j := range last {
		last[j] = j
	}
	for i := range from {
		row := make([]int, len(to)+1)
		row[0] = i + 1
		for j := range to {
			exchange := last[j]
			if from[i] != to[j] {
				exchange++
			}
			row[j+1] = min(exchange, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(to)]
}
