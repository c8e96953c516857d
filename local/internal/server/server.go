package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"

	"maru/local/internal/server/head"
	"maru/local/internal/server/internal/plain"
)

// Config is what a Server needs beside its handler. The zero value is complete.
type Config struct {
	// Log gets what net/http has to say, as warnings; nil discards it.
	Log *slog.Logger
	// Failed is told the error that ended a listener before Close did, at most
	// once for each. Close waits for it to return. nil logs the error.
	Failed func(error)
	// NetHTTP leaves every connection to net/http, with its defaults beside the
	// time that a head may take, for handlers that must know when a client goes
	// away: then the request's context ends. Heads are not kept, OPTIONS * is
	// answered by net/http, HTTP/2 needs TLS, and idle connections stay open.
	// Without it, the context of a plain request does not end with its client.
	NetHTTP bool
}

// Server serves the connections of listeners with a handler. Make one with [New];
// its methods may be called at the same time.
type Server struct {
	config  Config
	current atomic.Pointer[generation]
	http    http.Server
	conns   conns
	// ctx is above the contexts of requests that net/http serves. It ends with
	// the hijacked connections.
	ctx     context.Context
	end     context.CancelFunc
	serving sync.WaitGroup // each listener

	mu     sync.Mutex // guards the fields below
	closed bool
	plain  []*plain.Listener
}

// New makes a Server without listeners.
func New(handler http.Handler, config Config) *Server {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{config: config}
	s.ctx, s.end = context.WithCancel(context.Background())
	s.current.Store(newGeneration(handler))
	s.conns.init()
	s.configure()
	return s
}

// Listen starts to serve the connections of a listener, and returns. With a
// config they speak TLS, by its certificates; HTTP/1.1 and HTTP/2 are spoken with
// TLS and without. The listener is the Server's to close; after Close, Listen
// closes it at once.
//
// A handler finds the head of its request as it was sent by [head.Of].
func (s *Server) Listen(l net.Listener, config *tls.Config) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		l.Close()
		return
	}
	wrapped := s.wrap(l, config)
	s.serving.Go(func() {
		if err := s.http.Serve(wrapped); !errors.Is(err, http.ErrServerClosed) {
			s.fail(fmt.Errorf("serving %s: %w", l.Addr(), err))
		}
	})
}

// wrap puts before a listener what is done without net/http.
func (s *Server) wrap(l net.Listener, config *tls.Config) net.Listener {
	switch {
	case config != nil:
		l = head.ListenTLS(l, config)
	case !s.config.NetHTTP:
		l = head.Listen(l)
	}
	if s.config.NetHTTP {
		return l
	}
	p := plain.Listen(l, &s.http)
	s.plain = append(s.plain, p)
	return p
}

func (s *Server) fail(err error) {
	if s.config.Failed == nil {
		s.config.Log.Error("listener failed", "error", err)
		return
	}
	s.config.Failed(err)
}

// Swap gives the next request of every connection to another handler. Requests
// under way end with the one that they began with, and hijacked connections stay
// with theirs. What it returns is closed when the last of these has ended.
func (s *Server) Swap(handler http.Handler) (drained <-chan struct{}) {
	before := s.current.Swap(newGeneration(handler))
	before.retire()
	return before.drained
}

// serve passes a request on to the handler of the moment. Plain requests and
// those of HTTP/2 cannot be hijacked, and have no more to pay.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	g := s.enter()
	defer g.leave()
	if _, ok := w.(http.Hijacker); !ok {
		g.handler.ServeHTTP(w, r)
		return
	}
	s.conns.enter()
	defer s.conns.leave(connOf(r))
	if !r.ProtoAtLeast(1, 1) {
		head.AnswerHTTP10(w, r)
	}
	g.handler.ServeHTTP(w, r)
}

// Close ends accepting, closes the connections on which no request is under way,
// and lets requests end until ctx is done; their connections are cut off then.
// When none is left it closes the hijacked connections, ends the contexts of
// their requests, and waits for their handlers, also until ctx is done. A hijacked
// connection is its handler's until the handler returns, and no longer.
//
// The error is that of closing listeners. That ctx has cut something off is no
// error; ctx.Err tells.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	listeners := s.plain
	s.mu.Unlock()
	s.conns.closeSilent()
	err := s.http.Shutdown(ctx)
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		err = s.http.Close()
	}
	s.end()
	s.conns.closeHijacked()
	s.conns.wait(ctx)
	for _, l := range listeners {
		err = errors.Join(err, l.Close())
		_ = l.Wait(ctx) // ctx's error, if any
	}
	s.serving.Wait()
	return err
}
