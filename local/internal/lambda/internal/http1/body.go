package http1

import (
	"bytes"
	"errors"
	"io"
	"strconv"
)

// ErrTooLarge is returned by ReadBody for a body over its limit.
var ErrTooLarge = errors.New("request body over the limit")

// maxTrailer is the longest trailer section that is read, in bytes. The longest
// a runtime sends is Lambda-Runtime-Function-Error-Body with a base64 error.
const maxTrailer = 1 << 20

// body is what is left to read of the current request's body.
type body struct {
	chunked        bool
	left           int64 // of the body, or of the current chunk
	inChunk        bool  // the current chunk's closing CRLF is still to come
	ended          bool
	expectContinue bool
	trailer        []byte
}

// Read reads the current request's body; io.EOF is its end. A client that goes
// away within the body causes io.ErrUnexpectedEOF.
func (c *Conn) Read(p []byte) (int, error) {
	b := &c.body
	if err := b.begin(c); err != nil {
		return 0, err
	}
	if b.chunked && b.left == 0 && !b.ended {
		if err := b.nextChunk(c); err != nil {
			return 0, err
		}
	}
	if b.left == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := c.readBuffered(p)
	b.left -= int64(n)
	return n, err
}

// Trailer returns a trailer field of the current request, known once Read has
// returned io.EOF; "" where there is none.
func (c *Conn) Trailer(name string) string {
	value, _ := field(c.body.trailer, name)
	return value
}

// ReadBody reads the current request's whole body. Over limit bytes it reads on
// to the end, so that the client gets to see an answer, and returns ErrTooLarge.
func (c *Conn) ReadBody(limit int64) ([]byte, error) {
	size := int64(512)
	if !c.body.chunked {
		size = min(c.body.left, limit)
	}
	p := make([]byte, 0, size)
	for {
		if int64(len(p)) > limit {
			return nil, errors.Join(c.body.skip(c), ErrTooLarge)
		}
		if len(p) == cap(p) {
			if c.body.atEnd() {
				return p, nil
			}
			p = append(p, 0)[:len(p)]
		}
		n, err := c.Read(p[len(p):cap(p)])
		p = p[:len(p)+n]
		if err == io.EOF {
			return p, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// atEnd reports whether nothing is left to read, without reading.
func (b *body) atEnd() bool { return b.left == 0 && (!b.chunked || b.ended) }

// begin sends the interim response that some clients wait for before they send
// a body (RFC 9110 §10.1.1).
func (b *body) begin(c *Conn) error {
	if !b.expectContinue || b.atEnd() {
		return nil
	}
	b.expectContinue = false
	_, err := c.Write([]byte("HTTP/1.1 100 Continue\r\n\r\n"))
	return err
}

// skip reads the body to its end.
func (b *body) skip(c *Conn) error {
	if b.atEnd() {
		return nil
	}
	_, err := io.Copy(io.Discard, struct{ io.Reader }{c})
	return err
}

// nextChunk reads a chunk's size line, or the end of the body with its trailer
// section (RFC 9112 §7.1).
func (b *body) nextChunk(c *Conn) error {
	if b.inChunk {
		if line, err := c.readLine(bufferSize); err != nil {
			return err
		} else if len(line) > 0 {
			return malformed("%q after a chunk", line)
		}
		b.inChunk = false
	}
	line, err := c.readLine(bufferSize)
	if err != nil {
		return err
	}
	digits, _, _ := bytes.Cut(line, []byte(";"))
	size, err := strconv.ParseUint(string(bytes.TrimRight(digits, " \t")), 16, 62)
	if err != nil {
		return malformed("chunk size %q", line)
	}
	b.left, b.inChunk = int64(size), size > 0
	if size == 0 {
		return b.readTrailer(c)
	}
	return nil
}

func (b *body) readTrailer(c *Conn) error {
	for {
		line, err := c.readLine(maxTrailer)
		if err != nil {
			return err
		}
		if len(line) == 0 {
			b.ended = true
			return nil
		}
		if b.trailer = append(append(b.trailer, line...), crlf...); len(b.trailer) > maxTrailer {
			return malformed("trailer section longer than %d bytes", maxTrailer)
		}
	}
}

// readLine consumes a line that ends in CRLF and returns it without. The line
// is valid until the next read.
func (c *Conn) readLine(limit int) ([]byte, error) {
	for {
		window := c.buf[c.start:c.end]
		if i := bytes.IndexByte(window, '\n'); i >= 0 {
			c.start += i + 1
			line, ok := bytes.CutSuffix(window[:i+1], crlf)
			if !ok {
				return nil, malformed("line ends in a bare LF: %q", window[:i])
			}
			return line, nil
		}
		if len(window) > limit {
			return nil, malformed("line longer than %d bytes", limit)
		}
		if err := c.fill(); err != nil {
			return nil, unexpected(err)
		}
	}
}

// readBuffered reads from the buffer or, where that is empty, past it.
func (c *Conn) readBuffered(p []byte) (int, error) {
	if c.start < c.end {
		n := copy(p, c.buf[c.start:c.end])
		c.start += n
		return n, nil
	}
	n, err := c.conn.Read(p)
	if n > 0 {
		return n, nil
	}
	return 0, unexpected(err)
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
