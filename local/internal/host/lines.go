package host

import (
	"io"
	"log/slog"
	"sync"
	"time"
)

// lineWriter passes writes on to a slower writer, many at a time and a moment
// later, so that logging neither holds up a request nor wakes a thread for it.
// Each Write is kept whole, and their order.
type lineWriter struct {
	w       io.Writer
	writing sync.Mutex // held while w is written to

	mu    sync.Mutex // guards the fields below
	buf   []byte
	flush *time.Timer // runs Flush; nil where nothing waits
}

// maxPending is how many bytes may wait to be written; who writes more has to
// write them out.
const maxPending = 1 << 20

// flushDelay is how long a line may wait.
const flushDelay = 5 * time.Millisecond

func newLineWriter(w io.Writer) *lineWriter { return &lineWriter{w: w} }

// Write takes p. It never fails: an error of the writer behind cannot be told
// to whoever logged.
func (l *lineWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	l.buf = append(l.buf, p...)
	full := len(l.buf) > maxPending
	if l.flush == nil {
		l.flush = time.AfterFunc(flushDelay, l.Flush)
	}
	l.mu.Unlock()
	if full {
		l.Flush()
	}
	return len(p), nil
}

// Flush writes what waits.
func (l *lineWriter) Flush() {
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	waiting := l.buf
	l.buf = nil
	if l.flush != nil {
		l.flush.Stop()
		l.flush = nil
	}
	l.mu.Unlock()
	if len(waiting) > 0 {
		_, _ = l.w.Write(waiting)
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
