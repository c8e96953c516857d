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

	mu sync.Mutex // guards the fields below, and all of members
	// members are those of the functions of the moment by their logical IDs, and
	// those of earlier ones that are still busy.
	members map[string]*member
	// users counts what has to do with a function: invocations, and environments
	// until they have been stopped.
	users    map[*Function]int
	retiring []*retirement
	size     int // environments that run or are being started
	running  map[*environment]struct{}
	ready    []*environment // of functions that Replace is about to put in place
	waiting  []*waiter      // first come, first served
	closed   bool
	killed   bool          // what is started now is killed at once
	short    bool          // of room for provisioned concurrency
	drained  chan struct{} // closed when the pool is closed and empty
	idle     *time.Timer   // ends environments that nobody used for idleTimeout
	memory   *time.Timer   // looks at the memory of environments that are busy
	resting  bool          // the timer does not go
	stops    sync.WaitGroup
}

// member is a function's share of the pool. It outlives what the function is
// replaced by: invocations that run on old and on new code count together.
type member struct {
	f    *Function         // of the moment; nil for one that is there no more
	idle []idleEnvironment // of f; the last one used is the last
	busy int               // invocations that run or wait
	// provisioned counts the environments of provisioned concurrency, those that
	// are being started too.
	provisioned map[variant]int
	// failing is true where the last init phase that an invocation waited for failed.
	failing bool
}

type idleEnvironment struct {
	*environment
	since time.Time
}

// waiter stands in line for an environment.
type waiter struct {
	m       *member // nil where no invocation waits, but Replace
	variant variant
	// granted brings an idle environment of m, or nil for the right to start
	// one; it is closed when the pool is, or m's function is removed.
	granted chan *environment
}

func newPool(c Config, vacated func()) *pool {
	p := &pool{
		max: c.MaxEnvironments, idleTimeout: c.IdleTimeout, vacated: vacated,
		members: map[string]*member{}, users: map[*Function]int{}, running: map[*environment]struct{}{}, drained: make(chan struct{}),
	}
	for _, f := range c.Functions {
		p.members[f.LogicalID] = &member{f: f, provisioned: map[variant]int{}}
	}
	p.mu.Lock() // a timer may come before it is known
	defer p.mu.Unlock()
	p.memory = time.AfterFunc(memoryInterval, p.checkMemory)
	p.idle = time.AfterFunc(c.IdleTimeout, p.expire)
	return p
}

// acquire returns an idle environment of a variant of a function for one
// invocation, or nil for the right to start one, and the function as it is now. Where
// max environments run, an idle one of another function is stopped for it; where all
// are busy the caller waits in line. The caller has to call release or discard.
func (p *pool) acquire(ctx context.Context, logicalID string, v variant) (*environment, *Function, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.members[logicalID]
	switch {
	case p.closed:
		return nil, nil, errShutdown
	case m == nil || m.f == nil:
		return nil, nil, errRemoved
	case m.f.ReservedConcurrency != nil && m.busy >= *m.f.ReservedConcurrency:
		return nil, nil, throttled()
	}
	m.busy++
	p.measure()
	if e := m.take(v); e != nil {
		p.use(m.f)
		return e, m.f, nil
	}
	e, err := p.room(ctx, &waiter{m: m, variant: v})
	if err == nil && m.f == nil { // removed, just now
		p.stopped(e)
		p.shrink()
		p.grant()
		err = errRemoved
	}
	if err != nil {
		p.leaveMember(logicalID, m)
		return nil, nil, err
	}
	if e != nil && e.f != m.f { // replaced, just now: another takes its place
		p.stopped(e)
		e = nil
	}
	p.use(m.f)
	return e, m.f, nil
}

// stopped stops an environment where there is one; mu is held.
func (p *pool) stopped(e *environment) {
	if e != nil {
		p.stop(e)
	}
}

