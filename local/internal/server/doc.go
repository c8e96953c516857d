// Package server is what is HTTP (RFC 9110, 9112, 9113) and not API Gateway:
// listeners, TLS, request heads as they were sent, the common request without
// net/http's server, and guards on connections. A [Server] serves one handler at a
// time and can be given another while it serves.
//
// The life of a connection:
//
//	Accept ──▶ TLS ──▶ head is kept ──▶ plain request ──▶ handler ──▶ answer ──▶ next request …
//	            │                             │
//	          HTTP/2                    any other request, and
//	            │                       those that follow it
//	            ▼                             ▼
//	         net/http: silent ──▶ active ◀──▶ idle ──▶ closed
//	                                │
//	                                └──▶ hijacked ──▶ closed when its handler returns
//
// and its end, where [Server.Close] comes first:
//
//	silent, idle   closed at once; HTTP/2 takes a second to say so
//	               to its client
//	active         closed when its request has been answered, or ctx is done
//	hijacked       closed, and its handler waited for, once nothing is active
//
// A connection is silent until the head of its first request is there. A WebSocket
// connection is a hijacked one: it is closed and waited for here, and its protocol
// is a handler's.
//
// # Parts
//
// server.go is what users call, settings.go what is asked of net/http, conns.go
// what net/http does not know of connections. Below:
//
//	head             request heads as clients sent them; handshakes of TLS; what
//	                 clients of HTTP/1.0 are told of versions
//	internal/plain   the common request, served without net/http's server
//	tunnel           what CONNECT comes to once it is allowed
//
// # Left out
//
// Which requests are let in and what they are answered, that is, all that
// depends on what a request says: its handler's. HTTP/3. Certificates: whoever
// calls Listen has them.
package server
