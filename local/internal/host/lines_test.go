package host

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Lines come out whole, in order, and at the latest after flushDelay.
func TestLineWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		l := newLineWriter(&out)
		written := func() string {
			l.writing.Lock()
			defer l.writing.Unlock()
			return out.String()
		}
		fmt.Fprintln(l, "one")
		fmt.Fprintln(l, "two")
		if got := written(); got != "" {
			t.Errorf("got %q at once, want nothing yet", got)
		}
		<-time.After(flushDelay)
		synctest.Wait()
		if got, want := written(), "one\ntwo\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		fmt.Fprintln(l, "three")
		l.Flush()
		if got, want := written(), "one\ntwo\nthree\n"; got != want {
			t.Errorf("got %q after Flush, want %q", got, want)
		}
	})
}

func TestLineWriterIsBounded(t *testing.T) {
	var out bytes.Buffer
	l := newLineWriter(&out)
	line := strings.Repeat("x", maxPending/4) + "\n"
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 4 {
				fmt.Fprint(l, line)
			}
		})
	}
	all.Wait()
	l.Flush()
	if got, want := out.String(), strings.Repeat(line, 16); got != want {
		t.Errorf("got %d bytes, want %d", len(got), len(want))
	}
}
