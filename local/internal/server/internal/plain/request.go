package plain

import (
	"bytes"
	"strconv"

	"golang.org/x/net/http/httpguts"
)

// maxRequest is the longest request that is plain, in bytes: those of an API's clients
// are seldom longer, and each connection has a buffer of this size.
const maxRequest = 8 << 10

var crlf = []byte("\r\n")

// measure returns how long the request is that b begins with, in bytes, by what its
// head says; b may have less or more. It is not ok where the request is not plain, or
// its head not whole.
func measure(b []byte) (size int, ok bool) {
	end := bytes.Index(b, []byte("\r\n\r\n"))
	if end < 0 {
		return 0, false
	}
	size = end + 4
	line, fields, _ := bytes.Cut(b[:end+2], crlf)
	if !plainLine(line) {
		return 0, false
	}
	var seen framing
	for len(fields) > 0 {
		line, fields, _ = bytes.Cut(fields, crlf)
		if !seen.add(line) {
			return 0, false
		}
	}
	size += seen.length
	return size, seen.hosts == 1 && size <= maxRequest
}

// plainLine reports whether a request line asks for a path by HTTP/1.1.
func plainLine(line []byte) bool {
	method, rest, _ := bytes.Cut(line, []byte(" "))
	target, version, _ := bytes.Cut(rest, []byte(" "))
	return isToken(method) && string(method) != "CONNECT" &&
		len(target) > 0 && target[0] == '/' && isText(target) && string(version) == "HTTP/1.1"
}

// framing is what the fields say of where a request ends.
type framing struct {
	hosts, lengths, length int
}

// add takes a field line and reports whether the request may still be plain.
func (f *framing) add(line []byte) bool {
	name, value, found := bytes.Cut(line, []byte(":"))
	if !found || !isToken(name) || !isText(value) {
		return false
	}
	value = bytes.Trim(value, " \t")
	switch {
	case is(name, "Host"):
		f.hosts++
		return httpguts.ValidHostHeader(string(value))
	case is(name, "Content-Length"):
		f.lengths++
		var err error
		f.length, err = strconv.Atoi(string(value))
		return err == nil && f.lengths == 1 && isDigits(value)
	case is(name, "Connection"):
		return is(value, "keep-alive")
	case is(name, "Transfer-Encoding"), is(name, "Expect"), is(name, "Upgrade"), is(name, "Trailer"):
		return false
	}
	return true
}

// is compares ASCII without regard to case.
func is(b []byte, name string) bool {
	return len(b) == len(name) && bytes.EqualFold(b, []byte(name))
}

// isToken reports whether b is a token (RFC 9110 §5.6.2).
func isToken(b []byte) bool {
	for _, c := range b {
		if !httpguts.IsTokenRune(rune(c)) {
			return false
		}
	}
	return len(b) > 0
}

// isText reports whether b has no control characters but tabs, as field values
// may not (RFC 9110 §5.5).
func isText(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// isDigits reports whether b consists of digits, few enough for any int.
func isDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0 && len(b) < 8
}
