package rawjson

import (
	"encoding/base64"
	"strconv"
	"unicode/utf8"
)

// Writer appends JSON text to a buffer. It puts the commas; that each object and
// array is opened and closed is up to its user. Names are written as they are,
// so they must need no escaping unless they go through Text. The zero value is
// ready.
type Writer struct {
	// Buf is what was written. What a Writer has no method for is appended to it.
	Buf []byte
}

// Comma separates a name or value from the one before it, if there is one.
func (w *Writer) Comma() {
	if n := len(w.Buf); n > 0 {
		switch w.Buf[n-1] {
		case '{', '[', ':':
		default:
			w.Buf = append(w.Buf, ',')
		}
	}
}

// Open writes the bracket of a value that is an array or an object.
func (w *Writer) Open(bracket byte) {
	w.Comma()
	w.Buf = append(w.Buf, bracket)
}

// Close writes the bracket that ends an array or an object.
func (w *Writer) Close(bracket byte) {
	w.Buf = append(w.Buf, bracket)
}

// Name starts a member of an object.
func (w *Writer) Name(name string) {
	w.Comma()
	w.Buf = append(w.Buf, '"')
	w.Buf = append(w.Buf, name...)
	w.Buf = append(w.Buf, '"', ':')
}

// Object starts a member that is an object.
func (w *Writer) Object(name string) {
	w.Name(name)
	w.Buf = append(w.Buf, '{')
}

// Text writes a value, or a name that needs escaping and a colon after it.
func (w *Writer) Text(s string) {
	w.Comma()
	w.Buf = append(w.Buf, '"')
	w.Inside(s)
	w.Buf = append(w.Buf, '"')
}

// Colon stands behind a name that Text wrote.
func (w *Writer) Colon() {
	w.Buf = append(w.Buf, ':')
}

// Member writes a whole member that is a string.
func (w *Writer) Member(name, value string) {
	w.Name(name)
	w.Text(value)
}

// Nullable writes a member that is null instead of an empty string.
func (w *Writer) Nullable(name, value string) {
	w.Name(name)
	if value == "" {
		w.Raw("null")
		return
	}
	w.Text(value)
}

// Null writes members that are null.
func (w *Writer) Null(names ...string) {
	for _, name := range names {
		w.Name(name)
		w.Raw("null")
	}
}

// Texts writes a whole array of strings.
func (w *Writer) Texts(values []string) {
	w.Open('[')
	for _, value := range values {
		w.Text(value)
	}
	w.Close(']')
}

// Member is a name and a value that is JSON.
type Member struct {
	Name  string
	Value []byte
}

// Members writes members whose values are JSON already.
func (w *Writer) Members(list []Member) {
	for _, m := range list {
		w.Text(m.Name)
		w.Colon()
		w.Buf = append(w.Buf, m.Value...)
	}
}

// Number writes a whole member that is an integer.
func (w *Writer) Number(name string, n int64) {
	w.Name(name)
	w.Buf = strconv.AppendInt(w.Buf, n, 10)
}

// Bool writes a whole member that is true or false.
func (w *Writer) Bool(name string, b bool) {
	w.Name(name)
	w.Buf = strconv.AppendBool(w.Buf, b)
}

// Raw writes JSON, or a part of it, as it is and without a comma.
func (w *Writer) Raw(json string) {
	w.Buf = append(w.Buf, json...)
}

// Inside writes the inside of a string, between quotes that Raw writes.
func (w *Writer) Inside(s string) {
	w.Buf = appendEscaped(w.Buf, s)
}

// Bytes writes a whole member that is a string of bytes, as base64 or as they are.
func (w *Writer) Bytes(name string, b []byte, asBase64 bool) {
	w.Name(name)
	w.Buf = append(w.Buf, '"')
	if asBase64 {
		w.Buf = base64.StdEncoding.AppendEncode(w.Buf, b)
	} else {
		w.Buf = appendEscaped(w.Buf, b)
	}
	w.Buf = append(w.Buf, '"')
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
