package main

import "testing"

func TestSpread(t *testing.T) {
	for _, tt := range []struct {
		values []float64
		want   spread
	}{
		{nil, spread{}},
		{[]float64{3}, spread{3, 3, 3}},
		{[]float64{4, 1}, spread{2.5, 1, 4}},
		{[]float64{9, 1, 2}, spread{2, 1, 9}},
		{[]float64{4, 3, 2, 1}, spread{2.5, 1, 4}},
	} {
		if got := spreadOf(tt.values); got != tt.want {
			t.Errorf("%v: got %v, want %v", tt.values, got, tt.want)
		}
	}
}

func TestOverlaps(t *testing.T) {
	middle := spread{median: 5, least: 4, most: 6}
	for _, tt := range []struct {
		least, most float64
		want        bool
	}{{1, 3, false}, {1, 4, true}, {4.5, 5, true}, {1, 9, true}, {6, 9, true}, {7, 9, false}} {
		if got := middle.overlaps(spread{least: tt.least, most: tt.most}); got != tt.want {
			t.Errorf("%v–%v: got %t, want %t", tt.least, tt.most, got, tt.want)
		}
	}
}