// acquireRoom gives the right to start an environment that no invocation waits for,
// as acquire does. Of those that are idle, one of an outgoing function is stopped
// for it first, which are given by their logical IDs, then one that is ready. The
// caller has to call lose or prepare.
func (p *pool) acquireRoom(ctx context.Context, outgoing map[string]bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return errShutdown
	}
	p.measure()
	if p.size >= p.max && !p.evictAmong(outgoing) {
		p.giveUp()
	}
	_, err := p.room(ctx, new(waiter))
	return err
}

// room gives the right to start an environment, or one that was given back while w
// waited for room; mu is held at the call and at the return, not between.
func (p *pool) room(ctx context.Context, w *waiter) (*environment, error) {
	if p.size < p.max || p.evict() {
		p.size++
		return nil, nil
	}
	return p.wait(ctx, w)
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
func (p *pool) wait(ctx context.Context, w *waiter) (*environment, error) {
	w.granted = make(chan *environment, 1)
	p.waiting = append(p.waiting, w)
	p.mu.Unlock()
	var e *environment
	granted := false
	select {
	case e, granted = <-w.granted:
		p.mu.Lock()
	case <-ctx.Done():
		p.mu.Lock()
		if i := slices.Index(p.waiting, w); i >= 0 {
			p.waiting = slices.Delete(p.waiting, i, i+1)
			return nil, ctx.Err()
		}
		e, granted = <-w.granted // just now
	}
	switch {
	case granted:
		return e, nil
	case p.closed:
		return nil, errShutdown
	}
	return nil, errRemoved
}

// leave ends an invocation whose environment is not free yet.
func (p *pool) leave(f *Function) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.leaveMember(f.LogicalID, p.members[f.LogicalID])
	p.unuse(f)
}

// leaveMember ends an invocation, and forgets a function that was removed with its
// last; mu is held.
func (p *pool) leaveMember(logicalID string, m *member) {
	m.busy--
	if m.f == nil && m.busy == 0 {
		delete(p.members, logicalID)
	}
}

// current reports whether f is what its logical ID means now; mu is held.
func (p *pool) current(f *Function) bool {
	m := p.members[f.LogicalID]
	return m != nil && m.f == f
}

// release gives back an environment that answered, and ends the invocation.
func (p *pool) release(e *environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.leaveMember(e.f.LogicalID, p.members[e.f.LogicalID])
	p.unuse(e.f)
	p.offer(e)
}

// add gives an environment that no invocation was waiting for.
func (p *pool) add(e *environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.offer(e)
}

// offer hands an environment to the first in line, or keeps it, unless its function
// was replaced; mu is held.
func (p *pool) offer(e *environment) {
	if p.closed || !p.current(e.f) {
		p.stop(e)
		p.shrink()
		p.grant()
		return
	}
	m := p.members[e.f.LogicalID]
	if len(p.waiting) > 0 && p.waiting[0].m == m && p.waiting[0].variant == e.variant {
		p.waiting[0].granted <- e
		p.waiting = slices.Delete(p.waiting, 0, 1)
		return
	}
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

// discard gives back the place of an environment that cannot be used any more, and ends
// the invocation. The environment, where there is one, is stopped.
func (p *pool) discard(f *Function, e *environment) {
	p.leave(f)
	p.lose(e)
}

// lose is discard where no invocation was waiting.
func (p *pool) lose(e *environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped(e)
	p.shrink()
	p.grant()
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
// concurrency only where there is no other, then one that is ready; mu is held.
func (p *pool) evict() bool { return p.evictAmong(nil) || p.giveUp() }

// evictAmong is evict among the functions of some logical IDs; nil for all.
func (p *pool) evictAmong(logicalIDs map[string]bool) bool {
	var owner *member
	var oldest idleEnvironment
	for id, m := range p.members {
		if logicalIDs != nil && !logicalIDs[id] {
			continue
		}
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
		p.unprovision(e.f, e.variant)
	}
	p.stops.Go(func() {
		e.stop()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.unuse(e.f)
	})
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

// track notes a running environment, so that it can be killed while it is busy.
func (p *pool) track(e *environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running[e] = struct{}{}
	p.use(e.f)
	if p.killed {
		e.process.Kill()
	}
}
