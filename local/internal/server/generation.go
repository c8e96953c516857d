package server

import (
	"net/http"
	"sync"
	"sync/atomic"
)

// generation is a handler and the requests that it serves.
type generation struct {
	handler http.Handler
	// running counts its requests, and one for being the current one.
	running atomic.Int64
	drained chan struct{} // closed when there are none left
	once    sync.Once     // closes drained
}

func newGeneration(handler http.Handler) *generation {
	g := &generation{handler: handler, drained: make(chan struct{})}
	g.running.Store(1)
	return g
}

// enter counts a request for the current generation. One that was retired meanwhile
// is left again: what was not counted when it was drained is never served by it.
func (s *Server) enter() *generation {
	for {
		g := s.current.Load()
		g.running.Add(1)
		if s.current.Load() == g {
			return g
		}
		g.leave()
	}
}

// leave counts a request less.
func (g *generation) leave() {
	if g.running.Add(-1) == 0 {
		g.once.Do(func() { close(g.drained) }) // one that came too late counts again
	}
}

// retire ends being the current one.
func (g *generation) retire() { g.leave() }
