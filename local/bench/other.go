package main

import "fmt"

// contrast is a figure of this module's maru beside that of the other one, and the
// ratio of the first to the second in each round.
type contrast struct {
	name               string
	this, other, ratio spread
	show               func(float64) string
}

// contrasts returns the figures that two marus are told apart by: those that targets
// are set for. What was not measured of both is not among them.
func (r *result) contrasts() []contrast {
	var all []contrast
	add := func(name string, this, other byRound, show func(float64) string) {
		if ratio := this.to(other); ratio != (spread{}) {
			all = append(all, contrast{name, this.spread(), other.spread(), ratio, show})
		}
	}
	load := func(name string, n int, quantity func(sample) float64, show func(float64) string) {
		for i, subject := range maruNames {
			title := fmt.Sprintf("%s at %s: %s", subject, count(n, "connection"), name)
			add(title, r.samplesOf(subject, n, quantity), r.samplesOf(otherNames[i], n, quantity), show)
		}
	}
	start := func(name string, quantity func(startUp) float64, show func(float64) string) {
		add(name, r.startsOf("", quantity), r.startsOf(otherName, quantity), show)
	}
	load("p50", latencyTargetAt, sample.p50, duration)
	load("req/s", rateTargetAt, sample.rate, whole)
	start("cold request, median of a start", startUp.cold, duration)
	start("start-up to the first answer", startUp.ready, duration)
	start("host memory at rest, after start-up", startUp.memory, megabytes)
	add("host memory at rest, after all rounds", byRound{0: float64(r.Memory)}, byRound{0: float64(r.OtherMemory)}, megabytes)
	return all
}

// The quantities of a start that contrasts are made of.
func (u startUp) ready() float64  { return float64(u.Ready) }
func (u startUp) memory() float64 { return float64(u.Memory) }
func (u startUp) cold() float64 {
	var all []float64
	for _, d := range u.Cold {
		all = append(all, float64(d))
	}
	return spreadOf(all).median
}

// startsOf returns a quantity of a maru's start in each round.
func (r *result) startsOf(maru string, quantity func(startUp) float64) byRound {
	values := byRound{}
	for _, u := range r.Starts {
		if u.Maru == maru {
			values[u.Round] = quantity(u)
		}
	}
	return values
}
