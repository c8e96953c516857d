package http1

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Request is the head of a request.
type Request struct {
	// Method and Target are the request line's, as the client wrote them.
	Method, Target []byte
	fields         []byte // the header section, without the closing empty line

	length         int64 // of the body; of no meaning where chunked
	chunked        bool
	expectContinue bool
	closing        bool
}

// Header returns the first value of the header field with this name, compared
// without regard to case; "" where there is none.
func (r *Request) Header(name string) string {
	value, _ := field(r.fields, name)
	return value
}

// Close reports whether the client asked for the connection to be closed after
// the response (RFC 9112 §9.6); an HTTP/1.0 client always does.
func (r *Request) Close() bool { return r.closing }

// HasBody reports whether a body follows the head.
func (r *Request) HasBody() bool { return r.chunked || r.length > 0 }

// parseHead parses a request line and its header section (RFC 9112 §3, §5).
func parseHead(head []byte) (Request, error) {
	line, fields, _ := bytes.Cut(head, crlf)
	r := Request{fields: bytes.TrimSuffix(fields, crlf)}
	var version []byte
	var ok1, ok2 bool
	r.Method, version, ok1 = bytes.Cut(line, space)
	r.Target, version, ok2 = bytes.Cut(version, space)
	switch {
	case !ok1 || !ok2 || len(r.Method) == 0 || len(r.Target) == 0:
		return r, malformed("request line %q", line)
	case string(version) == "HTTP/1.0":
		r.closing = true
	case string(version) != "HTTP/1.1":
		return r, malformed("version %q", version)
	}
	return r, r.readFraming()
}

// readFraming checks each header field and keeps what frames the body.
func (r *Request) readFraming() error {
	r.length = -1
	for rest := r.fields; len(rest) > 0; {
		var line []byte
		line, rest, _ = bytes.Cut(rest, crlf)
		name, value, ok := bytes.Cut(line, colon)
		if !ok || !isToken(name) {
			return malformed("header line %q", line)
		}
		if err := r.frame(name, bytes.Trim(value, " \t")); err != nil {
			return err
		}
	}
	if r.chunked && r.length >= 0 {
		return malformed("both Content-Length and Transfer-Encoding")
	}
	r.length = max(r.length, 0)
	return nil
}

func (r *Request) frame(name, value []byte) error {
	switch {
	case equalFold(name, "Content-Length"):
		return r.setLength(value)
	case equalFold(name, "Transfer-Encoding"):
		if r.chunked || !equalFold(value, "chunked") {
			return malformed("transfer encoding %q", value)
		}
		r.chunked = true
	case equalFold(name, "Connection"):
		r.closing = r.closing || equalFold(value, "close")
	case equalFold(name, "Expect"):
		r.expectContinue = equalFold(value, "100-continue")
	}
	return nil
}

// setLength reads a Content-Length; a second one has to agree (RFC 9112 §6.3).
func (r *Request) setLength(value []byte) error {
	n, err := strconv.ParseUint(string(value), 10, 62)
	if err != nil || r.length >= 0 && r.length != int64(n) {
		return malformed("content length %q", value)
	}
	r.length = int64(n)
	return nil
}

var (
	crlf  = []byte("\r\n")
	space = []byte(" ")
	colon = []byte(":")
)

// field finds a field by name in a header or trailer section.
func field(section []byte, name string) (string, bool) {
	for len(section) > 0 {
		var line []byte
		line, section, _ = bytes.Cut(section, crlf)
		key, value, ok := bytes.Cut(line, colon)
		if ok && equalFold(key, name) {
			return string(bytes.Trim(value, " \t")), true
		}
	}
	return "", false
}

func equalFold(b []byte, s string) bool { return len(b) == len(s) && strings.EqualFold(string(b), s) }

// isToken reports whether b is a token of RFC 9110 §5.6.2. Space before the
// colon is none, so a name followed by it is refused. ValidHeaderFieldName of
// httpguts says the same of a string, which would have to be made of b.
func isToken(b []byte) bool {
	for _, c := range b {
		if !httpguts.IsTokenRune(rune(c)) {
			return false
		}
	}
	return len(b) > 0
}
