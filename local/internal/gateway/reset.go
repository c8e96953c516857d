package gateway

import (
	"net"
	"net/http"
)

// reset cuts off the connection of a client that speaks HTTP/1.0, to whom the end of a
// connection is that of the response (RFC 9112 §8): only a reset says that there was to
// be more. Where it cannot be had, and for others, net/http closes it.
func reset(w http.ResponseWriter, r *http.Request) {
	if r.ProtoAtLeast(1, 1) {
		return
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	below := conn
	for {
		inner, ok := below.(interface{ NetConn() net.Conn })
		if !ok {
			break
		}
		below = inner.NetConn()
	}
	if tcp, ok := below.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // then Close resets
		_ = tcp.Close()      // without what TLS would say at the end
	}
}
