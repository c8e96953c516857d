package lambda

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Config is what New needs.
type Config struct {
	Functions []*Function
	// Log gets what happens to environments; nil discards it.
	Log *slog.Logger
	// Output gets the functions' log as whole lines: START, END and REPORT, and
	// what the functions print; nil discards it.
	Output io.Writer
	// MaxEnvironments is how many may run at once, of all functions together;
	// over it, invocations wait in line. Zero means 100.
	MaxEnvironments int
	// IdleTimeout is how long an unused environment is kept; zero means 10
	// minutes.
	IdleTimeout time.Duration
}

// Lambda runs functions. Its methods may be called from several goroutines.
type Lambda struct {
	functions []*Function
	directory directory
	log       *slog.Logger
	journal   *journal
	pool      *pool
	// background holds the invocations whose callers are gone.
	background sync.WaitGroup
}

// New returns a Lambda with no environment running yet. It must be closed.
func New(c Config) *Lambda {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Output == nil {
		c.Output = io.Discard
	}
	if c.MaxEnvironments == 0 {
		c.MaxEnvironments = 100
	}
	if c.IdleTimeout == 0 {
		c.IdleTimeout = 10 * time.Minute
	}
	return &Lambda{
		functions: c.Functions,
		directory: newDirectory(c.Functions),
		log:       c.Log,
		journal:   &journal{w: c.Output},
		pool:      newPool(c.Functions, c.MaxEnvironments, c.IdleTimeout),
	}
}

// Close stops every environment, busy ones when they have answered or when ctx
// is done, and returns when none is left. Invocations are refused from now on.
func (l *Lambda) Close(ctx context.Context) {
	l.pool.close(ctx)
	l.background.Wait()
}

// Invoke runs a function with an event and returns what it answered. The error
// is a *FunctionError where the function failed and an *Error where it was not
// run: there is none of that name, it cannot run, or it has no concurrency left.
//
// At ctx's deadline Invoke returns ctx's error. As on AWS, a function that has
// been given its event runs to its end, whether anybody waits for it or not.
func (l *Lambda) Invoke(ctx context.Context, function, traceID string, event []byte) ([]byte, error) {
	r, err := l.Run(ctx, Request{Function: function, TraceID: traceID, Event: event})
	if err != nil {
		return nil, err
	}
	if r.FunctionError != "" {
		return nil, &FunctionError{Function: function, RequestID: r.RequestID, Type: r.ErrorType, payload: r.Payload, timedOut: r.TimedOut}
	}
	return r.Payload, nil
}

// Run is Invoke for callers that look into function errors: these come in the
// Response. The error is always that the function was not run, or that ctx
// ended first.
func (l *Lambda) Run(ctx context.Context, r Request) (*Response, error) {
	f, err := l.Function(r.Function)
	if err != nil {
		return nil, err
	}
	if f.Unavailable != nil {
		l.log.Error("function cannot run", "function", f.LogicalID, "error", f.Unavailable)
		return nil, unavailable(f, f.Unavailable)
	}
	e, err := l.acquire(ctx, f)
	if err != nil {
		return nil, err
	}
	i := &invocation{f: f, id: uuid.NewString(), request: &r}
	o, err := l.runIn(ctx, i, e)
	if errors.Is(err, errUnread) {
		// It died while it was idle, and nobody has seen the event.
		l.pool.remove(e)
		o, err = l.runIn(ctx, i, nil)
	}
	if err != nil {
		return nil, err
	}
	return i.response(o), nil
}

// Function returns the function that a caller's name means; see
// Request.Function. The error is a ResourceNotFoundException.
func (l *Lambda) Function(name string) (*Function, error) {
	if f := l.directory.find(name); f != nil {
		return f, nil
	}
	return nil, notFound(name, l.functions)
}

// lingerGrace is how long an environment may take from its answer to its next
// request before it counts as busy still.
const lingerGrace = 50 * time.Millisecond

// acquire returns an environment that waits for an event, or nil for the right
// to start one.
func (l *Lambda) acquire(ctx context.Context, f *Function) (*environment, error) {
	for {
		e, err := l.pool.acquire(ctx, f)
		if e == nil || err != nil {
			return nil, err
		}
		err = e.ready(time.Now().Add(lingerGrace))
		switch {
		case err == nil:
			return e, nil
		case errors.Is(err, errTimedOut):
			l.background.Go(func() { l.linger(e) })
		default:
			l.log.Info("environment ended between invocations", "function", f.LogicalID)
			l.pool.remove(e)
			return nil, nil
		}
	}
}

