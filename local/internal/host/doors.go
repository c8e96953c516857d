package host

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"maru/local/internal/gateway"
	"maru/local/internal/invokeapi"
)

// open opens the doors. The listeners are the caller's to close after an error.
func (h *Host) open(apis, invokes net.Listener) error {
	if apis != nil {
		if err := h.openAPIs(apis); err != nil {
			return err
		}
	}
	if invokes != nil {
		h.LambdaAddr = invokes.Addr()
		h.serve(&http.Server{
			Handler:           invokeapi.LocalOnly(h.invokeAPI(), h.config.Hosts...),
			ReadHeaderTimeout: 10 * time.Second,
			ErrorLog:          slog.NewLogLogger(h.log.Handler(), slog.LevelWarn),
		}, invokes)
	}
	h.announceDoors()
	return nil
}

func (h *Host) invokeAPI() http.Handler {
	c := invokeapi.Config{Lambda: h.Lambda, Functions: h.configured, Log: h.log}
	if h.queue != nil {
		c.Queue = h.queue
	}
	return invokeapi.New(c)
}

// openAPIs puts the gateway, and the static files before it, on a listener.
func (h *Host) openAPIs(l net.Listener) (err error) {
	if h.gateway, err = gateway.New(h.gatewayConfig()); err != nil {
		return err
	}
	h.APIAddr = l.Addr()
	server := &http.Server{ErrorLog: slog.NewLogLogger(h.log.Handler(), slog.LevelWarn)}
	h.gateway.Configure(server)
	if h.static, err = openStatic(h.Stack.Dir, h.config.StaticDir, h.log); err != nil {
		return err
	}
	if h.static != nil {
		server.Handler = h.static.before(h.gateway)
	}
	if h.certificates == nil {
		h.serve(server, h.gateway.Listen(l))
	} else {
		h.serve(server, h.gateway.ListenTLS(l, &tls.Config{Certificates: h.certificates}))
	}
	return nil
}

func (h *Host) gatewayConfig() gateway.Config {
	methods := map[string]string{}
	for _, f := range h.Stack.Functions {
		for _, method := range f.Methods {
			methods[method] = f.LogicalID
		}
	}
	return gateway.Config{
		APIs: h.Stack.APIs, Methods: methods,
		AccountID: h.Stack.AccountID, Region: h.Stack.Region,
		Invoker: invoker{h.Lambda}, Log: h.log,
		DisableAuthorizer: h.config.DisableAuthorizer,
		Tunnel:            gateway.Tunnel{AllowPrivate: h.config.TunnelPrivate},
	}
}

// serve serves until the host is closed.
func (h *Host) serve(server *http.Server, l net.Listener) {
	h.servers = append(h.servers, server)
	server.ConnState = h.silent.watch(server.ConnState)
	h.serving.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			h.failed <- fmt.Errorf("serving %s: %w", l.Addr(), err)
		}
	})
}

// silent holds the connections on which nothing has come yet, as browsers open
// them ahead of need. Shutdown would wait five seconds for each.
type silent struct {
	mu    sync.Mutex // guards the fields below
	conns map[net.Conn]struct{}
}

// watch returns a hook for http.Server.ConnState that calls next, too.
func (s *silent) watch(next func(net.Conn, http.ConnState)) func(net.Conn, http.ConnState) {
	return func(c net.Conn, state http.ConnState) {
		if next != nil {
			next(c, state)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if state != http.StateNew {
			delete(s.conns, c)
			return
		}
		if s.conns == nil {
			s.conns = map[net.Conn]struct{}{}
		}
		s.conns[c] = struct{}{}
	}
}

func (s *silent) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.Close()
	}
}
