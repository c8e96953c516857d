package async

import (
	"cmp"
	"maps"

	"maru/local/internal/lambda"
)

// defaultConcurrency is Config.Concurrency where nobody says.
const defaultConcurrency = 8

// Replace gives the queue other functions, as the template has them now; concurrency
// is as Config.Concurrency. It may be called at any time, and does not wait for events
// in delivery:
//
//   - Of a function that stays, events in delivery go on. What becomes of them and of
//     those that wait is for the new configuration to say; their next attempts are due
//     when they were.
//   - A function that is new gets at once what waits for it.
//   - A function that is gone gets no more, and Enqueue refuses it. Attempts that are
//     under way come to an end and are settled; an event that is refused meanwhile
//     stays as it was. What is left waits until the function is there again.
//
// Attempts are made by Start's Run, which has to know a new function before Replace
// is called.
func (q *Queue) Replace(functions []*lambda.Function, concurrency int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	gone := maps.Clone(q.leaving)
	maps.Copy(gone, q.lines)
	q.lines = make(map[string]*line, len(functions))
	for _, f := range functions {
		l := gone[f.LogicalID]
		if l == nil {
			l = newLine(q, f.LogicalID)
		}
		delete(gone, f.LogicalID)
		l.configure(f, cmp.Or(concurrency, defaultConcurrency))
		q.lines[f.LogicalID] = l
	}
	for _, l := range gone {
		if l.end != nil {
			l.end()
			l.end = nil
		}
	}
	maps.DeleteFunc(gone, func(_ string, l *line) bool { return l.isIdle() })
	q.leaving = gone
	q.begin()
}

// begin lets all lines be served that are not yet, once that was begun and until it is
// stopped. Who calls it holds mu.
func (q *Queue) begin() {
	if q.run == nil || q.stopping.Err() != nil {
		return
	}
	for _, l := range q.lines {
		if l.end == nil {
			l.begin()
		}
	}
}

// line returns a function's line; nil where the queue does not have the function.
func (q *Queue) line(function string) *line {
	q.mu.RLock()
	defer q.mu.RUnlock()
	return q.lines[function]
}

// rouse lets a function's line look into the store again, if the queue has the
// function.
func (q *Queue) rouse(function string) {
	if l := q.line(function); l != nil {
		l.rouse()
	}
}
