package tunnel

import (
	"io"
	"net"
	"net/http"
)

// Hijack takes the connection from net/http, with what the client sent behind
// the head and net/http has read already. It fails where the protocol does not
// allow it, as HTTP/2.
func Hijack(w http.ResponseWriter) (net.Conn, error) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	ahead := make([]byte, buffered.Reader.Buffered())
	if _, err := io.ReadFull(buffered, ahead); err != nil {
		conn.Close()
		return nil, err
	}
	return &aheadConn{Conn: conn, ahead: ahead}, nil
}

// aheadConn is a connection of which some bytes were read ahead.
type aheadConn struct {
	net.Conn
	ahead []byte
}

// Read gives the bytes read ahead first.
func (c *aheadConn) Read(p []byte) (int, error) {
	if len(c.ahead) > 0 {
		n := copy(p, c.ahead)
		c.ahead = c.ahead[n:]
		return n, nil
	}
	return c.Conn.Read(p)
}

// NetConn gives the connection below, as that of a tls.Conn does.
func (c *aheadConn) NetConn() net.Conn { return c.Conn }
