package lambda

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// poolModel drives a pool as Lambda does, at random, and knows what has to hold
// whatever happens. Its environments are processes that run nothing.
type poolModel struct {
	*testing.T
	*pool
	functions [4]atomic.Pointer[Function] // nil for one that was removed
	replacing sync.Mutex
	journal   *journal
	owned     sync.Map // the environments that somebody has
	running   map[string]*atomic.Int32
	closing   atomic.Bool
}

func newPoolModel(t *testing.T) *poolModel {
	two := 2
	m := &poolModel{T: t, journal: &journal{w: io.Discard}, running: map[string]*atomic.Int32{}}
	functions := []*Function{
		{LogicalID: "Reserved", ReservedConcurrency: &two},
		{LogicalID: "Provisioned", ProvisionedConcurrency: map[string]int{Latest: 2}},
		{LogicalID: "Tenants"},
		{LogicalID: "Fleeting"},
	}
	for i, f := range functions {
		f.Command, f.MemorySize = []string{"/bin/sleep", "1000"}, 128
		m.running[f.LogicalID] = new(atomic.Int32)
		m.functions[i].Store(f)
	}
	m.pool = newPool(Config{Functions: functions, MaxEnvironments: 4, IdleTimeout: 20 * time.Millisecond}, func() {})
	return m
}

// TestPoolModel is for what no single case shows: that no environment is given
// twice, leaks or is counted wrongly, and that nobody waits while there is room.
func TestPoolModel(t *testing.T) {
	const callers = 8
	rounds := 80
	if testing.Short() {
		rounds = 40
	}
	for name, closeAt := range map[string]int32{"closed at the end": int32(callers * rounds), "closed meanwhile": int32(callers * rounds / 2)} {
		t.Run(name, func(t *testing.T) {
			m := newPoolModel(t)
			var round atomic.Int32
			var all sync.WaitGroup
			for range callers {
				all.Go(func() {
					for range rounds {
						m.invoke()
						m.provision()
						if rand.IntN(4) == 0 {
							m.replace()
						}
						m.check()
						if round.Add(1) == closeAt {
							m.closing.Store(true)
							m.close(context.Background())
						}
					}
				})
			}
			all.Wait()
			m.checkEmpty()
		})
	}
}

// invoke is one invocation: an environment is asked for, and given back in one of
// the ways that Lambda knows.
func (m *poolModel) invoke() {
	f := m.functions[rand.IntN(len(m.functions))].Load()
	if f == nil {
		return
	}
	v := variant{version: Latest}
	if f.LogicalID == "Tenants" {
		v.tenant = []string{"blue", "green"}[rand.IntN(2)]
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rand.IntN(20))*time.Millisecond)
	defer cancel()
	e, now, err := m.acquire(ctx, f.LogicalID, v)
	if err != nil {
		m.refused(f, err)
		return
	}
	f = now
	if n := m.running[f.LogicalID].Add(1); f.ReservedConcurrency != nil && int(n) > *f.ReservedConcurrency {
		m.Errorf("%s: %d invocations at once, want %d at most", f.LogicalID, n, *f.ReservedConcurrency)
	}
	if e == nil {
		e = m.start(f, v, onDemand)
	} else {
		m.take(e, f, v)
	}
	m.running[f.LogicalID].Add(-1) // before it is given back, since that is when the next may come
	m.giveBack(e)
}

func (m *poolModel) refused(f *Function, err error) {
	var refused *Error
	switch {
	case errors.Is(err, errShutdown) && m.closing.Load():
	case errors.Is(err, errRemoved) && f.LogicalID == "Fleeting":
	case errors.As(err, &refused) && refused.Kind == Throttled && f.ReservedConcurrency != nil:
	case errors.Is(err, context.DeadlineExceeded):
	default:
		m.Errorf("%s: got %v", f.LogicalID, err)
	}
}

func (m *poolModel) giveBack(e *environment) {
	m.owned.Delete(e)
	switch rand.IntN(6) {
	case 0: // it crashed
		m.discard(e.f, e)
	case 1: // it could not be started
		m.remove(e)
		m.discard(e.f, nil)
	case 2: // it lingers, and asks for an event
		m.leave(e.f)
		m.add(e)
	case 3: // it lingers for ever
		m.leave(e.f)
		m.lose(e)
	case 4: // it had died while it was idle
		m.remove(e)
		next := m.start(e.f, e.variant, onDemand)
		m.owned.Delete(next)
		m.release(next)
	default:
		m.release(e)
	}
}

