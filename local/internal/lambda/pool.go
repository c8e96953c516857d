package lambda

import (
	"context"
	"slices"
	"sync"
	"time"
)

// pool holds the idle environments of all functions and decides who may start
// one more.
type pool struct {
	max         int
	idleTimeout time.Duration
	// vacated is called when there is room again that provisioned concurrency lacked.
	vacated func()

	mu      sync.Mutex // guards the fields below, and all of members
	members map[*Function]*member
	size    int // environments that run or are being started
	running map[*environment]struct{}
	waiting []*waiter // first come, first served
	closed  bool
	killed  bool          // what is started now is killed at once
	short   bool          // of room for provisioned concurrency
	drained chan struct{} // closed when the pool is closed and empty
	idle    *time.Timer   // ends environments that nobody used for idleTimeout
	memory  *time.Timer   // looks at the memory of environments that are busy
	resting bool          // the timer does not go
	stops   sync.WaitGroup
}

// member is a function's share of the pool.
type member struct {
	idle []idleEnvironment // the last one used is the last
	busy int               // invocations that run or wait
	// provisioned counts the environments of provisioned concurrency, those that
	// are being started too.
	provisioned map[variant]int
}

type idleEnvironment struct {
	*environment
	since time.Time
}

// waiter stands in line for an environment.
type waiter struct {
	f       *Function
	variant variant
	// granted brings an idle environment of f, or nil for the right to start
	// one; it is closed when the pool is.
	granted chan *environment
}

func newPool(c Config, vacated func()) *pool {
	p := &pool{
		max: c.MaxEnvironments, idleTimeout: c.IdleTimeout, vacated: vacated,
		members: map[*Function]*member{}, running: map[*environment]struct{}{}, drained: make(chan struct{}),
	}
	for _, f := range c.Functions {
		p.members[f] = &member{provisioned: map[variant]int{}}
	}
	p.mu.Lock() // a timer may come before it is known
	defer p.mu.Unlock()
	p.memory = time.AfterFunc(memoryInterval, p.checkMemory)
	p.idle = time.AfterFunc(c.IdleTimeout, p.expire)
	return p
}

// acquire returns an idle environment of a variant of f for one invocation, or
// nil for the right to start one. Where max environments run, an idle one of another
// function is stopped for it; where all are busy the caller waits in line. The
// caller has to call release or discard.
func (p *pool) acquire(ctx context.Context, f *Function, v variant) (*environment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.members[f]
	switch {
	case p.closed:
		return nil, errShutdown
	case f.ReservedConcurrency != nil && m.busy >= *f.ReservedConcurrency:
		return nil, throttled()
	}
	m.busy++
	p.measure()
	if e := m.take(v); e != nil {
		return e, nil
	}
	if p.size < p.max || p.evict() {
		p.size++
		return nil, nil
	}
	return p.wait(ctx, f, v)
}

// take removes and returns the idle environment of a variant that was used last,
// or nil.
func (m *member) take(v variant) *environment {
	for i := len(m.idle) - 1; i >= 0; i-- {
		if e := m.idle[i].environment; e.variant == v {
			m.idle = slices.Delete(m.idle, i, i+1)
			return e
		}
	}
	return nil
}

// wait stands in line; mu is held at the call and at the return, not between.
func (p *pool) wait(ctx context.Context, f *Function, v variant) (*environment, error) {
	w := &waiter{f: f, variant: v, granted: make(chan *environment, 1)}
	p.waiting = append(p.waiting, w)
	p.mu.Unlock()
	select {
	case e, ok := <-w.granted:
		p.mu.Lock()
		if !ok {
			return nil, errShutdown
		}
		return e, nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	if i := slices.Index(p.waiting, w); i >= 0 {
		p.waiting = slices.Delete(p.waiting, i, i+1)
		p.members[f].busy--
		return nil, ctx.Err()
	}
	if e, ok := <-w.granted; ok { // just now
		return e, nil
	}
	return nil, errShutdown
}

// leave ends an invocation whose environment is not free yet.
func (p *pool) leave(f *Function) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.members[f].busy--
}

// release gives back an environment that answered, and ends the invocation.
func (p *pool) release(e *environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.members[e.f].busy--
	p.offer(e)
}

// add gives an environment that no invocation was waiting for.
func (p *pool) add(e *environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.offer(e)
}

// offer hands an environment to the first in line, or keeps it; mu is held.
func (p *pool) offer(e *environment) {
	if p.closed {
		p.stop(e)
		p.shrink()
		return
	}
	if len(p.waiting) > 0 && p.waiting[0].f == e.f && p.waiting[0].variant == e.variant {
		p.waiting[0].granted <- e
		p.waiting = slices.Delete(p.waiting, 0, 1)
		return
	}
	m := p.members[e.f]
	m.idle = append(m.idle, idleEnvironment{e, time.Now()})
	if len(p.waiting) > 0 && p.evict() {
		p.grant()
	}
}

