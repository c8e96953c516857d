package lambda

import "context"

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
		close(w.granted)
	}
	p.waiting = nil
	if p.size == 0 {
		close(p.drained)
	}
	for _, m := range p.members {
		p.stopIdle(m, func(idleEnvironment) bool { return true })
	}
	p.abandon()
}

func (p *pool) killAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.killed = true
	for e := range p.running {
		e.process.Kill()
	}
}
