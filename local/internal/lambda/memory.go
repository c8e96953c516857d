package lambda

import (
	"time"

	"maru/local/internal/cgroup"
)

// An environment is held to its function's MemorySize in one of two ways:
//
//	limit ─┬─ a cgroup ──▶ the kernel kills it, and overran asks why it has ended
//	       └─ none ──────▶ it is measured, and checkMemory or finish kills it

// limit makes the cgroup for an environment of f; nil where its memory is measured.
func (l *Lambda) limit(f *Function) *cgroup.Group {
	g, err := l.cgroup.New(int64(f.MemorySize) << 20)
	if err != nil {
		l.log.Info("memory is measured: there is no cgroup", "function", f.LogicalID, "error", err)
	}
	return g
}

// watch has the memory of the environment looked at from now on, unless the kernel
// does that.
func (e *environment) watch() { e.watched.Store(e.group == nil) }

// overLimit reports whether that much measured memory, in bytes, is more than the
// function may have. Where the kernel holds the limit, it alone knows.
func (e *environment) overLimit(peak int64) bool {
	return e.group == nil && peak > int64(e.f.MemorySize)<<20
}

// overran reports whether an environment that has ended was killed for its memory.
func (e *environment) overran() bool { return e.outOfMemory.Load() || e.group.OutOfMemory() }

// overran is that of the environment, and tells the log. requestID is that of the
// invocation that has ended with it; empty between invocations.
func (l *Lambda) overran(e *environment, requestID string) bool {
	if !e.overran() {
		return false
	}
	l.log.Warn("memory limit exceeded", "function", e.f.LogicalID, "limit_mb", e.f.MemorySize, "request_id", requestID)
	return true
}

// checkMemory kills the environment if it has too much memory.
func (e *environment) checkMemory() {
	if e.overLimit(e.process.PeakMemory()) {
		e.outOfMemory.Store(true)
		e.process.Kill()
	}
}

// memoryInterval is how often the memory of environments is looked at that run an
// invocation or their init phase. One timer does for all: a timer for each
// invocation would wake the scheduler each time.
const memoryInterval = 100 * time.Millisecond

// measure has the timer go, which rests while there is nothing to look at: an idle
// host is not to wake the machine. mu is held.
func (p *pool) measure() {
	if p.resting {
		p.resting = false
		p.memory.Reset(memoryInterval)
	}
}

// checkMemory kills the environments that have too much memory.
func (p *pool) checkMemory() {
	for _, e := range p.watched() {
		e.checkMemory()
	}
}

// watched returns the environments whose memory is to be looked at now, and comes
// back while any may be.
func (p *pool) watched() []*environment {
	p.mu.Lock()
	defer p.mu.Unlock()
	var watched []*environment
	for e := range p.running {
		if e.watched.Load() {
			watched = append(watched, e)
		}
	}
	if p.resting = len(watched) == 0 && p.quiet(); !p.resting {
		p.memory.Reset(memoryInterval)
	}
	return watched
}

// quiet reports whether no environment is being started and none asked for; mu is
// held.
func (p *pool) quiet() bool {
	for _, m := range p.members {
		if m.busy > 0 {
			return false
		}
	}
	return p.size == len(p.running)
}
