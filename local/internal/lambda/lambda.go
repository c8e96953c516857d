package lambda

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"maru/local/internal/cgroup"
	"maru/local/internal/lambda/internal/runtimeapi"
	"maru/local/internal/requestid"
)

// DefaultMaxEnvironments is how many environments may run at once where nobody says.
const DefaultMaxEnvironments = 100

// Config is what New needs.
type Config struct {
	// Functions are those of the beginning; see Lambda.Replace.
	Functions []*Function
	// Log gets what happens to environments; nil discards it.
	Log *slog.Logger
	// Output gets the functions' log as whole lines: START, END and REPORT, and
	// what the functions print; nil discards it.
	Output io.Writer
	// MaxEnvironments is how many may run at once, of all functions together;
	// over it, invocations wait in line. Zero means DefaultMaxEnvironments.
	MaxEnvironments int
	// IdleTimeout is how long an unused environment is kept; zero means 10
	// minutes.
	IdleTimeout time.Duration
	// Cgroup is where the kernel holds environments to their MemorySize; nil where
	// their memory is to be measured.
	Cgroup *cgroup.Tree
	// Freeze stops the processes of an environment between invocations, as Lambda
	// does: what a function does after its answer goes on with the next event.
	Freeze bool
	// RequestIDs makes those of invocations that come without; nil for random ones.
	RequestIDs requestid.Source
}

// Lambda runs functions. Its methods may be called from several goroutines.
//
// An environment over its memory limit is killed, and the invocation fails as on AWS,
// with Runtime.ExitError and "signal: killed". With Config.Cgroup it is the kernel that
// kills it, at once, and processes that the runtime starts count, too. Without, the
// limit holds for the runtime's process alone, which is looked at ten times a second
// while an invocation runs, and at its end, even if it had been answered meanwhile.
type Lambda struct {
	catalog   atomic.Pointer[catalog]
	replacing sync.Mutex // held by Replace
	log       *slog.Logger
	journal   *journal
	pool      *pool
	cgroup    *cgroup.Tree // nil where memory is measured
	freeze    bool
	ids       requestid.Source
	// background holds the invocations whose callers are gone.
	background sync.WaitGroup
}

// New returns a Lambda that starts the environments of provisioned concurrency and
// no other yet. It must be closed.
func New(c Config) *Lambda {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Output == nil {
		c.Output = io.Discard
	}
	if c.MaxEnvironments == 0 {
		c.MaxEnvironments = DefaultMaxEnvironments
	}
	if c.IdleTimeout == 0 {
		c.IdleTimeout = 10 * time.Minute
	}
	l := &Lambda{
		log:     c.Log,
		journal: &journal{w: c.Output},
		cgroup:  c.Cgroup,
		freeze:  c.Freeze,
		ids:     c.RequestIDs,
	}
	l.catalog.Store(newCatalog(c.Functions))
	l.pool = newPool(c, l.provisionAll)
	l.provisionAll()
	return l
}

// Close stops every environment, busy ones when they have answered or when ctx
// is done, and returns when none is left. Invocations are refused from now on.
func (l *Lambda) Close(ctx context.Context) {
	l.pool.close(ctx)
	l.background.Wait()
}