// provision starts what is short of provisioned concurrency, or fails to.
func (m *poolModel) provision() {
	f, v := m.functions[1].Load(), variant{version: Latest}
	for m.reserve(f, v) {
		defer m.done(f)
		if rand.IntN(4) == 0 {
			m.unreserve(f, v)
			m.lose(nil)
			return
		}
		e := m.start(f, v, provisioned)
		m.owned.Delete(e)
		if rand.IntN(4) == 0 {
			m.lose(e)
			return
		}
		m.add(e)
	}
}

// replace gives one function other code, with an environment of it where there is
// room, or takes one away, or gives it back.
func (m *poolModel) replace() {
	m.replacing.Lock()
	defer m.replacing.Unlock()
	i := rand.IntN(len(m.functions))
	f := m.functions[i].Load()
	if f == nil {
		f = &Function{LogicalID: "Fleeting", Command: []string{"/bin/sleep", "1000"}, MemorySize: 128}
	} else if other := *f; f.LogicalID != "Fleeting" || rand.IntN(2) == 0 {
		f = &other
	} else {
		f = nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rand.IntN(20))*time.Millisecond)
	defer cancel()
	if f != nil && m.acquireRoom(ctx, map[string]bool{f.LogicalID: true}) == nil {
		e := m.start(f, variant{version: Latest}, onDemand)
		m.owned.Delete(e)
		m.prepare(e)
	}
	m.functions[i].Store(f)
	var functions []*Function
	for i := range m.functions {
		if f := m.functions[i].Load(); f != nil {
			functions = append(functions, f)
		}
	}
	m.pool.replace(functions)
}

func (m *poolModel) start(f *Function, v variant, how initialization) *environment {
	e := &environment{f: f, variant: v, how: how}
	if err := e.start(m.journal); err != nil {
		m.Error(err)
		return nil
	}
	m.track(e)
	m.take(e, f, v)
	return e
}

// take notes that somebody has an environment, which nobody else may have.
func (m *poolModel) take(e *environment, f *Function, v variant) {
	if _, taken := m.owned.LoadOrStore(e, true); taken {
		m.Error("an environment was given to two")
	}
	if e.f != f || e.variant != v {
		m.Errorf("got an environment of %s %v, want %s %v", e.f.LogicalID, e.variant, f.LogicalID, v)
	}
}

func (m *poolModel) check() {
	m.mu.Lock()
	defer m.mu.Unlock()
	idle := 0
	for id, member := range m.members {
		idle += len(member.idle)
		for v, n := range member.provisioned {
			if n < 0 || n > member.f.ProvisionedConcurrency[v.version] {
				m.Errorf("%s: %d environments are provisioned", id, n)
			}
		}
		for _, e := range member.idle {
			if e.f != member.f {
				m.Errorf("%s: an environment of other code is idle", id)
			}
		}
		if member.busy < 0 || member.f == nil && member.busy == 0 {
			m.Errorf("%s: %d invocations are busy", id, member.busy)
		}
	}
	if m.size > m.max || m.size < len(m.pool.running) {
		m.Errorf("%d environments of %d are counted, %d run", m.size, m.max, len(m.pool.running))
	}
	if len(m.waiting) > 0 && (idle > 0 || m.size < m.max) {
		m.Errorf("%d wait, while %d environments of %d are there and %d are idle", len(m.waiting), m.size, m.max, idle)
	}
}

func (m *poolModel) checkEmpty() {
	m.check()
	m.stops.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, member := range m.members {
		for v, n := range member.provisioned {
			if n != 0 {
				m.Errorf("%s %v: %d environments are provisioned at the end", id, v, n)
			}
		}
		if member.busy != 0 || len(member.idle) != 0 {
			m.Errorf("%s: at the end %d are busy, %d idle", id, member.busy, len(member.idle))
		}
	}
	if len(m.users) != 0 || len(m.retiring) != 0 {
		m.Errorf("at the end %d functions are used, %d are to retire", len(m.users), len(m.retiring))
	}
	if m.size != 0 || len(m.pool.running) != 0 || len(m.waiting) != 0 {
		m.Errorf("at the end %d are counted, %d run, %d wait", m.size, len(m.pool.running), len(m.waiting))
	}
}

// A timer of the pool may come before newPool has returned.
func TestShortestTimeout(t *testing.T) {
	for range 1000 {
		newPool(Config{MaxEnvironments: 1, IdleTimeout: 1}, nil).close(t.Context())
	}
}
