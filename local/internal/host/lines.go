package host

import (
	"io"
	"log/slog"
	"sync"
)

// lineWriter passes writes on to a slower writer from a goroutine of its own,
// many at a time when they come fast, so that what is logged does not hold up a
// request. Each Write is kept whole.
type lineWriter struct {
	w    io.Writer
	mu   sync.Mutex // guards the fields below
	cond *sync.Cond
	buf  []byte
	shut bool
	done chan struct{}
}

// maxPending is how many bytes may wait to be written; over it, writers wait.
const maxPending = 1 << 20

func newLineWriter(w io.Writer) *lineWriter {
	l := &lineWriter{w: w, done: make(chan struct{})}
	l.cond = sync.NewCond(&l.mu)
	go l.run()
	return l
}

// Write takes p. It never fails: an error of the writer behind cannot be told
// to whoever logged.
func (l *lineWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.buf) > maxPending && !l.shut {
		l.cond.Wait()
	}
	if l.shut {
		return l.w.Write(p)
	}
	l.buf = append(l.buf, p...)
	if len(l.buf) == len(p) {
		l.cond.Broadcast()
	}
	return len(p), nil
}

// Close writes what is left; later writes go straight through. It may be called
// twice.
func (l *lineWriter) Close() {
	l.mu.Lock()
	l.shut = true
	l.cond.Broadcast()
	l.mu.Unlock()
	<-l.done
}

func (l *lineWriter) run() {
	defer close(l.done)
	var writing []byte
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		for len(l.buf) == 0 && !l.shut {
			l.cond.Wait()
		}
		if len(l.buf) == 0 {
			return
		}
		writing, l.buf = l.buf, writing[:0]
		l.mu.Unlock()
		_, _ = l.w.Write(writing)
		l.mu.Lock()
		l.cond.Broadcast()
	}
}

// brief shortens what slog writes for a terminal: the time of day alone, since
// such a log is read today, and durations to three digits or so.
func brief(groups []string, a slog.Attr) slog.Attr {
	switch {
	case len(groups) > 0:
	case a.Key == slog.TimeKey:
		return slog.String(slog.TimeKey, a.Value.Time().Format("15:04:05.000"))
	case a.Value.Kind() == slog.KindDuration:
		return slog.Duration(a.Key, round(a.Value.Duration()))
	}
	return a
}
