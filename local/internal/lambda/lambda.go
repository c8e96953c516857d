package lambda

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
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
// Once ctx's deadline has passed, Invoke returns its error. As on AWS, a function
// that has been given its event runs to its end, whether anybody waits for it or
// not; so a ctx that is cancelled ends only the wait for an environment.
func (l *Lambda) Invoke(ctx context.Context, function, traceID string, event []byte) ([]byte, error) {
	r, err := l.Run(ctx, Request{Function: function, TraceID: traceID, Event: event})
	if err != nil {
		return nil, err
	}
	if r.FunctionError != "" {
		return nil, &FunctionError{Function: function, RequestID: r.RequestID, Type: r.ErrorType}
	}
	return r.Payload, nil
}

// Run is Invoke for callers that look into function errors: these come in the
// Response. The error is always that the function was not run.
func (l *Lambda) Run(ctx context.Context, r Request) (*Response, error) {
	f, err := l.Function(r.Function)
	if err != nil {
		return nil, err
	}
	if f.Unavailable != nil {
		l.log.Error("function cannot run", "function", f.LogicalID, "error", f.Unavailable)
		return nil, unavailable(f, f.Unavailable)
	}
	e, err := l.pool.acquire(ctx, f)
	if err != nil {
		return nil, err
	}
	i := &invocation{f: f, id: uuid.NewString(), request: &r, began: time.Now()}
	o, err := l.run(ctx, i, e)
	if err != nil {
		return nil, err
	}
	return i.response(o), nil
}

// Function returns the function that a caller's name means; see
// Request.Function. The error is a ResourceNotFoundException.
func (l *Lambda) Function(name string) (*Function, error) {
	for _, f := range l.functions {
		if f.answersTo(name) {
			return f, nil
		}
	}
	return nil, notFound(name, l.functions)
}

// run runs one invocation in e or, where e is nil or has ended since its last
// invocation, in a new environment. The error is that of ctx.
func (l *Lambda) run(ctx context.Context, i *invocation, e *environment) (outcome, error) {
	patience, _ := ctx.Deadline()
	if e != nil {
		o, err := e.invoke(i, patience)
		if !errors.Is(err, errUnsent) {
			return l.settle(ctx, i, e, o, err)
		}
		l.log.Info("environment ended between invocations", "function", i.f.LogicalID)
		l.pool.remove(e)
	}
	i.began = time.Now()
	e, failed := l.start(i)
	if failed != nil {
		l.journal.start(i)
		l.journal.end(i, usage{})
		l.pool.discard(i.f, e)
		return *failed, nil
	}
	i.began = time.Now()
	o, err := e.invoke(i, patience)
	return l.settle(ctx, i, e, o, err)
}

// settle finishes an invocation that has ended. One that runs on, though its
// caller waits no longer, is finished in the background.
func (l *Lambda) settle(ctx context.Context, i *invocation, e *environment, o outcome, err error) (outcome, error) {
	if !errors.Is(err, errImpatient) {
		return l.finish(i, e, o, err), nil
	}
	i.request.Event = bytes.Clone(i.request.Event) // the caller's from now on
	l.background.Go(func() {
		o, err := e.invoke(i, time.Time{})
		l.finish(i, e, o, err)
	})
	<-ctx.Done() // its timer may lag behind ours
	return outcome{}, ctx.Err()
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
	runtime := strings.Replace(i.f.Runtime, ".", ":", 1)
	l.journal.platform(i.f, "INIT_START Runtime Version: "+runtime)
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
	if i.sent.IsZero() {
		l.journal.start(i)
		i.sent = time.Now()
	}
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
		return i.platformError(errorTimedOut, "%s", text)
	case e.process.Err() == nil:
		return i.exited("Runtime exited without providing a reason")
	default:
		return i.exited(fmt.Sprintf("Runtime exited with error: %v", e.process.Err()))
	}
}