// remove stops an environment whose place another one takes.
func (p *pool) remove(e *environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stop(e)
}

// discard gives back the place of an environment that is of no more use, and ends
// the invocation. The environment, where there is one, is stopped.
func (p *pool) discard(f *Function, e *environment) {
	p.leave(f)
	p.lose(e)
}

// lose is discard where no invocation was waiting.
func (p *pool) lose(e *environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e != nil {
		p.stop(e)
	}
	p.shrink()
	p.grant()
}

// reserve gives the right to start one more environment of a function's
// provisioned concurrency, if it is short of one and there is room. The caller has
// to call add or lose, and unreserve where it was not started.
func (p *pool) reserve(f *Function, v variant) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.members[f]
	if p.closed || m.provisioned[v] >= f.ProvisionedConcurrency[v.version] {
		return false
	}
	if p.size >= p.max {
		p.short = true
		return false
	}
	m.provisioned[v]++
	p.size++
	p.measure()
	return true
}

func (p *pool) unreserve(f *Function, v variant) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.members[f].provisioned[v]--
}

// shrink counts one environment less; mu is held.
func (p *pool) shrink() {
	p.size--
	if p.short && !p.closed {
		p.short = false
		p.stops.Go(p.vacated)
	}
	if p.closed && p.size == 0 {
		close(p.drained)
	}
}

// grant gives the first in line the right to start an environment, if there is
// room; mu is held.
func (p *pool) grant() {
	if p.closed || len(p.waiting) == 0 || p.size >= p.max {
		return
	}
	p.size++
	p.waiting[0].granted <- nil
	p.waiting = slices.Delete(p.waiting, 0, 1)
}

// evict stops the environment that has been idle for longest, one of provisioned
// concurrency only where there is no other; mu is held.
func (p *pool) evict() bool {
	var owner *member
	var oldest idleEnvironment
	for _, m := range p.members {
		for _, e := range m.idle {
			if owner == nil || e.before(oldest) {
				owner, oldest = m, e
			}
		}
	}
	if owner == nil {
		return false
	}
	p.stopIdle(owner, func(e idleEnvironment) bool { return e == oldest })
	p.short = p.short || oldest.how == provisioned
	return true
}

// before reports whether e is to be stopped before other is.
func (e idleEnvironment) before(other idleEnvironment) bool {
	if e.how != other.how {
		return e.how == onDemand
	}
	return e.since.Before(other.since)
}

// stopIdle stops those of a member's idle environments that which wants stopped;
// mu is held.
func (p *pool) stopIdle(m *member, which func(idleEnvironment) bool) {
	m.idle = slices.DeleteFunc(m.idle, func(e idleEnvironment) bool {
		if !which(e) {
			return false
		}
		p.stop(e.environment)
		p.shrink()
		return true
	})
}

// stop stops an environment in the background; mu is held.
func (p *pool) stop(e *environment) {
	delete(p.running, e)
	if e.how == provisioned {
		p.members[e.f].provisioned[e.variant]--
	}
	p.stops.Go(e.stop)
}

// expire stops what has been idle for idleTimeout, but for provisioned
// concurrency, and comes back when the next may have been.
func (p *pool) expire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	next := p.idleTimeout
	for _, m := range p.members {
		p.stopIdle(m, func(e idleEnvironment) bool {
			left := p.idleTimeout - time.Since(e.since)
			if e.how == onDemand && left > 0 {
				next = min(next, left)
			}
			return e.how == onDemand && left <= 0
		})
	}
	p.idle.Reset(next)
}

// close refuses callers and those in line, stops every idle environment, and
// waits for the busy ones to be given back. When ctx is done, it kills those.
func (p *pool) close(ctx context.Context) {
	p.refuse()
	select {
	case <-p.drained:
	case <-ctx.Done():
		p.killAll()
		<-p.drained
	}
	p.stops.Wait()
}

// refuse does the part of close that does not wait; a second time, nothing.
func (p *pool) refuse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.closed = true
	p.idle.Stop()
	for _, w := range p.waiting {
		p.members[w.f].busy--
		close(w.granted)
	}
	p.waiting = nil
	if p.size == 0 {
		close(p.drained)
	}
	for _, m := range p.members {
		p.stopIdle(m, func(idleEnvironment) bool { return true })
	}
}

// track notes a running environment, so that it can be killed while it is busy.
func (p *pool) track(e *environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running[e] = struct{}{}
	if p.killed {
		e.process.Kill()
	}
}

func (p *pool) killAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.killed = true
	for e := range p.running {
		e.process.Kill()
	}
}
