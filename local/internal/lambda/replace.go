package lambda

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"sync"
)

// catalog is the functions that are run at a time. It is not changed.
type catalog struct {
	functions []*Function
	directory directory
}

func newCatalog(functions []*Function) *catalog {
	return &catalog{functions, newDirectory(functions)}
}

// Replacement is what became of functions in Replace, by their logical IDs in the
// order of the functions.
type Replacement struct {
	// Kept are those that are what they were: their environments live on.
	Kept []string
	// Changed have other code or another configuration now.
	Changed []string
	// Added were not there before, and Removed are there no more.
	Added, Removed []string
	// Retired is closed when nothing runs any more on the code of functions that
	// were changed or removed, so that it can be deleted.
	Retired <-chan struct{}
}

// InitError is the error of a function whose new code cannot be run.
type InitError struct {
	// Function is the logical ID.
	Function string
	// Type is the type of error as Lambda reports it: "Runtime.ExitError".
	Type string
	// Message is what the runtime or the platform says of it.
	Message string
}

// Error names the function and says why.
func (e *InitError) Error() string {
	return fmt.Sprintf("function %s does not start: %s: %s", e.Function, e.Type, e.Message)
}

// Replace makes functions those that are run, in the place of the ones before:
//
//	changed, added ──▶ an environment each, init phase ──all have asked for an event──▶ swap
//	                          └──one failed, or 10 s have passed──▶ *InitError, nothing changed
//
// From the swap on new invocations run on the new code; those that run end on the
// old, whose environments are stopped then. Functions that are equal keep their
// environments. Invocations of a function that is removed are refused. Old and new
// environments count together towards MaxEnvironments, which Replace waits in line
// for, and invocations on both towards reserved concurrency. An environment that came
// through its init phase is given up again where others need its room.
//
// A function that is Unavailable replaces without an init phase, and so does one
// that isolates tenants, whose environments nobody could use. One whose last init phase
// failed may fail again: it is no worse than before. The functions must not
// be changed from now on. The error is an *InitError, that of ctx, or that the host
// is shutting down.
func (l *Lambda) Replace(ctx context.Context, functions []*Function) (Replacement, error) {
	l.replacing.Lock()
	defer l.replacing.Unlock()
	functions = slices.Clone(functions)
	r, fresh := l.compare(functions)
	if err := l.startAll(ctx, fresh, outgoing(r)); err != nil {
		return Replacement{}, err
	}
	r.Retired = l.pool.replace(functions)
	l.catalog.Store(newCatalog(functions))
	l.provisionAll()
	return r, nil
}

// Remove takes functions away, by their logical IDs, as Replace with the others would.
// It starts nothing.
func (l *Lambda) Remove(logicalIDs ...string) (retired <-chan struct{}) {
	l.replacing.Lock()
	defer l.replacing.Unlock()
	left := slices.DeleteFunc(slices.Clone(l.catalog.Load().functions), func(f *Function) bool {
		return slices.Contains(logicalIDs, f.LogicalID)
	})
	retired = l.pool.replace(left)
	l.catalog.Store(newCatalog(left))
	return retired
}

// compare puts functions that are equal to those of the moment in their places,
// and gives the others.
func (l *Lambda) compare(functions []*Function) (r Replacement, fresh []*Function) {
	before := map[string]*Function{}
	for _, f := range l.catalog.Load().functions {
		before[f.LogicalID] = f
	}
	for i, f := range functions {
		old := before[f.LogicalID]
		delete(before, f.LogicalID)
		switch {
		case old == nil:
			r.Added, fresh = append(r.Added, f.LogicalID), append(fresh, f)
		case reflect.DeepEqual(old, f):
			r.Kept, functions[i] = append(r.Kept, f.LogicalID), old
		default:
			r.Changed, fresh = append(r.Changed, f.LogicalID), append(fresh, f)
		}
	}
	for _, f := range l.catalog.Load().functions {
		if before[f.LogicalID] != nil {
			r.Removed = append(r.Removed, f.LogicalID)
		}
	}
	return r, fresh
}

// outgoing are the functions whose environments a replacement ends.
func outgoing(r Replacement) map[string]bool {
	ids := map[string]bool{}
	for _, id := range slices.Concat(r.Changed, r.Removed) {
		ids[id] = true
	}
	return ids
}

