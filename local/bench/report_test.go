package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// newResult is a result of three rounds in which maru's requests take about
// slowness times as long as those of the proxy, which slows down itself from
// round to round.
func newResult(slowness float64) *result {
	r := &result{
		Begun: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC), Go: "go1.26.8", System: "linux/amd64", CPUs: 2,
		Rounds: 3, Duration: time.Second, Connections: []int{1, 16}, Memory: 25 << 20,
	}
	r.Subjects = subjectNames
	for round := 1; round <= 3; round++ {
		for _, n := range r.Connections {
			for i, factor := range []float64{0.25, 1, slowness + 0.1*float64(round-2), slowness * 1.1} {
				p50 := time.Duration(float64(100*n*round) * factor * float64(time.Microsecond))
				s := sample{
					Round: round, Subject: r.Subjects[i], Connections: n,
					Requests: n * int(time.Second/p50), Elapsed: time.Second,
					P50: p50, P99: 4 * p50, Max: 20 * p50,
					Host: usage{CPU: time.Second, Switches: 20_000},
				}
				if i > 1 {
					s.Functions = usage{CPU: time.Second / 2, Switches: 30_000}
				}
				r.Samples = append(r.Samples, s)
			}
		}
		r.Starts = append(r.Starts, startUp{
			Round: round, Ready: time.Duration(round) * 20 * time.Millisecond, Memory: int64(10+round) << 20,
			Cold: []time.Duration{5 * time.Millisecond, time.Duration(3+4*round) * time.Millisecond},
		})
	}
	return r
}

func TestReport(t *testing.T) {
	var out bytes.Buffer
	report(&out, newResult(1.6))
	golden(t, "report.txt", out.Bytes())
}

// withOther adds another maru to a result, whose figures are factor times as large.
func withOther(r *result, factor float64) *result {
	r.Other, r.OtherMemory = "/tmp/maru-before", int64(float64(r.Memory)*factor)
	r.Subjects = slices.Concat(r.Subjects, otherNames)
	for _, s := range r.Samples {
		if slices.Contains(maruNames, s.Subject) {
			s.Subject = otherName + "-" + s.Subject
			s.P50, s.Requests = time.Duration(float64(s.P50)*factor), int(float64(s.Requests)*factor)
			r.Samples = append(r.Samples, s)
		}
	}
	for _, u := range r.Starts {
		u.Maru, u.Cold = otherName, slices.Clone(u.Cold)
		u.Ready, u.Memory = time.Duration(float64(u.Ready)*factor), int64(float64(u.Memory)*factor)
		for i := range u.Cold {
			u.Cold[i] = time.Duration(float64(u.Cold[i]) * factor * float64(u.Round))
		}
		r.Starts = append(r.Starts, u)
	}
	return r
}

// Each figure of two marus is held against the other's of the same round; one that
// slows down from round to round, as the machine does, does not change the ratio.
func TestContrasts(t *testing.T) {
	var out bytes.Buffer
	withOther(newResult(1.6), 0.8).contrastTable(&out)
	golden(t, "other.txt", out.Bytes())
}

// The other maru changes nothing in what is said of this one.
func TestOtherIsBeside(t *testing.T) {
	var alone, beside []string
	for _, f := range newResult(1.6).figures() {
		alone = append(alone, f.name+" "+spreadText(f.value, f.show))
	}
	for _, f := range withOther(newResult(1.6), 0.8).figures() {
		if !strings.HasPrefix(f.name, otherName) {
			beside = append(beside, f.name+" "+spreadText(f.value, f.show))
		}
	}
	if diff := cmp.Diff(alone, beside); diff != "" {
		t.Errorf("figures (-alone +beside):\n%s", diff)
	}
}

// Where the system tells nothing of processes, the report says so and has no
// figures of them.
func TestReportWithoutUsage(t *testing.T) {
	r := newResult(1.6)
	r.System, r.Memory = "darwin/arm64", 0
	for i := range r.Samples {
		r.Samples[i].Host, r.Samples[i].Functions = usage{}, usage{}
	}
	for i := range r.Starts {
		r.Starts[i].Memory = 0
	}
	var out bytes.Buffer
	report(&out, r)
	golden(t, "report-other.txt", out.Bytes())
}

func TestCompare(t *testing.T) {
	before, now := newResult(1.6), newResult(1.4)
	before.CPUs, now.Connections = 8, []int{16}
	var out bytes.Buffer
	compare(&out, before, now)
	golden(t, "compare.txt", out.Bytes())
}

func TestTargets(t *testing.T) {
	least, most := target{bound: 0.6, atLeast: true}, target{bound: 1.2}
	for _, tt := range []struct {
		target target
		median float64
		want   bool
	}{{least, 0.59, false}, {least, 0.6, true}, {least, 0.7, true}, {most, 1.1, true}, {most, 1.2, true}, {most, 1.21, false}} {
		if got := tt.target.met(spread{median: tt.median}); got != tt.want {
			t.Errorf("%+v with %v: got %t, want %t", tt.target, tt.median, got, tt.want)
		}
	}
}

func TestValuesShown(t *testing.T) {
	for _, tt := range []struct {
		show  func(float64) string
		value float64
		want  string
	}{
		{whole, 0, "0"}, {whole, 999.4, "999"}, {whole, 1000, "1,000"}, {whole, 14400.2, "14,400"}, {whole, 1234567, "1,234,567"},
		{hundredths, 0.516, "0.52"}, {tenths, 3.14, "3.1"}, {megabytes, 1.5 * (1 << 20), "1.5 MB"},
		{duration, 0, "0s"}, {duration, 870, "870ns"}, {duration, 98_765, "98.8µs"},
		{duration, 8_314_159, "8.31ms"}, {duration, 999_600, "1ms"}, {duration, 1_234_567_890, "1.23s"},
	} {
		if got := tt.show(tt.value); got != tt.want {
			t.Errorf("%v: got %q, want %q", tt.value, got, tt.want)
		}
	}
}

func TestResultFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "folder", "result.json")
	want := newResult(1.6)
	if err := want.write(path); err != nil {
		t.Fatal(err)
	}
	got, err := readResult(path)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, difference (-want +got):\n%s", err, diff)
	}
	if err := os.WriteFile(path, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := readResult(path); err == nil {
		t.Error("got no error of half a file")
	}
}
