package main

import "slices"

// spread sums up what was measured several times. The zero value says that
// nothing was.
type spread struct{ median, least, most float64 }

// spreadOf returns the spread of values, in any order. The median of an even
// number of values is the mean of the two in the middle.
func spreadOf(values []float64) spread {
	n := len(values)
	if n == 0 {
		return spread{}
	}
	sorted := slices.Sorted(slices.Values(values))
	return spread{median: (sorted[(n-1)/2] + sorted[n/2]) / 2, least: sorted[0], most: sorted[n-1]}
}

// overlaps reports whether some value could belong to both spreads, so that the
// difference of their medians may be chance.
func (s spread) overlaps(other spread) bool {
	return s.least <= other.most && other.least <= s.most
}