// startAll takes an environment of each function through its init phase, a few at a
// time, and has the pool keep what there is room for. After an error, which is that of
// the first that failed, none is left.
func (l *Lambda) startAll(ctx context.Context, functions []*Function, outgoing map[string]bool) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan *Function)
	var starting sync.WaitGroup
	for range min(len(functions), 2*runtime.GOMAXPROCS(0)) {
		starting.Go(func() {
			for f := range next {
				if err := l.startFresh(ctx, f, outgoing); err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, f := range functions {
		next <- f
	}
	close(next)
	starting.Wait()
	err := context.Cause(ctx)
	if err != nil {
		l.pool.abandonReady()
	}
	return err
}

// startFresh takes an environment of a function through its init phase, where it
// needs one.
func (l *Lambda) startFresh(ctx context.Context, f *Function, outgoing map[string]bool) error {
	if ctx.Err() != nil || f.Unavailable != nil || f.IsolatesTenants {
		return ctx.Err()
	}
	if err := l.pool.acquireRoom(ctx, outgoing); err != nil {
		return err
	}
	e, err := l.initFresh(ctx, f)
	if err == nil {
		l.pool.prepare(e)
		return nil
	}
	l.pool.lose(e)
	if ctx.Err() == nil && l.pool.failing(f.LogicalID) {
		return nil
	}
	return err
}

// initFresh is initForNobody for a function that is to replace another. There is no
// environment where the process could not be started; the error is an *InitError.
func (l *Lambda) initFresh(ctx context.Context, f *Function) (*environment, error) {
	phase := initPhase{"init", initTimeout}
	e, failed, err := l.initForNobody(ctx, f, variant{version: Latest}, onDemand, phase)
	if err != nil {
		errorType, why := f.startError(err)
		return nil, &InitError{f.LogicalID, errorType, why.Error()}
	}
	if failed != nil {
		return e, initError(e, failed)
	}
	e.output.flush()
	l.journal.initialized(e, phase, e.initDuration, success)
	e.initDuration = 0 // no invocation waited for it
	if l.freeze {
		e.freeze()
	}
	return e, nil
}

// initError says why an environment did not come through its init phase.
func initError(e *environment, o *outcome) *InitError {
	i := &InitError{Function: e.f.LogicalID, Type: o.ErrorType, Message: errorMessageOf(o.Payload)}
	switch {
	case i.Message != "":
	case o.timedOut:
		i.Message = fmt.Sprintf("the init phase took over %d seconds", int(initTimeout.Seconds()))
	case e.process.Err() != nil:
		i.Message = fmt.Sprintf("Runtime exited with error: %v", e.process.Err())
	default:
		i.Message = "Runtime exited without providing a reason"
	}
	return i
}

// errRemoved refuses an invocation of a function that has just been removed.
var errRemoved = errors.New("the function is there no more")

// retirement waits for the end of what has to do with functions that were replaced.
type retirement struct {
	left map[*Function]bool
	done chan struct{}
}

// use notes something that has to do with a function; mu is held.
func (p *pool) use(f *Function) { p.users[f]++ }

// unuse notes its end; mu is held.
func (p *pool) unuse(f *Function) {
	if p.users[f]--; p.users[f] > 0 {
		return
	}
	delete(p.users, f)
	p.retiring = slices.DeleteFunc(p.retiring, func(r *retirement) bool {
		delete(r.left, f)
		return r.over()
	})
}

// over reports whether nothing is left, and tells it then.
func (r *retirement) over() bool {
	if len(r.left) > 0 {
		return false
	}
	close(r.done)
	return true
}

// prepare keeps an environment that is ready until replace or abandonReady; not where
// others wait for its room: it has shown what it was started for.
func (p *pool) prepare(e *environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ready = append(p.ready, e)
	if p.closed || len(p.waiting) > 0 {
		p.giveUp()
		p.grant()
	}
}

// giveUp stops the environment that has been ready for longest, and reports whether
// there was one; mu is held.
func (p *pool) giveUp() bool {
	if len(p.ready) == 0 {
		return false
	}
	e := p.ready[0]
	p.ready = p.ready[1:]
	p.stop(e)
	p.shrink()
	return true
}

// abandonReady stops all environments that are ready.
func (p *pool) abandonReady() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.abandon()
}

// abandon is abandonReady; mu is held.
func (p *pool) abandon() {
	for p.giveUp() {
		p.grant()
	}
}

// noteInit notes how an init phase ended that an invocation waited for.
func (p *pool) noteInit(f *Function, failed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current(f) {
		p.members[f.LogicalID].failing = failed
	}
}

// failing reports whether a function failed the last of these.
func (p *pool) failing(logicalID string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.members[logicalID]
	return m != nil && m.failing
}

// replace makes functions those of the pool, with the environments that are ready.
// What it returns is closed when nothing runs on those before.
func (p *pool) replace(functions []*Function) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	retired := &retirement{left: map[*Function]bool{}, done: make(chan struct{})}
	next := map[string]*Function{}
	for _, f := range functions {
		next[f.LogicalID] = f
	}
	for id, m := range p.members {
		if f := next[id]; f != m.f {
			if m.f != nil && p.users[m.f] > 0 {
				retired.left[m.f] = true
			}
			p.replaceMember(id, m, f)
		}
	}
	for id, f := range next {
		if p.members[id] == nil {
			p.members[id] = &member{f: f, provisioned: map[variant]int{}}
		}
	}
	for _, e := range p.ready {
		if p.current(e.f) {
			p.members[e.f.LogicalID].failing = false
		}
		p.offer(e)
	}
	p.ready = nil
	for len(p.waiting) > 0 && p.size < p.max {
		p.grant()
	}
	if !retired.over() {
		p.retiring = append(p.retiring, retired)
	}
	return retired.done
}

// replaceMember stops what is idle of a function and puts f in its place, nil to
// remove it; mu is held.
func (p *pool) replaceMember(logicalID string, m *member, f *Function) {
	p.stopIdle(m, func(idleEnvironment) bool { return true })
	m.f, m.provisioned = f, map[variant]int{}
	if f != nil {
		return
	}
	p.waiting = slices.DeleteFunc(p.waiting, func(w *waiter) bool {
		if w.m == m {
			close(w.granted)
		}
		return w.m == m
	})
	if m.busy == 0 {
		delete(p.members, logicalID)
	}
}
