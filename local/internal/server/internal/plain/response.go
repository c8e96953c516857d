package plain

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"time"
)

// heldBody is how much of a body is held back, in bytes: one that is over by then
// gets a Content-Length. It is net/http's own size, and so are the chunks.
const heldBody = 2048

// sendSize is how much is collected before it is sent, in bytes.
const sendSize = 4 << 10

// response is the [http.ResponseWriter] of one request, and what
// [http.ResponseController] needs to flush and to set deadlines. Its buffers are the
// connection's.
type response struct {
	c      *conn
	r      *http.Request
	header http.Header

	status  int   // 0 until WriteHeader
	length  int64 // of the body, as declared; -1 is unknown
	written int64 // by the handler
	done    bool  // the handler has returned, and is not heard any more
	close   bool  // the connection, after this response
	ending  bool  // the Listener is being closed, and the connection with it

	// What of a head the handler has set itself.
	dated, typed, encoded, measured bool

	headEnded bool
	chunked   bool
	err       error // of sending
	deadline  bool  // for writing is set
}

func newResponse(c *conn, r *http.Request) *response {
	w := &response{c: c, r: r, header: http.Header{}, length: -1}
	c.out = c.out[:0]
	c.pieces.Reset(pieces{w})
	return w
}

// Header gives the fields that WriteHeader sends.
func (w *response) Header() http.Header { return w.header }

// WriteHeader begins the response. An informational one is sent at once, and
// another one follows it.
func (w *response) WriteHeader(status int) {
	switch {
	case status < 100 || status > 999:
		panic(fmt.Sprintf("invalid WriteHeader code %v", status))
	case w.status != 0 || w.done:
	case status < 200 && status != http.StatusSwitchingProtocols:
		w.appendStatusLine(status)
		_ = w.header.WriteSubset(lines{w}, notInformational)
		w.c.out = append(w.c.out, crlf...)
		w.send()
	default:
		w.beginHead(status)
	}
}

func (w *response) beginHead(status int) {
	w.status = status
	w.look()
	w.appendStatusLine(status)
	_ = w.header.WriteSubset(lines{w}, w.excluded()) // to memory: cannot fail
}

// look takes from the handler's fields what the rest of the head depends on.
func (w *response) look() {
	_, w.dated = w.header["Date"]
	_, w.typed = w.header["Content-Type"]
	_, w.measured = w.header["Content-Length"]
	_, coded := w.header["Transfer-Encoding"]
	w.measured = w.measured || coded
	w.encoded = w.header.Get("Content-Encoding") != "" || coded
	w.ending = w.c.l.closing.Load()
	w.close = w.ending || w.header.Get("Connection") == "close"
	if text := w.header.Get("Content-Length"); text != "" && !coded {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			w.c.l.logf("http: invalid Content-Length of %q", text)
			return
		}
		w.length = n
	}
}

// The fields of framing that a handler has no say in: in any response, and in an
// informational one.
var (
	notSent          = map[string]bool{"Transfer-Encoding": true}
	notInformational = map[string]bool{"Transfer-Encoding": true, "Content-Length": true}
)

// excluded names the fields that are not sent: beside those of framing the ones
// of a body where there is none, and Connection where it is ours to say.
func (w *response) excluded() map[string]bool {
	mismeasured := w.measured && w.length < 0 && !w.isHEAD()
	if w.bodyAllowed() && !w.ending && !mismeasured {
		return notSent
	}
	excluded := maps.Clone(notSent)
	excluded["Connection"] = w.ending
	excluded["Content-Length"] = mismeasured || !w.bodyAllowed()
	excluded["Content-Type"] = w.status == http.StatusNotModified
	return excluded
}

// bodyAllowed reports whether the status may have a body (RFC 9110 §6.4.1).
func (w *response) bodyAllowed() bool {
	return w.status >= 200 && w.status != http.StatusNoContent && w.status != http.StatusNotModified
}

// isHEAD reports whether only the head is wanted.
func (w *response) isHEAD() bool { return w.r.Method == http.MethodHead }

// errDone is the error of a handler that goes on writing when it has returned.
var errDone = errors.New("writing a response whose handler has returned")

// Write sends bytes of the body, or keeps them until there are more.
func (w *response) Write(p []byte) (int, error) {
	if w.done {
		return 0, errDone
	}
	if w.status == 0 {
		w.beginHead(http.StatusOK)
	}
	if len(p) == 0 {
		return 0, nil
	}
	if !w.bodyAllowed() {
		return 0, http.ErrBodyNotAllowed
	}
	w.written += int64(len(p))
	if w.length >= 0 && w.written > w.length {
		return 0, http.ErrContentLength
	}
	return w.c.pieces.Write(p)
}

// FlushError sends what there is.
func (w *response) FlushError() error {
	if w.done {
		return errDone
	}
	if w.status == 0 {
		w.beginHead(http.StatusOK)
	}
	_ = w.c.pieces.Flush() // the error is w.err, too
	w.endHead(nil)
	w.send()
	return w.err
}

// Flush is FlushError for who does not ask.
func (w *response) Flush() { _ = w.FlushError() }

// SetWriteDeadline sets until when the response may be sent; the zero time means
// for ever. It ends with the response.
func (w *response) SetWriteDeadline(t time.Time) error {
	if w.done {
		return errDone
	}
	w.deadline = !t.IsZero()
	return w.c.SetWriteDeadline(t)
}

// SetReadDeadline does nothing: the request has been read.
func (w *response) SetReadDeadline(time.Time) error { return nil }

// finish ends the response and reports whether another request may follow.
func (w *response) finish() (again bool) {
	w.done = true
	if w.status == 0 {
		w.beginHead(http.StatusOK)
	}
	_ = w.c.pieces.Flush()
	w.endHead(nil)
	if w.chunked {
		w.c.out = append(w.c.out, "0\r\n\r\n"...)
	}
	w.send()
	if w.deadline {
		_ = w.c.SetWriteDeadline(time.Time{})
	}
	broken := w.length >= 0 && w.written != w.length && w.bodyAllowed() && !w.isHEAD()
	return w.err == nil && !w.close && !broken
}
