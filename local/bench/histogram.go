package main

import (
	"math"
	"math/bits"
	"time"
)

const (
	// precisionBits is how many bits of a duration a histogram keeps: with 7 a
	// quantile is off by less than 0.4 %.
	precisionBits = 7
	steps         = 1 << precisionBits
	// longest is the last duration that is told from longer ones, 137 s.
	longest = 1<<37 - 1
	buckets = (37 - precisionBits + 1) * steps
)

// histogram counts durations in buckets whose width grows with the duration, so
// that it has a fixed size, and adding to it costs the same at any load. The zero
// value is empty.
//
//	bucket    0 … 255    256 … 383      384 … 511        …
//	holds     1 ns each  2 ns each      4 ns each        …
type histogram struct {
	counts [buckets]uint32
	total  uint64
}

func (h *histogram) add(d time.Duration) {
	h.counts[bucket(d)]++
	h.total++
}

func (h *histogram) merge(other *histogram) {
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.total += other.total
}

// quantile returns the duration that a share q of all is not longer than, 0.5
// being the median; 0 for an empty histogram.
func (h *histogram) quantile(q float64) time.Duration {
	rank := max(1, uint64(math.Ceil(q*float64(h.total))))
	var seen uint64
	for i, n := range h.counts {
		if seen += uint64(n); seen >= rank {
			return middle(i)
		}
	}
	return 0
}

func bucket(d time.Duration) int {
	v := uint64(min(max(d, 0), longest))
	shift := max(0, bits.Len64(v)-precisionBits-1)
	return shift*steps + int(v>>shift)
}

// middle is the duration that stands for all of a bucket.
func middle(bucket int) time.Duration {
	shift := max(0, bucket/steps-1)
	least := time.Duration(bucket-shift*steps) << shift
	return least + 1<<shift/2
}
