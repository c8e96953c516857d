package lambda

import (
	"bytes"
	"regexp"
	"testing"
	"time"
)

// TestInitTimeout (D.14): an init phase has a limit, which is 10 seconds where
// nobody has asked for less.
func TestInitTimeout(t *testing.T) {
	var log bytes.Buffer
	f := &Function{
		LogicalID: "Fn", Name: "fn", Runtime: "provided.al2023", Dir: t.TempDir(),
		Command: []string{"/bin/sh", "-c", "exec sleep 60"}, Timeout: time.Second, MemorySize: 128,
	}
	l := New(Config{Functions: []*Function{f}, Output: &log})
	defer l.Close(t.Context())
	i, err := l.invocation(&Request{Function: "fn"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.acquire(t.Context(), i); err != nil {
		t.Fatal(err)
	}
	e, failed := l.init(i, initPhase{"init", 50 * time.Millisecond})
	l.pool.discard(f, e)
	if failed == nil || !failed.timedOut {
		t.Errorf("got %+v, want a timeout", failed)
	}
	if report := regexp.MustCompile(`(?m)^Fn INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init\tStatus: timeout$`); !report.Match(log.Bytes()) {
		t.Errorf("got the log\n%s", &log)
	}
}
