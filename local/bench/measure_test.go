package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A round goes through the subjects from another one on than the last. Two that are
// held against each other come one after the other, each first in every other round.
func TestOrder(t *testing.T) {
	alone := &bench{turns: [][]subject{{{name: "a"}}, {{name: "b"}}, {{name: "c"}}}}
	beside := &bench{turns: [][]subject{{{name: "a"}}, {{name: "b"}, {name: "B"}}, {{name: "c"}, {name: "C"}}}}
	for _, tt := range []struct {
		bench *bench
		want  []string
	}{
		{alone, []string{"bca", "cab", "abc", "bca"}},
		{beside, []string{"bBcCa", "CcaBb", "abBcC", "BbCca"}},
	} {
		var got []string
		for round := range tt.want {
			names := ""
			for _, s := range tt.bench.order(round + 1) {
				names += s.name
			}
			got = append(got, names)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("difference (-want +got):\n%s", diff)
		}
	}
}