// linger waits for an environment that is still busy with what it did before,
// and gives it back then.
func (l *Lambda) linger(e *environment) {
	if err := e.ready(time.Now().Add(e.f.Timeout)); err != nil {
		l.log.Warn("environment did not ask for another event", "function", e.f.LogicalID, "error", err)
		l.pool.discard(e.f, e)
		return
	}
	l.pool.release(e)
}

// runIn runs an invocation in a ready environment, or in a new one where e is
// nil. The error is that of ctx, or errUnread.
func (l *Lambda) runIn(ctx context.Context, i *invocation, e *environment) (outcome, error) {
	if e == nil {
		return l.inBackground(ctx, i, func() outcome { return l.runNew(i) })
	}
	patience, _ := ctx.Deadline()
	o, err := e.invoke(i, patience)
	switch {
	case errors.Is(err, errUnread):
		return outcome{}, err
	case errors.Is(err, errImpatient):
		return l.inBackground(ctx, i, func() outcome {
			o, err := e.answer(i, time.Time{})
			return l.finish(i, e, o, err)
		})
	}
	return l.finish(i, e, o, err), nil
}

// inBackground runs what may outlast the caller's patience.
func (l *Lambda) inBackground(ctx context.Context, i *invocation, run func() outcome) (outcome, error) {
	i.request.Event = bytes.Clone(i.request.Event) // the caller's once we return
	done := make(chan outcome, 1)
	l.background.Go(func() { done <- run() })
	select {
	case o := <-done:
		return o, nil
	case <-ctx.Done():
		return outcome{}, ctx.Err()
	}
}

// runNew runs an invocation in a new environment.
func (l *Lambda) runNew(i *invocation) outcome {
	e, failed := l.start(i)
	if failed != nil {
		l.journal.start(i)
		l.journal.end(i, usage{})
		l.pool.discard(i.f, e)
		return *failed
	}
	if err := e.ready(time.Now().Add(i.f.Timeout)); err != nil {
		l.journal.start(i)
		i.sent = time.Now()
		return l.finish(i, e, outcome{}, err)
	}
	o, err := e.invoke(i, time.Time{})
	return l.finish(i, e, o, err)
}

// start starts an environment and waits for the end of its init phase. An init
// phase of more than 10 seconds is done again under the function's own timeout.
// The outcome is set where init failed; the environment, where there is one, is
// then of no use.
func (l *Lambda) start(i *invocation) (*environment, *outcome) {
	e, failed, err := l.init(i, initTimeout)
	if errors.Is(err, errTimedOut) {
		l.log.Warn("init phase timed out", "function", i.f.LogicalID, "limit", initTimeout)
		l.pool.remove(e)
		e, failed, err = l.init(i, i.f.Timeout)
	}
	if err != nil {
		o := l.ended(i, e, err)
		failed = &o
	}
	return e, failed
}

func (l *Lambda) init(i *invocation, limit time.Duration) (*environment, *outcome, error) {
	l.journal.platform(i.f, "INIT_START Runtime Version: "+i.f.runtimeVersion())
	e, err := startEnvironment(i.f, l.journal)
	if err != nil {
		return nil, nil, err
	}
	l.pool.track(e)
	failed, err := e.init(limit)
	return e, failed, err
}

// finish closes an invocation whose event was sent: it writes the log, keeps
// the environment or stops it, and returns what the caller gets.
func (l *Lambda) finish(i *invocation, e *environment, o outcome, err error) outcome {
	u := usage{duration: time.Since(i.sent), initDuration: e.initDuration}
	e.initDuration = 0
	if err != nil {
		o = l.ended(i, e, err)
	}
	e.output.flush()
	u.peakMemory = e.process.PeakMemory()
	l.journal.end(i, u)
	if err != nil {
		l.pool.discard(i.f, e)
	} else {
		l.pool.release(e)
	}
	return o
}

// ended kills an environment that timed out, exited, or never started, and says
// in AWS's words what happened.
func (l *Lambda) ended(i *invocation, e *environment, err error) outcome {
	if e == nil {
		l.log.Error("environment did not start", "function", i.f.LogicalID, "error", err)
		return i.platformError(errorEntrypoint, "%v", err)
	}
	e.process.Kill()
	<-e.process.Done()
	switch {
	case errors.Is(err, errTimedOut):
		text := fmt.Sprintf("Task timed out after %.2f seconds", i.f.Timeout.Seconds())
		l.journal.platform(i.f, time.Now().UTC().Format("2006-01-02T15:04:05.000Z ")+i.id+" "+text)
		o := i.platformError(errorTimedOut, "%s", text)
		o.timedOut = true
		return o
	case e.process.Err() == nil:
		return i.exited("Runtime exited without providing a reason")
	default:
		return i.exited(fmt.Sprintf("Runtime exited with error: %v", e.process.Err()))
	}
}
