package server

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"

	"maru/local/internal/server/head"
)

const (
	// idlePatience is how long a connection may stand still between two requests.
	idlePatience = 2 * time.Minute
	// writePatience is how long a client of HTTP/2 may take nothing of what it is
	// sent. Streams have deadlines of their handlers', a connection has none.
	writePatience = 30 * time.Second
)

// configure makes net/http's server: the handler of OPTIONS * is ours too, HTTP/1
// and HTTP/2 come with TLS and without, and heads have limits. Hooks of head are run
// behind ours.
func (s *Server) configure() {
	s.http.Handler = http.HandlerFunc(s.serve)
	s.http.ErrorLog = slog.NewLogLogger(s.config.Log.Handler(), slog.LevelWarn)
	s.http.BaseContext = func(net.Listener) context.Context { return s.ctx }
	s.http.ConnContext = withConn
	s.http.ConnState = s.conns.changed
	if s.config.NetHTTP {
		s.http.ReadHeaderTimeout = head.Patience
		return
	}
	s.http.DisableGeneralOptionsHandler = true
	s.http.Protocols = new(http.Protocols)
	s.http.Protocols.SetHTTP1(true)
	s.http.Protocols.SetHTTP2(true)
	s.http.Protocols.SetUnencryptedHTTP2(true)
	s.http.IdleTimeout = idlePatience
	s.http.HTTP2 = &http.HTTP2Config{WriteByteTimeout: writePatience}
	head.Configure(&s.http)
}
