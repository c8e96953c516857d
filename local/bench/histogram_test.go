package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestHistogramQuantiles(t *testing.T) {
	for _, tt := range []struct {
		name   string
		values []time.Duration
		q      float64
		want   time.Duration
	}{
		{"nothing", nil, 0.5, 0},
		{"one", []time.Duration{7}, 0.5, 7},
		{"median of three", []time.Duration{30, 10, 20}, 0.5, 20},
		{"lower of two", []time.Duration{20, 10}, 0.5, 10},
		{"all", []time.Duration{10, 30, 20}, 1, 30},
		{"none", []time.Duration{10, 30, 20}, 0, 10},
		{"negative", []time.Duration{-5}, 0.5, 0},
	} {
		var h histogram
		for _, v := range tt.values {
			h.add(v)
		}
		if got := h.quantile(tt.q); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
}

// A quantile is within 0.4 % of that of the sorted values, and merging is the
// same as adding all to one.
func TestHistogramPrecision(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var values []time.Duration
	var parts [3]histogram
	for i := range 30_000 {
		v := time.Duration(math.Exp(random.Float64() * math.Log(longest)))
		values = append(values, v)
		parts[i%3].add(v)
	}
	var h histogram
	for i := range parts {
		h.merge(&parts[i])
	}
	slices.Sort(values)
	for _, q := range []float64{0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1} {
		got, want := h.quantile(q), values[int(math.Ceil(q*float64(len(values))))-1]
		if math.Abs(float64(got-want)) > 0.004*float64(want) {
			t.Errorf("quantile %v: got %s, want %s ± 0.4 %%", q, got, want)
		}
	}
}

// Each bucket holds the duration that stands for it, they are in order, and the
// last takes all that is longer.
func TestBuckets(t *testing.T) {
	last := time.Duration(-1)
	for i := range buckets {
		if got := bucket(middle(i)); got != i || middle(i) <= last {
			t.Errorf("got %d for bucket %d, after %d, and bucket %d for that", middle(i), i, last, got)
		}
		last = middle(i)
	}
	if got, want := bucket(math.MaxInt64), buckets-1; got != want {
		t.Errorf("got bucket %d for the longest duration, want %d", got, want)
	}
}
