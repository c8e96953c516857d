package answer

import (
	"net/http"
	"strconv"
	"time"
)

// Patience is how long a client may stand still while it is answered: as long as
// its own body may.
const Patience = 30 * time.Second

// pieceSize is how much of a body is written at once, in bytes. A deadline is one
// for the whole of a write, however much of it the client has taken by then.
const pieceSize = 64 << 10

// send writes a response whose length is known. A HEAD gets the length that a GET
// would (RFC 9110 §9.3.2). An interim status, which mocks and gateway responses of
// templates may have, is none to end with: net/http would let a 200 follow it.
func (w *Writer) send(status int, body []byte) {
	if status < http.StatusOK {
		status = http.StatusInternalServerError
	}
	h, head := w.w.Header(), w.r.HTTP.Method == http.MethodHead
	if !head || len(body) > 0 || h["Content-Length"] == nil {
		h["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	if head || bodiless(status) {
		body = nil
	}
	w.waitForClient()
	w.writeHead(status)
	w.Broken = w.write(body)
}

// bodiless tells whether a response of this status has no body, whatever the
// function says. net/http sees to a 204 and a 304, and would send the body of a 205,
// which has none either (RFC 9110 §15.3.6): Chromium expects none there
// (http_stream_parser.cc), and what came would be in the way of the connection's
// next response. What API Gateway does is not documented.
func bodiless(status int) bool {
	return status == http.StatusNoContent || status == http.StatusResetContent || status == http.StatusNotModified
}

// writeHead writes the head of a response. A 204 and a 304 have no length (RFC 9110
// §8.6); a 205 needs one, for it is not among those that end with their heads (RFC
// 9112 §6.3).
func (w *Writer) writeHead(status int) {
	w.Status = status
	switch {
	case status == http.StatusResetContent:
		w.Set("Content-Length", "0")
	case bodiless(status):
		delete(w.w.Header(), "Content-Length")
	}
	w.w.WriteHeader(status)
}

// write writes a body, of which the client may take each piece in its patience.
func (w *Writer) write(body []byte) error {
	for len(body) > 0 {
		n, err := w.w.Write(body[:min(len(body), pieceSize)])
		w.Sent += int64(n)
		if err != nil {
			return err
		}
		if body = body[n:]; len(body) > 0 {
			w.waitForClient()
		}
	}
	return nil
}

// waitForClient gives the client its patience for what is written next, or to take
// the end of the response, which net/http writes after the handler.
func (w *Writer) waitForClient() {
	w.writeUntil(time.Now().Add(w.patience))
}

// writeUntil sets when what is written has to be taken; zero for never. It ends
// with the response, not with the connection.
func (w *Writer) writeUntil(deadline time.Time) {
	// Only servers without deadlines, as in tests, refuse this.
	_ = w.control().SetWriteDeadline(deadline)
}

// control reaches what a server's ResponseWriter can do beside writing.
func (w *Writer) control() *http.ResponseController {
	return http.NewResponseController(w.w)
}
