package head

import (
	"bytes"
	"net/http"
)

// A server answers by the highest version that it conforms to, whatever minor version
// the request is of (RFC 9110 §6.2), in a form that the client understands. net/http
// sees to the form, and puts the request's version into the status line.

// version10 begins a status line of net/http's, and version11 one of ours.
var version10, version11 = []byte("HTTP/1.0 "), []byte("HTTP/1.1 ")

// AnswerHTTP10 has the response to a request of HTTP/1.0 say HTTP/1.1, and end its
// connection unless the client asked to keep it, which net/http then says and does
// where the response has a length. It is called before the handler, with its
// ResponseWriter. A Transfer-Encoding, which HTTP/1.0 does not know, makes it unclear
// where the request ends, and ends the connection as well (RFC 9112 §6.1); so does a
// head that was not seen, in which one may be. A response on a connection that is not
// of [Listen] or [ListenTLS] is left to net/http.
func AnswerHTTP10(w http.ResponseWriter, r *http.Request) {
	c := connOf(r)
	if c == nil {
		return
	}
	c.raise.Store(true)
	if sent, _ := c.head(r); r.Close || sent == nil || sent.Has("Transfer-Encoding") {
		w.Header().Set("Connection", "close")
	}
}

// Write writes to the connection. The first bytes after AnswerHTTP10 are a status line.
func (c *recordedConn) Write(p []byte) (int, error) {
	if c.raise.Load() && c.raise.CompareAndSwap(true, false) && bytes.HasPrefix(p, version10) {
		return c.Conn.Write(append(bytes.Clone(version11), p[len(version10):]...))
	}
	return c.Conn.Write(p)
}
