package plain

import (
	"net/http"
	"strconv"
	"time"
)

// lines takes the lines of a response's head.
type lines struct{ w *response }

func (l lines) Write(p []byte) (int, error) {
	l.w.c.out = append(l.w.c.out, p...)
	return len(p), nil
}

func (l lines) WriteString(s string) (int, error) {
	l.w.c.out = append(l.w.c.out, s...)
	return len(s), nil
}

// pieces takes the body of a response, and ends its head before the first.
type pieces struct{ w *response }

func (b pieces) Write(p []byte) (int, error) {
	b.w.endHead(p)
	b.w.appendBody(p)
	return len(p), b.w.err
}

func (w *response) appendStatusLine(status int) {
	w.c.out = append(w.c.out, "HTTP/1.1 "...)
	w.c.out = strconv.AppendInt(w.c.out, int64(status), 10)
	w.c.out = append(w.c.out, ' ')
	if text := http.StatusText(status); text != "" {
		w.c.out = append(w.c.out, text...)
	} else {
		w.c.out = strconv.AppendInt(append(w.c.out, "status code "...), int64(status), 10)
	}
	w.c.out = append(w.c.out, crlf...)
}

func (w *response) appendField(name, value string) {
	w.c.out = append(append(w.c.out, name...), ": "...)
	w.c.out = append(append(w.c.out, value...), crlf...)
}

// endHead ends the head before the first piece of the body, or without one, with
// the fields that the handler left to us.
func (w *response) endHead(first []byte) {
	if w.headEnded {
		return
	}
	w.headEnded = true
	if !w.dated {
		w.c.out = append(w.c.out, "Date: "...)
		w.c.out = append(time.Now().UTC().AppendFormat(w.c.out, http.TimeFormat), crlf...)
	}
	if w.done && !w.measured && w.bodyAllowed() && (len(first) > 0 || !w.isHEAD()) {
		w.length = int64(len(first))
		w.appendField("Content-Length", strconv.Itoa(len(first)))
	}
	if len(first) > 0 && !w.typed && !w.encoded {
		w.appendField("Content-Type", http.DetectContentType(first))
	}
	if w.ending {
		w.appendField("Connection", "close")
	}
	if w.chunked = w.length < 0 && w.bodyAllowed() && !w.isHEAD(); w.chunked {
		w.appendField("Transfer-Encoding", "chunked")
	}
	w.c.out = append(w.c.out, crlf...)
}

// appendBody adds a piece of the body, and sends once there is enough.
func (w *response) appendBody(p []byte) {
	if w.isHEAD() {
		return
	}
	if w.chunked {
		w.c.out = append(strconv.AppendInt(w.c.out, int64(len(p)), 16), crlf...)
	}
	if len(w.c.out)+len(p) <= sendSize {
		w.c.out = append(w.c.out, p...)
	} else {
		w.send()
		w.write(p)
	}
	if w.chunked {
		w.c.out = append(w.c.out, crlf...)
	}
}

// send sends what has been collected.
func (w *response) send() {
	w.write(w.c.out)
	w.c.out = w.c.out[:0]
}

// write sends bytes, and nothing after an error.
func (w *response) write(p []byte) {
	if w.err == nil && len(p) > 0 {
		_, w.err = w.c.Write(p)
	}
}
