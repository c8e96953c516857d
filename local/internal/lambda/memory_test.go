package lambda

import (
	"testing"

	"maru/local/internal/cgroup"
)

// What is measured of an environment counts only where no cgroup limits it: a program
// that others run as well is resident in each, but the memory of none.
func TestOverLimit(t *testing.T) {
	f := &Function{MemorySize: 128}
	for _, test := range []struct {
		name          string
		group         *cgroup.Group
		peak          int64
		over, watched bool
	}{
		{"measured, at the limit", nil, 128 << 20, false, true},
		{"measured, over it", nil, 128<<20 + 1, true, true},
		{"limited, over it", new(cgroup.Group), 128<<20 + 1, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := &environment{f: f, group: test.group}
			if got := e.overLimit(test.peak); got != test.over {
				t.Errorf("got over the limit %t, want %t", got, test.over)
			}
			if e.watch(); e.watched.Load() != test.watched {
				t.Errorf("got watched %t, want %t", e.watched.Load(), test.watched)
			}
		})
	}
}
