package async

import "maru/local/internal/lambda"

// settle puts an event off to its next attempt, or removes it and passes on what
// came of it.
func (l *line) settle(e *event, o outcome) error {
	log := l.queue.log.With("function", e.Function, "request_id", e.ID, "attempts", e.Attempts)
	f := l.current()
	config := f.EventInvokeConfig(e.Qualifier)
	condition, wait := l.decide(e, o, config)
	switch condition {
	case "":
		log.Info("asynchronous invocation tried again later", "wait", wait, "reason", o.reason())
		return l.queue.store.change(e, e.again(wait))
	case succeeded:
		return l.queue.pass(e, config.OnSuccess, newRecord(f.ARN, e, o, condition))
	}
	log.Warn("asynchronous invocation given up", "condition", condition, "reason", o.reason())
	if queue := f.DeadLetterQueue; queue.ARN != "" {
		if err := l.queue.messages.append(deadLetter(e, o, queue.ARN)); err != nil {
			return err
		}
	}
	return l.queue.pass(e, config.OnFailure, newRecord(f.ARN, e, o, condition))
}

// pass removes an event for good and sends its record where the function wants
// it: to another function, or to a service that is not here.
func (q *Queue) pass(e *event, to lambda.Destination, r record) error {
	switch {
	case to.ARN == "":
		return q.store.change(e)
	case to.Function == "":
		if err := q.messages.append(r.message(e, to.ARN)); err != nil {
			return err
		}
		return q.store.change(e)
	}
	payload := r.encode()
	if len(payload) > maxEvent {
		q.log.Error("record too large for its destination", "function", e.Function, "request_id", e.ID, "destination", to.Function)
		return q.store.change(e)
	}
	if err := q.store.change(e, newEvent(q.ids, to.Function, payload)); err != nil {
		return err
	}
	q.rouse(to.Function)
	return nil
}
