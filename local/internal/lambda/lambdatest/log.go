package lambdatest

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// Log is what a Lambda logs. It may be read while it is written.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write adds to the log.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String returns what has been logged so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Count returns how often the log holds a text.
func (l *Log) Count(text string) int { return strings.Count(l.String(), text) }

// WaitFor waits until the log holds a text n times. The test fails where that is
// not so within 20 seconds.
func (l *Log) WaitFor(t testing.TB, text string, n int) {
	t.Helper()
	if !Eventually(func() bool { return l.Count(text) >= n }) {
		t.Fatalf("%q is not there %d times in\n%s", text, n, l)
	}
}

// Eventually waits until a condition holds that nobody tells of, such as the end of
// a process that is no child of this one. It returns false after 20 seconds.
func Eventually(condition func() bool) bool {
	tick, timeout := time.NewTicker(time.Millisecond), time.After(20*time.Second)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-timeout:
			return false
		}
	}
	return true
}

var (
	timestamp = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`)
	figure    = regexp.MustCompile(`(Duration|Max Memory Used): [\d.]+ (ms|MB)\t`)
)

// Normalize returns a log with what differs from run to run made equal: times are
// TIME, the figures of REPORT are N, and the ID of this request is ID.
func Normalize(log, requestID string) string {
	log = timestamp.ReplaceAllString(log, "TIME")
	log = figure.ReplaceAllString(log, "$1: N $2\t")
	return strings.ReplaceAll(log, requestID, "ID")
}
