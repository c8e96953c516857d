package async

import (
	"context"
	"sync"
	"time"

	"maru/local/internal/lambda"
)

// line delivers the events of one function.
type line struct {
	queue    *Queue
	function *lambda.Function
	// slots has an element for each event in delivery.
	slots chan struct{}
	// wake has an element when the store may have an event that is due earlier.
	wake chan struct{}

	mu      sync.Mutex      // guards the field below
	claimed map[string]bool // by ID, the events in delivery
}

func newLine(q *Queue, f *lambda.Function, concurrency int) *line {
	if f.ReservedConcurrency != nil {
		// With none, events are taken up to be refused.
		concurrency = max(1, min(concurrency, *f.ReservedConcurrency))
	}
	return &line{
		queue: q, function: f,
		slots: make(chan struct{}, concurrency), wake: make(chan struct{}, 1), claimed: map[string]bool{},
	}
}

// rouse lets the line look into the store again.
func (l *line) rouse() {
	select {
	case l.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// serve delivers events as they fall due, until the queue is stopped and those
// in delivery have come to an end.
func (l *line) serve() {
	ctx, stop := context.WithCancel(l.queue.stopping)
	defer stop()
	var delivering sync.WaitGroup
	defer delivering.Wait()
	for {
		select {
		case l.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		e := l.next(ctx)
		if e == nil {
			return
		}
		delivering.Go(func() {
			defer func() { <-l.slots }()
			if !l.deliver(e) {
				stop()
			}
		})
	}
}

// next waits for an event that is due and claims it; nil when ctx is done.
func (l *line) next(ctx context.Context) *event {
	for ctx.Err() == nil {
		e, id, err := l.queue.store.first(l.function.LogicalID, l.isClaimed)
		if err != nil {
			// Left where it is; without the claim it would be read for ever.
			l.queue.log.Error("queued event cannot be read", "function", l.function.LogicalID, "request_id", id, "error", err)
			l.claim(id)
			continue
		}
		var due <-chan time.Time
		if e != nil {
			wait := time.Until(e.Due)
			if wait <= 0 || wait > l.queue.scaled(longestWait) { // where the clock was set back since
				l.claim(e.ID)
				return e
			}
			due = time.After(wait)
		}
		select {
		case <-due:
		case <-l.wake:
		case <-ctx.Done():
		}
	}
	return nil
}

// deliver makes an attempt and settles what came of it. It reports whether that can
// be done with other events, too: not on a full disk, where each would be attempted
// and none forgotten. They are left to the next start.
func (l *line) deliver(e *event) (settled bool) {
	o := l.attempt(e)
	if l.queue.stopping.Err() != nil && !o.succeeded() {
		return false
	}
	if err := l.settle(e, o); err != nil {
		l.queue.log.Error("asynchronous invocations of the function stop: one could not be settled",
			"function", e.Function, "request_id", e.ID, "error", err)
		return false
	}
	l.mu.Lock()
	delete(l.claimed, e.ID)
	l.mu.Unlock()
	l.rouse()
	return true
}

func (l *line) claim(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.claimed[id] = true
}

func (l *line) isClaimed(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.claimed[id]
}
