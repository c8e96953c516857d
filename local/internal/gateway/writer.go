package gateway

import (
	"encoding/base64"
	"strconv"
	"unicode/utf8"
)

// writer appends JSON text (RFC 8259) to a buffer. It puts the commas; that
// each object and array is opened and closed is up to its user. Names are
// written as they are, so they must need no escaping unless they go through
// text.
type writer struct {
	buf []byte
}

// comma separates a name or value from the one before it, if there is one.
func (w *writer) comma() {
	if n := len(w.buf); n > 0 {
		switch w.buf[n-1] {
		case '{', '[', ':':
		default:
			w.buf = append(w.buf, ',')
		}
	}
}

func (w *writer) open(bracket byte) {
	w.comma()
	w.buf = append(w.buf, bracket)
}

func (w *writer) close(bracket byte) {
	w.buf = append(w.buf, bracket)
}

// name starts a member of an object.
func (w *writer) name(name string) {
	w.comma()
	w.buf = append(w.buf, '"')
	w.buf = append(w.buf, name...)
	w.buf = append(w.buf, '"', ':')
}

// object starts a member that is an object.
func (w *writer) object(name string) {
	w.name(name)
	w.buf = append(w.buf, '{')
}

// text writes a value, or a name that needs escaping and a colon after it.
func (w *writer) text(s string) {
	w.comma()
	w.buf = append(w.buf, '"')
	w.buf = appendEscaped(w.buf, s)
	w.buf = append(w.buf, '"')
}

func (w *writer) colon() {
	w.buf = append(w.buf, ':')
}

// member writes a whole member that is a string.
func (w *writer) member(name, value string) {
	w.name(name)
	w.text(value)
}

// nullable writes a member that is null instead of an empty string.
func (w *writer) nullable(name, value string) {
	w.name(name)
	if value == "" {
		w.raw("null")
		return
	}
	w.text(value)
}

// null writes members that are null.
func (w *writer) null(names ...string) {
	for _, name := range names {
		w.name(name)
		w.raw("null")
	}
}

// absence is how an event says that something is not there.
type absence int

const (
	omitted absence = iota
	null
	empty
)

// absent writes members that are not there.
func (w *writer) absent(how absence, names ...string) {
	for _, name := range names {
		switch how {
		case null:
			w.null(name)
		case empty:
			w.object(name)
			w.close('}')
		}
	}
}

// texts writes a whole array of strings.
func (w *writer) texts(values []string) {
	w.open('[')
	for _, value := range values {
		w.text(value)
	}
	w.close(']')
}

// members writes members whose values are JSON already.
func (w *writer) members(list []member) {
	for _, m := range list {
		w.text(m.name)
		w.colon()
		w.buf = append(w.buf, m.value...)
	}
}

func (w *writer) number(name string, n int64) {
	w.name(name)
	w.buf = strconv.AppendInt(w.buf, n, 10)
}

func (w *writer) bool(name string, b bool) {
	w.name(name)
	w.buf = strconv.AppendBool(w.buf, b)
}

func (w *writer) raw(json string) {
	w.buf = append(w.buf, json...)
}

// bytes writes a member from bytes, as base64 or as they are.
func (w *writer) bytes(name string, b []byte, asBase64 bool) {
	w.name(name)
	w.buf = append(w.buf, '"')
	if asBase64 {
		w.buf = base64.StdEncoding.AppendEncode(w.buf, b)
	} else {
		w.buf = appendEscaped(w.buf, b)
	}
	w.buf = append(w.buf, '"')
}

const hexDigits = "0123456789abcdef"

// appendEscaped appends the inside of a JSON string. Bytes that are not UTF-8
// become U+FFFD, one for each, as in encoding/json.
func appendEscaped[T string | []byte](buf []byte, s T) []byte {
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		size := 1
		if c >= utf8.RuneSelf {
			var r rune
			// At most four bytes make a rune, so no more are copied.
			if r, size = utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))])); r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		buf = append(buf, s[done:i]...)
		buf = appendEscape(buf, c)
		i += size
		done = i
	}
	return append(buf, s[done:]...)
}

// appendEscape appends the escape of one byte that cannot stand for itself.
func appendEscape(buf []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(buf, '\\', c)
	case c == '\n':
		return append(buf, '\\', 'n')
	case c == '\r':
		return append(buf, '\\', 'r')
	case c == '\t':
		return append(buf, '\\', 't')
	case c >= utf8.RuneSelf:
		return append(buf, "\ufffd"...)
	}
	return append(buf, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
}
