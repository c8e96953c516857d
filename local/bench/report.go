package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// report writes a result for a reader. What it cannot write is lost.
func report(w io.Writer, r *result) {
	fmt.Fprintf(w, "%s of %s, %s %s, %s, begun %s\n",
		count(r.Rounds, "round"), r.Duration, r.Go, r.System, count(r.CPUs, "CPU"), r.Begun.Format("2006-01-02 15:04"))
	r.table(w, "requests per second: median of all rounds (least–most)", func(subject string, n int) string {
		return spreadText(r.of(subject, n, sample.rate), whole)
	})
	r.table(w, "requests per second to those of the proxy in the same round", func(subject string, n int) string {
		return spreadText(r.ratio(subject, n, sample.rate), hundredths)
	})
	r.table(w, "latency: p50, p99", func(subject string, n int) string {
		return duration(r.of(subject, n, sample.p50).median) + ", " + duration(r.of(subject, n, sample.p99).median)
	})
	r.table(w, "p50 to that of the proxy in the same round", func(subject string, n int) string {
		return spreadText(r.ratio(subject, n, sample.p50), hundredths)
	})
	r.usageTables(w)
	r.targetTable(w)
	r.contrastTable(w)
}

// table writes a line for each number of connections with a cell for each
// subject.
func (r *result) table(w io.Writer, title string, cell func(subject string, connections int) string) {
	fmt.Fprintf(w, "\n%s\n", title)
	t := newTable(w)
	defer t.Flush()
	row(t, append([]string{"connections"}, r.Subjects...)...)
	for _, n := range r.Connections {
		cells := []string{fmt.Sprint(n)}
		for _, s := range r.Subjects {
			cells = append(cells, cell(s, n))
		}
		row(t, cells...)
	}
}

// usageTables write what requests cost the subject's process and, after a plus
// sign, its children, which are the functions.
func (r *result) usageTables(w io.Writer) {
	if !r.knowsUsage() {
		fmt.Fprintf(w, "\nCPU per request, context switches and memory are not known on %s\n", r.System)
		return
	}
	both := func(own, children func(sample) float64, show func(float64) string) func(string, int) string {
		return func(subject string, n int) string {
			o, c := r.of(subject, n, own).median, r.of(subject, n, children).median
			switch {
			case o == 0:
				return "-"
			case c == 0:
				return show(o)
			}
			return show(o) + " + " + show(c)
		}
	}
	r.table(w, "CPU per request: host + functions", both(sample.hostCPU, sample.functionCPU, duration))
	r.table(w, "context switches per request: host + functions", both(sample.hostSwitches, sample.functionSwitches, tenths))
}

// targetTable writes the figures that have a target.
func (r *result) targetTable(w io.Writer) {
	fmt.Fprintf(w, "\ntargets\n")
	t := newTable(w)
	defer t.Flush()
	for _, f := range r.figures() {
		if f.target == nil {
			continue
		}
		result := "missed"
		if f.target.met(f.value) {
			result = "met"
		}
		row(t, f.name, spreadText(f.value, f.show), f.targetText(), result)
	}
}

// contrastTable writes this module's maru beside the other one, where there was one.
func (r *result) contrastTable(w io.Writer) {
	if r.Other == "" {
		return
	}
	fmt.Fprintf(w, "\nthis maru beside %s: medians of all rounds, and the ratio of this to the other in the same round (least–most)\n", r.Other)
	t := newTable(w)
	defer t.Flush()
	row(t, "", "this", "other", "ratio")
	for _, c := range r.contrasts() {
		row(t, c.name, c.show(c.this.median), c.show(c.other.median), spreadText(c.ratio, hundredths))
	}
}

// compare writes how the figures that two results share have changed.
func compare(w io.Writer, before, now *result) {
	fmt.Fprintf(w, "\nchange since %s\n", before.Begun.Format("2006-01-02 15:04"))
	if before.System != now.System || before.CPUs != now.CPUs {
		fmt.Fprintf(w, "  that was another machine: %s, %s\n", before.System, count(before.CPUs, "CPU"))
	}
	earlier := map[string]figure{}
	for _, f := range before.figures() {
		earlier[f.name] = f
	}
	t := newTable(w)
	defer t.Flush()
	for _, f := range now.figures() {
		old, ok := earlier[f.name]
		if !ok {
			continue
		}
		change := fmt.Sprintf("%+.0f %%", 100*(f.value.median/old.value.median-1))
		if f.value.overlaps(old.value) {
			change += ", within the spread"
		}
		row(t, f.name, f.show(old.value.median), f.show(f.value.median), change)
	}
}

func newTable(w io.Writer) *tabwriter.Writer {
	return tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
}

func row(t *tabwriter.Writer, cells ...string) {
	fmt.Fprintf(t, "  %s\n", strings.Join(cells, "\t"))
}

// spreadText shows a median and, where that can be seen, how far the values lie
// apart.
func spreadText(s spread, show func(float64) string) string {
	if s == (spread{}) {
		return "-"
	}
	median, least, most := show(s.median), show(s.least), show(s.most)
	if least == most {
		return median
	}
	return fmt.Sprintf("%s (%s–%s)", median, least, most)
}
