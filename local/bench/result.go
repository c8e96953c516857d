package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// result is everything that a run of the harness measured, as its JSON file
// keeps it. What a figure is made of is kept, not the figure, so that a later
// version can compare with it.
type result struct {
	Begun       time.Time     `json:"begun"`
	Go          string        `json:"go"`
	System      string        `json:"system"` // GOOS/GOARCH
	CPUs        int           `json:"cpus"`
	Rounds      int           `json:"rounds"`
	Duration    time.Duration `json:"duration_ns"` // of each sample
	Connections []int         `json:"connections"`
	Subjects    []string      `json:"subjects"`
	Samples     []sample      `json:"samples"`
	Starts      []startUp     `json:"starts"`
	// Memory is that of the host at rest after all rounds, in bytes; 0 is unknown.
	Memory int64 `json:"memory,omitempty"`
	// Other is the other maru's program, empty for none, and OtherMemory is its Memory.
	Other       string `json:"other,omitempty"`
	OtherMemory int64  `json:"other_memory,omitempty"`
}

// sample is one measurement: one subject at one number of connections in one
// round.
type sample struct {
	Round       int           `json:"round"`
	Subject     string        `json:"subject"`
	Connections int           `json:"connections"`
	Requests    int           `json:"requests"`
	Elapsed     time.Duration `json:"elapsed_ns"`
	P50         time.Duration `json:"p50_ns"`
	P99         time.Duration `json:"p99_ns"`
	Max         time.Duration `json:"max_ns"`
	Host        usage         `json:"host,omitzero"`      // of the subject's process
	Functions   usage         `json:"functions,omitzero"` // of its children
}

// The quantities of a sample that figures are made of.
func (s sample) rate() float64         { return float64(s.Requests) / s.Elapsed.Seconds() }
func (s sample) p50() float64          { return float64(s.P50) }
func (s sample) p99() float64          { return float64(s.P99) }
func (s sample) hostCPU() float64      { return float64(s.Host.CPU) / float64(s.Requests) }
func (s sample) functionCPU() float64  { return float64(s.Functions.CPU) / float64(s.Requests) }
func (s sample) hostSwitches() float64 { return float64(s.Host.Switches) / float64(s.Requests) }
func (s sample) functionSwitches() float64 {
	return float64(s.Functions.Switches) / float64(s.Requests)
}

// byRound is what was measured in each round.
type byRound map[int]float64

func (v byRound) spread() spread { return spreadOf(slices.Collect(maps.Values(v))) }

// to divides by what was measured of something else in the same round, so that what
// slows the whole machine for a while has little part in it.
func (v byRound) to(base byRound) spread {
	var ratios []float64
	for round, value := range v {
		if base[round] > 0 {
			ratios = append(ratios, value/base[round])
		}
	}
	return spreadOf(ratios)
}

// samplesOf returns a quantity of a subject in each round.
func (r *result) samplesOf(subject string, connections int, quantity func(sample) float64) byRound {
	values := byRound{}
	for _, s := range r.Samples {
		if s.Subject == subject && s.Connections == connections {
			values[s.Round] = quantity(s)
		}
	}
	return values
}

// of returns the spread of a quantity of a subject over all rounds.
func (r *result) of(subject string, connections int, quantity func(sample) float64) spread {
	return r.samplesOf(subject, connections, quantity).spread()
}

// ratio returns a quantity of a subject divided by the proxy's of the same round.
func (r *result) ratio(subject string, connections int, quantity func(sample) float64) spread {
	return r.samplesOf(subject, connections, quantity).to(r.samplesOf(proxyName, connections, quantity))
}

// knowsUsage reports whether the system told what processes used.
func (r *result) knowsUsage() bool {
	return slices.ContainsFunc(r.Samples, func(s sample) bool { return s.Host.CPU > 0 })
}

// write keeps the result in a file.
func (r *result) write(path string) error {
	raw, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return writeFile(path, append(raw, '\n'))
}

// readResult reads what write wrote.
func readResult(path string) (*result, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading an earlier result: %w", err)
	}
	r := new(result)
	if err := json.Unmarshal(raw, r); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return r, nil
}

// writeFile writes a file and makes its folder.
func writeFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}
