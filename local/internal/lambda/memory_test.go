package lambda

import (
	"testing"
	"testing/synctest"
	"time"

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

// The timer rests while no environment is busy, and goes as soon as one may be. In
// this test's time it never fires by itself.
func TestMeasuringRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &Function{ProvisionedConcurrency: map[string]int{Latest: 1}}
		p := newPool(Config{Functions: []*Function{f}, MaxEnvironments: 3, IdleTimeout: time.Minute}, func() {})
		e := &environment{f: f}
		e.watched.Store(true)
		for _, step := range []struct {
			name    string
			do      func()
			resting bool
		}{
			{"nothing", func() {}, true},
			{"an environment is asked for", func() { _, _, _ = p.acquire(t.Context(), f.LogicalID, variant{}) }, false},
			{"it runs", func() { p.track(e) }, false},
			{"the invocation has ended, it is watched", func() { p.leave(f) }, false},
			{"it is idle", func() { e.watched.Store(false) }, true},
			{"one of provisioned concurrency is started", func() { p.reserve(f, variant{version: Latest}) }, false},
		} {
			if step.do(); p.resting && !step.resting {
				t.Errorf("%s: got a timer that rests", step.name)
			}
			if p.watched(); p.resting != step.resting {
				t.Errorf("%s: got resting %t, want %t", step.name, p.resting, step.resting)
			}
		}
	})
}