// Invoke runs a function and returns what it answered. The error is a
// *FunctionError where the function failed and an *Error where it was not run:
// there is none of that name, it cannot run, or it has no concurrency left.
//
// At ctx's deadline, and while no environment is ready also when ctx is cancelled,
// Invoke returns ctx's error. As on AWS, a function that has been given its event
// runs to its end, whether anybody waits for it or not.
func (l *Lambda) Invoke(ctx context.Context, r Request) ([]byte, error) {
	response, err := l.Run(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := response.Err(r.Function); err != nil {
		return nil, err
	}
	return response.Payload, nil
}

// Run is Invoke for callers that look into function errors: these come in the
// Response. The error is always that the function was not run, or that ctx
// ended first.
func (l *Lambda) Run(ctx context.Context, r Request) (*Response, error) {
	i, err := l.invocation(&r)
	if err != nil {
		return nil, err
	}
	defer i.stream.End()
	if why := i.f.Unavailable; why != nil {
		l.log.Error("function cannot run", "function", i.f.LogicalID, "error", why)
		return nil, unavailable(i.f, why)
	}
	e, err := l.acquire(ctx, i)
	if err != nil {
		return nil, err
	}
	o, err := l.runIn(ctx, i, e)
	if err != nil {
		return nil, err
	}
	return i.response(o), nil
}

// lingerGrace is how long an environment may take from its answer to its next
// request before it counts as busy still.
const lingerGrace = 50 * time.Millisecond

// acquire returns an environment that waits for an event, or nil for the right
// to start one.
func (l *Lambda) acquire(ctx context.Context, i *invocation) (*environment, error) {
	for {
		e, f, err := l.pool.acquire(ctx, i.f.LogicalID, i.variant())
		if err = l.bind(i, f, err); e == nil || err != nil {
			return nil, err
		}
		err = e.ready(time.Now().Add(lingerGrace))
		switch {
		case err == nil:
			return e, nil
		case errors.Is(err, runtimeapi.ErrTimedOut):
			l.pool.leave(i.f)
			l.background.Go(func() { l.linger(e) })
		default:
			if !l.overran(e, "") {
				l.log.Info("environment ended between invocations", "function", i.f.LogicalID)
			}
			l.renew(e)
			return nil, nil
		}
	}
}

// bind makes an invocation one of its function as it is now, which may have been
// replaced since the invocation came. err is that of the pool.
func (l *Lambda) bind(i *invocation, f *Function, err error) error {
	if errors.Is(err, errRemoved) {
		return notFound(i.f.ARN, i.Qualifier)
	}
	if err != nil || f == i.f {
		return err
	}
	if i.f, i.Function = f, f; f.Unavailable != nil {
		l.pool.discard(f, nil)
		return unavailable(f, f.Unavailable)
	}
	return nil
}

// linger waits for an environment that is still busy with what it did before,
// though no invocation is, and gives it back then, frozen where that is wanted.
func (l *Lambda) linger(e *environment) {
	if err := e.ready(time.Now().Add(e.f.Timeout)); err != nil {
		if !l.overran(e, "") {
			l.log.Warn("environment did not ask for another event", "function", e.f.LogicalID, "error", err)
		}
		l.pool.lose(e)
		l.provision(e.f)
		return
	}
	if l.freeze {
		e.freeze()
	}
	l.pool.add(e)
}

// renew stops an environment that died while it was idle; the caller starts one
// in its place.
func (l *Lambda) renew(e *environment) {
	l.pool.remove(e)
	l.provision(e.f)
}

// runIn runs an invocation in a ready environment, or in a new one where e is
// nil. The error is that of ctx.
func (l *Lambda) runIn(ctx context.Context, i *invocation, e *environment) (outcome, error) {
	if e != nil && !i.mayOutlast(ctx) {
		if o, ok := l.runWarm(i, e); ok {
			return o, nil
		}
		e = nil
	}
	return l.inBackground(ctx, i, func() outcome {
		if e != nil {
			if o, ok := l.runWarm(i, e); ok {
				return o
			}
		}
		return l.runNew(i)
	})
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

// runWarm runs an invocation in an environment that was idle. It is not ok where
// that died meanwhile and nobody has seen the event.
func (l *Lambda) runWarm(i *invocation, e *environment) (o outcome, ok bool) {
	o, err := e.invoke(i)
	if errors.Is(err, runtimeapi.ErrUnread) {
		l.renew(e)
		return outcome{}, false
	}
	return l.finish(i, e, o, err), true
}

// runNew runs an invocation in a new environment.
func (l *Lambda) runNew(i *invocation) outcome {
	e, failed := l.start(i)
	if failed != nil {
		var u Usage
		if e != nil {
			u = Usage{Duration: time.Since(e.started), PeakMemory: e.process.PeakMemory()}
		}
		l.journal.start(i)
		l.journal.end(i, u, *failed)
		l.pool.discard(i.f, e)
		return *failed
	}
	if err := e.ready(time.Now().Add(i.f.Timeout)); err != nil {
		l.journal.start(i)
		i.sent = time.Now()
		return l.finish(i, e, outcome{}, err)
	}
	o, err := e.invoke(i)
	return l.finish(i, e, o, err)
}

// start starts an environment and waits for the end of its init phase. One that
// fails, or lasts more than 10 seconds, is done again as part of the invocation,
// under the function's own timeout ("Lambda execution environment lifecycle",
// failures during the init phase). The outcome is set where that failed, too; the
// environment, where there is one, cannot be used then.
func (l *Lambda) start(i *invocation) (*environment, *outcome) {
	e, failed := l.init(i, initPhase{"init", initTimeout})
	if failed == nil || e == nil {
		return e, failed
	}
	l.pool.remove(e)
	return l.init(i, initPhase{"invoke", i.f.Timeout})
}

// initPhase is when an init is done, in the platform's words, and how long it may
// last.
type initPhase struct {
	name  string
	limit time.Duration
}

// init starts an environment and waits for the end of its init phase. There is
// none where the process could not be started.
func (l *Lambda) init(i *invocation, phase initPhase) (e *environment, failed *outcome) {
	e, err := l.launch(i.f, i.variant(), onDemand, phase)
	defer func() { l.pool.noteInit(i.f, e == nil || failed != nil) }()
	if err != nil {
		errorType, why := i.f.startError(err)
		l.log.Error("environment did not start", "function", i.f.LogicalID, "error", why)
		o := i.platformError(errorType, "%v", why)
		return nil, &o
	}
	failed, err = e.init(phase.limit)
	if err != nil {
		o := l.ended(i, e, err)
		failed = &o
	}
	took, how := e.initDuration, success
	if failed != nil {
		took, how = time.Since(e.started), failed.status()
	}
	e.output.flush()
	l.journal.initialized(e, phase, took, how)
	return e, failed
}

// launch starts an environment, which may be killed from then on.
func (l *Lambda) launch(f *Function, v variant, how initialization, phase initPhase) (*environment, error) {
	l.journal.platform(f, initStart{initialized{how, phase.name}, f.runtimeVersion(), f.Name, v.version})
	e := &environment{f: f, variant: v, how: how, group: l.limit(f)}
	if err := e.start(l.journal); err != nil {
		return nil, err
	}
	l.pool.track(e)
	return e, nil
}

// finish closes an invocation whose event was sent: it writes the log, keeps
// the environment or stops it, and returns what the caller gets.
func (l *Lambda) finish(i *invocation, e *environment, o outcome, err error) outcome {
	u := Usage{Duration: time.Since(i.sent), InitDuration: e.initDuration, PeakMemory: e.process.PeakMemory()}
	e.initDuration = 0
	e.watched.Store(false)
	if err == nil && e.overLimit(u.PeakMemory) {
		e.outOfMemory.Store(true)
		err = runtimeapi.ErrExited // in a moment
	}
	if err != nil {
		o = l.ended(i, e, err)
	}
	e.output.flush()
	e.output.begin(nil) // what is printed from now on is in nobody's log
	l.journal.end(i, u, o)
	switch {
	case err != nil:
		l.pool.discard(i.f, e)
		l.provision(i.f)
	case l.freeze:
		l.pool.leave(i.f)
		l.background.Go(func() { l.linger(e) })
	default:
		l.pool.release(e)
	}
	return o
}

// kill kills an environment, if it has not ended yet, and reports whether it was over
// its memory limit. requestID is as in overran.
func (l *Lambda) kill(e *environment, requestID string) (overran bool) {
	e.process.Kill()
	<-e.process.Done()
	return l.overran(e, requestID)
}

// ended kills an environment that timed out or exited, and says in AWS's words
// what happened.
func (l *Lambda) ended(i *invocation, e *environment, err error) outcome {
	overran := l.kill(e, i.id)
	switch {
	case errors.Is(err, runtimeapi.ErrTimedOut):
		text := fmt.Sprintf("Task timed out after %.2f seconds", i.f.Timeout.Seconds())
		l.journal.invocation(i, remark(time.Now().UTC().Format(timestamp)+" "+i.id+" "+text))
		o := i.platformError(errorTimedOut, "%s", text)
		o.timedOut, o.message = true, "" // a text log has a line of its own for it
		return o
	case e.process.Err() == nil:
		return i.exited("Runtime exited without providing a reason")
	default:
		o := i.exited(fmt.Sprintf("Runtime exited with error: %v", e.process.Err()))
		o.outOfMemory = overran
		return o
	}
}
