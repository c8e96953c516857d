package lambda

import (
	"context"
	"errors"
	"time"

	"maru/local/internal/lambda/internal/runtimeapi"
)

func (l *Lambda) provisionAll() {
	for _, f := range l.catalog.Load().functions {
		l.provision(f)
	}
}

// provision starts the environments that a function's provisioned concurrency is
// short of, in the background. What cannot start is not tried again before an
// environment of the function ends: the log tells of it.
func (l *Lambda) provision(f *Function) {
	if f.Unavailable != nil {
		return
	}
	for version := range f.ProvisionedConcurrency {
		v := variant{version: version}
		for l.pool.reserve(f, v) {
			l.background.Go(func() { l.startProvisioned(f, v) })
		}
	}
}

// startProvisioned takes an environment through its init phase, for nobody yet.
func (l *Lambda) startProvisioned(f *Function, v variant) {
	defer l.pool.done(f)
	phase := initPhase{"init", max(provisionedInitTimeout, f.Timeout)}
	e, failed, err := l.initForNobody(context.Background(), f, v, provisioned, phase)
	if err != nil {
		l.log.Error("provisioned environment did not start", "function", f.LogicalID, "error", err)
		l.pool.unreserve(f, v)
		l.pool.lose(nil)
		return
	}
	if failed != nil {
		l.log.Error("provisioned environment did not start", "function", f.LogicalID, "error", failed.ErrorType)
		l.pool.lose(e)
		return
	}
	took := e.initDuration
	e.initDuration = 0 // no invocation waited for it
	l.linger(e)
	l.journal.initialized(e, phase, took, success)
}

// initForNobody starts an environment that no invocation waits for, and takes it
// through its init phase, which ends with ctx, too. That it failed is in the journal
// then; that it did not is its caller's to say. The error is that the process could not
// be started.
func (l *Lambda) initForNobody(ctx context.Context, f *Function, v variant, how initialization, phase initPhase) (e *environment, failed *outcome, err error) {
	if e, err = l.launch(f, v, how, phase); err != nil {
		return nil, nil, err
	}
	defer context.AfterFunc(ctx, e.process.Kill)()
	if failed, err = e.init(phase.limit); err != nil {
		failed = l.endedForNobody(e, err)
	}
	if failed != nil {
		e.output.flush()
		l.journal.initialized(e, phase, time.Since(e.started), failed.status())
	}
	return e, failed, nil
}

// endedForNobody kills an environment whose init phase took too long, or that exited
// in it, and says what happened where no invocation is to be told.
func (l *Lambda) endedForNobody(e *environment, err error) *outcome {
	overran := l.kill(e, "")
	if errors.Is(err, runtimeapi.ErrTimedOut) {
		o := failedBy(errorTimedOut)
		o.timedOut = true
		return &o
	}
	o := failedBy(errorExited)
	o.outOfMemory = overran
	return &o
}

// reserve gives the right to start one more environment of a function's
// provisioned concurrency, if it is short of one and there is room. The caller has
// to call add or lose, unreserve where it was not started, and done in the end.
func (p *pool) reserve(f *Function, v variant) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || !p.current(f) {
		return false
	}
	m := p.members[f.LogicalID]
	if m.provisioned[v] >= f.ProvisionedConcurrency[v.version] {
		return false
	}
	if p.size >= p.max {
		p.short = true
		return false
	}
	m.provisioned[v]++
	p.use(f)
	p.size++
	p.measure()
	return true
}

// done ends what reserve began.
func (p *pool) done(f *Function) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unuse(f)
}

func (p *pool) unreserve(f *Function, v variant) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unprovision(f, v)
}

// unprovision counts one environment of provisioned concurrency less, unless its
// function was replaced and has another count; mu is held.
func (p *pool) unprovision(f *Function, v variant) {
	if p.current(f) {
		p.members[f.LogicalID].provisioned[v]--
	}
}
