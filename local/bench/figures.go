package main

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// figure is one thing that a run found out.
type figure struct {
	name   string
	value  spread
	show   func(float64) string
	target *target // nil where none is set
}

// target is where a figure should be.
type target struct {
	bound   float64
	atLeast bool // else at most
}

func (t target) met(v spread) bool {
	if t.atLeast {
		return v.median >= t.bound
	}
	return v.median <= t.bound
}

func (f figure) targetText() string {
	if f.target.atLeast {
		return "≥ " + f.show(f.target.bound)
	}
	return "≤ " + f.show(f.target.bound)
}

// The targets of maru, and the loads at which those for a load are set.
var (
	rateTarget    = target{bound: 0.6, atLeast: true}
	latencyTarget = target{bound: 1.2}
	coldTarget    = target{bound: float64(10 * time.Millisecond)}
	startTarget   = target{bound: float64(150 * time.Millisecond)}
	memoryTarget  = target{bound: 40 << 20}
)

const (
	rateTargetAt    = 16
	latencyTargetAt = 1
)

// figures returns all figures of a result in the order of reading. What the
// system does not tell is not among them.
func (r *result) figures() []figure {
	var all []figure
	for _, n := range r.Connections {
		for _, name := range r.Subjects {
			all = append(all, r.figuresAt(name, n)...)
		}
	}
	all = append(all, r.startFigures()...)
	return slices.DeleteFunc(all, func(f figure) bool { return f.value == spread{} })
}

// figuresAt returns the figures of a subject at a number of connections: of the
// references what they are, of the others what they are to the proxy.
func (r *result) figuresAt(subject string, n int) []figure {
	at := fmt.Sprintf("%s at %s", subject, count(n, "connection"))
	if subject == bareName || subject == proxyName {
		return []figure{{name: at + ": req/s", value: r.of(subject, n, sample.rate), show: whole}}
	}
	rate := figure{name: at + ": req/s to proxy", value: r.ratio(subject, n, sample.rate), show: hundredths}
	p50 := figure{name: at + ": p50 to proxy", value: r.ratio(subject, n, sample.p50), show: hundredths}
	if slices.Contains(maruNames, subject) {
		if n == rateTargetAt {
			rate.target = &rateTarget
		}
		if n == latencyTargetAt {
			p50.target = &latencyTarget
		}
	}
	return []figure{
		rate, p50,
		{name: at + ": host CPU per request", value: r.of(subject, n, sample.hostCPU), show: duration},
	}
}

// startFigures returns the figures of this module's maru that do not depend on load.
func (r *result) startFigures() []figure {
	var ready, cold, before []float64
	for _, u := range r.Starts {
		if u.Maru != "" {
			continue
		}
		ready = append(ready, float64(u.Ready))
		before = append(before, float64(u.Memory))
		for _, d := range u.Cold {
			cold = append(cold, float64(d))
		}
	}
	return []figure{
		{"cold request", spreadOf(cold), duration, &coldTarget},
		{"start-up to the first answer", spreadOf(ready), duration, &startTarget},
		{"host memory at rest, after start-up", spreadOf(before), megabytes, &memoryTarget},
		{"host memory at rest, after all rounds", spreadOf([]float64{float64(r.Memory)}), megabytes, &memoryTarget},
	}
}

// The ways to show a value: 14,400; 0.52; 8.31ms; 17.2 MB.

func whole(v float64) string {
	digits := strconv.FormatFloat(v, 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func hundredths(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

func tenths(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

func megabytes(v float64) string { return tenths(v/(1<<20)) + " MB" }

// duration shows nanoseconds by three digits.
func duration(v float64) string {
	d, unit := time.Duration(v), time.Duration(1)
	for d >= 1000*unit {
		unit *= 10
	}
	return d.Round(unit).String()
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
