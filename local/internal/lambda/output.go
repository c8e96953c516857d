package lambda

import (
	"bytes"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// output copies what one environment prints into the journal.
type output struct {
	f       *Function
	journal *journal
	r       *os.File
	pipe    pipe          // r, as this system reads it
	done    chan struct{} // closed when nothing more can come
	closing atomic.Bool   // what still comes is dropped

	mu      sync.Mutex // guards the fields below
	buf     [8 << 10]byte
	partial []byte // a line whose end has not come yet
	tail    *tail  // of the invocation that runs; nil where nobody asked for it
}

// maxLine is where a line without end is broken, in bytes: the longest event
// that CloudWatch Logs took for most of its life.
const maxLine = 256 << 10

func newOutput(f *Function, r *os.File, j *journal) (*output, error) {
	o := &output{f: f, journal: j, r: r, done: make(chan struct{})}
	if err := o.open(); err != nil {
		return nil, err
	}
	go func() {
		defer close(o.done)
		o.copyAll()
		o.endLine()
	}()
	return o, nil
}

// write splits p into lines; the caller holds mu.
func (o *output) write(p []byte) {
	for {
		line, rest, found := bytes.Cut(p, []byte("\n"))
		if !found {
			break
		}
		o.partial = append(o.partial, line...)
		o.writeLine(bytes.TrimSuffix(o.partial, []byte("\r")))
		p = rest
	}
	if o.partial = append(o.partial, p...); len(o.partial) > maxLine {
		o.writeLine(o.partial)
	}
}

// writeLine writes a line that is, or is part of, partial; the caller holds mu.
func (o *output) writeLine(line []byte) {
	if !o.f.filters(line) {
		if o.tail != nil {
			o.tail.add(string(line))
		}
		o.journal.function(o.f, line)
	}
	o.partial = o.partial[:0]
}

// begin makes the tail that of the invocation that runs from now on; nil for none.
func (o *output) begin(t *tail) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tail = t
}

func (o *output) endLine() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.partial) > 0 {
		o.writeLine(o.partial)
	}
}

// close waits for the end of the output. A process that left its group may hold
// the pipe open for ever; it is given a second.
func (o *output) close() {
	select {
	case <-o.done:
	case <-time.After(time.Second):
		o.mu.Lock()
		o.closing.Store(true)
		o.mu.Unlock()
	}
	o.r.Close() // which ends copyAll, if that has not ended
	<-o.done
}
