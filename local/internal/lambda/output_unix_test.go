//go:build unix

package lambda

import (
	"os"
	"strings"
	"testing"
)

// What is read after the pipe was closed is not what another file has, which has
// got the pipe's number.
func TestFlushAfterClose(t *testing.T) {
	var log strings.Builder
	r, w := newPipe(t)
	o, err := newOutput(&Function{LogicalID: "Fn"}, r, &journal{w: &log})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.WriteString("printed\nand more"); err != nil {
		t.Fatal(err)
	}
	o.flush()
	w.Close()
	o.close()
	_, other := newPipe(t)
	if _, err := other.WriteString("another's\n"); err != nil {
		t.Fatal(err)
	}
	o.flush()
	if got, want := log.String(), "Fn | printed\nFn | and more\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func newPipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}
