package main

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

const (
	passes = "=== RUN   TestA\r\n--- PASS: TestA (0.00s)\r\nPASS\r\ncgrouptest: a: ok\r\n"
	fails  = "--- PASS: TestA (0.00s)\r\n--- FAIL: TestB (0.00s)\r\nFAIL\r\ncgrouptest: b: exit status 1\r\n"
	skips  = "--- PASS: TestA (0.00s)\r\n    --- SKIP: TestB/c (0.00s)\r\nPASS\r\ncgrouptest: b: ok\r\n"
	none   = "testing: warning: no tests to run\r\nPASS\r\ncgrouptest: b: ok\r\n"
)

func TestVerdict(t *testing.T) {
	for _, test := range []struct{ name, console, want string }{
		{"all pass", passes + strings.ReplaceAll(passes, ": a:", ": b:"), "<nil>"},
		{"one fails", passes + fails, "testing x/b: exit status 1"},
		{"one is skipped", passes + skips, "a test was skipped: --- SKIP: TestB/c (0.00s)"},
		{"no tests", passes + none, "testing x/b: no test has passed"},
		{"the machine ends", passes, "testing x/b: it was not run to its end"},
		{"the machine is not fit", "cgrouptest: mounting /dev: no such device\r\n",
			"testing x/a: it was not run to its end\ntesting x/b: it was not run to its end"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var v tally
			_, _ = io.WriteString(&v, test.console)
			if got := fmt.Sprint(v.err(subjects([]string{"x/a", "x/b=B"}))); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
