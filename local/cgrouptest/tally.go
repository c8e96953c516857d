package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// tally reads a machine's console. The zero tally has read nothing.
type tally struct {
	console bytes.Buffer
}

// Write takes what the console prints.
func (v *tally) Write(p []byte) (int, error) { return v.console.Write(p) }

// err says which subjects did not pass: tests that failed, that were skipped, that
// were not there, or a machine that ended before.
func (v *tally) err(all []subject) error {
	var errs []error
	passed, outcomes := 0, map[string]string{}
	for line := range strings.Lines(v.console.String()) {
		line = strings.TrimSpace(line) // the console ends lines by \r\n, and subtests are indented
		switch {
		case strings.HasPrefix(line, "--- PASS"):
			passed++
		case strings.HasPrefix(line, "--- SKIP"):
			errs = append(errs, fmt.Errorf("a test was skipped: %s", line))
		case strings.HasPrefix(line, "cgrouptest: "):
			name, outcome, _ := strings.Cut(strings.TrimPrefix(line, "cgrouptest: "), ": ")
			if outcomes[name] = outcome; passed == 0 {
				outcomes[name] = "no test has passed"
			}
			passed = 0
		}
	}
	for _, s := range all {
		if outcome, ok := outcomes[s.name()]; !ok {
			errs = append(errs, fmt.Errorf("testing %s: it was not run to its end", s.path))
		} else if outcome != "ok" {
			errs = append(errs, fmt.Errorf("testing %s: %s", s.path, outcome))
		}
	}
	return errors.Join(errs...)
}
