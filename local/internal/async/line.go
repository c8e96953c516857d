package async

import (
	"context"
	"sync"
	"time"

	"maru/local/internal/lambda"
)

// line delivers the events of one function, whatever its configuration is.
type line struct {
	queue    *Queue
	function string // its logical ID
	// wake has an element when there may be more to deliver: an event that is due
	// earlier, or room for one.
	wake chan struct{}
	// end ends serve and waits for it; nil where it does not run. Queue.mu guards it.
	end func()

	mu            sync.Mutex       // guards the fields below
	configuration *lambda.Function // the last one, where the function is gone
	concurrency   int              // how many events may be in delivery
	begun         time.Time        // when serve began
	delivering    int
	claimed       map[string]bool // by ID, the events in delivery, and those that are not to be
}

func newLine(q *Queue, function string) *line {
	return &line{queue: q, function: function, wake: make(chan struct{}, 1), claimed: map[string]bool{}}
}

// configure tells how the function is invoked from now on, and what becomes of its
// events, also of those in delivery.
func (l *line) configure(f *lambda.Function, concurrency int) {
	if f.ReservedConcurrency != nil {
		// With none, events are taken up to be refused.
		concurrency = max(1, min(concurrency, *f.ReservedConcurrency))
	}
	l.mu.Lock()
	l.configuration, l.concurrency = f, concurrency
	l.mu.Unlock()
	l.rouse()
}

// rouse lets the line look into the store again.
func (l *line) rouse() {
	select {
	case l.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// begin lets serve run.
func (l *line) begin() {
	l.mu.Lock()
	l.begun = time.Now()
	l.mu.Unlock()
	ctx, stop := context.WithCancel(l.queue.stopping)
	ended := make(chan struct{})
	l.end = func() {
		stop()
		<-ended
	}
	l.queue.serving.Go(func() {
		defer close(ended)
		l.serve(ctx, stop)
	})
}

// serve delivers events as they fall due, until ctx is done. Those in delivery then
// come to an end by themselves.
func (l *line) serve(ctx context.Context, stop func()) {
	for ctx.Err() == nil {
		e, due := l.next(ctx)
		if e != nil {
			l.queue.serving.Go(func() { l.deliver(e, stop) })
			continue
		}
		select {
		case <-due:
		case <-l.wake:
		case <-ctx.Done():
		}
	}
}

// next claims an event that is due. Where there is none, or no room for it, due tells
// when to look again, if the line is not roused before.
func (l *line) next(ctx context.Context) (e *event, due <-chan time.Time) {
	if !l.hasRoom() || ctx.Err() != nil { // in this order, see deliver
		return nil, nil
	}
	e, id, err := l.queue.store.first(l.function, l.isClaimed)
	switch {
	case err != nil:
		// Left where it is; without the claim it would be read for ever.
		l.queue.log.Error("queued event cannot be read", "function", l.function, "request_id", id, "error", err)
		l.forgo(id)
		l.rouse()
		return nil, nil
	case e == nil:
		return nil, nil
	}
	wait := time.Until(e.Due)
	if wait > 0 && wait <= l.queue.scaled(longestWait) { // longer where the clock was set back since
		return nil, time.After(wait)
	}
	l.take(e)
	return e, nil
}

// deliver makes an attempt and settles what came of it. Where that cannot be done it
// calls stop: on a full disk, each event would be attempted and none forgotten. They
// are left to the next start.
func (l *line) deliver(e *event, stop func()) {
	settled := l.conclude(e, l.attempt(e))
	if !settled {
		stop() // before there is room for another
	}
	l.mu.Lock()
	l.delivering--
	if settled {
		delete(l.claimed, e.ID)
	}
	l.mu.Unlock()
	l.rouse()
}

// conclude settles what came of an attempt, or leaves the event as it was before. It
// reports whether the same can be done with other events.
func (l *line) conclude(e *event, o outcome) (settled bool) {
	switch {
	case l.queue.stopping.Err() != nil && !o.succeeded():
		return false
	case o.refusal != nil && l.isGone(): // maybe for this reason
		return true
	}
	err := l.settle(e, o)
	if err != nil {
		l.queue.log.Error("asynchronous invocations of the function stop: one could not be settled",
			"function", e.Function, "request_id", e.ID, "error", err)
	}
	return err == nil
}

// isGone reports whether the queue does not have the function any more.
func (l *line) isGone() bool { return l.queue.line(l.function) != l }

// current is the function's configuration.
func (l *line) current() *lambda.Function {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.configuration
}

// age is how old an event is. One that had no attempt yet may have waited for a host
// to be started, or for its function to be there, which is not held against it.
func (l *line) age(e *event) time.Duration {
	age := time.Since(e.Accepted)
	if e.Attempts == 0 {
		l.mu.Lock()
		defer l.mu.Unlock()
		age = min(age, time.Since(l.begun))
	}
	return age
}

func (l *line) hasRoom() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.delivering < l.concurrency
}

func (l *line) isIdle() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.delivering == 0
}

// take puts an event into delivery.
func (l *line) take(e *event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.claimed[e.ID] = true
	l.delivering++
}

// forgo keeps an event from delivery.
func (l *line) forgo(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.claimed[id] = true
}

func (l *line) isClaimed(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.claimed[id]
}
