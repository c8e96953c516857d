package lambda

import (
	"bytes"
	"sync"
)

// tailSize is how much of a log Invoke returns, in bytes (Invoke, LogResult).
const tailSize = 4 << 10

// tail keeps the end of an invocation's log, as lines without the name that they
// have in the journal. A nil tail keeps nothing.
type tail struct {
	mu sync.Mutex // guards b
	b  []byte
}

// add keeps a line, given without its end.
func (t *tail) add(line string) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(append(t.b, line...), '\n')
	if over := len(t.b) - tailSize; over > 0 {
		t.b = append(t.b[:0], t.b[over:]...)
	}
}

// bytes returns what is kept. It is the caller's.
func (t *tail) bytes() []byte {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.b)
}
