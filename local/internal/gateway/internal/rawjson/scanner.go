package rawjson

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Scanner reads JSON text once, from left to right, without making values of
// what nobody asks for. It takes exactly the texts that encoding/json takes. The
// first error ends the reading.
type Scanner struct {
	data []byte
	pos  int
}

// NewScanner gives a scanner at the start of a text.
func NewScanner(text []byte) Scanner {
	return Scanner{data: text}
}

// maxDepth is how deep arrays and objects may nest, as in encoding/json.
const maxDepth = 10_000

var errDepth = errors.New("JSON nested too deeply")

// syntax tells where the text stops being JSON.
func (s *Scanner) syntax() error {
	return fmt.Errorf("no JSON at byte %d", s.pos)
}

// Peek skips white space and gives the next byte, or 0 at the end.
func (s *Scanner) Peek() byte {
	for ; s.pos < len(s.data); s.pos++ {
		switch c := s.data[s.pos]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// take reads one byte that must come next.
func (s *Scanner) take(c byte) error {
	if s.Peek() != c || s.pos == len(s.data) {
		return s.syntax()
	}
	s.pos++
	return nil
}

// End checks that nothing follows.
func (s *Scanner) End() error {
	if s.Peek(); s.pos != len(s.data) {
		return s.syntax()
	}
	return nil
}

// Members reads an object and has each read the value of each of its names.
func (s *Scanner) Members(each func(name []byte) error) error {
	return s.list('{', '}', func() error {
		name, err := s.Text()
		if err != nil {
			return err
		}
		if err := s.take(':'); err != nil {
			return err
		}
		return each(name)
	})
}

// Elements reads an array and has each read each of its values.
func (s *Scanner) Elements(each func() error) error {
	return s.list('[', ']', each)
}

func (s *Scanner) list(open, close byte, each func() error) error {
	if err := s.take(open); err != nil {
		return err
	}
	if s.Peek() == close {
		return s.take(close)
	}
	for {
		if err := each(); err != nil {
			return err
		}
		if s.Peek() == close {
			return s.take(close)
		}
		if err := s.take(','); err != nil {
			return err
		}
	}
}

// Value reads a value of any kind and gives its text.
func (s *Scanner) Value() ([]byte, error) {
	s.Peek()
	start := s.pos
	err := s.value(maxDepth)
	return s.data[start:s.pos], err
}

func (s *Scanner) value(depth int) error {
	if depth == 0 {
		return errDepth
	}
	switch c := s.Peek(); {
	case c == '{':
		return s.Members(func([]byte) error { return s.value(depth - 1) })
	case c == '[':
		return s.Elements(func() error { return s.value(depth - 1) })
	case c == '"':
		_, _, err := s.quoted()
		return err
	case c == '-' || '0' <= c && c <= '9':
		return s.number()
	}
	return s.word()
}

// word reads true, false or null.
func (s *Scanner) word() error {
	for _, word := range []string{"true", "false", "null"} {
		if bytes.HasPrefix(s.data[s.pos:], []byte(word)) {
			s.pos += len(word)
			return nil
		}
	}
	return s.syntax()
}

func (s *Scanner) number() error {
	s.accept('-')
	if !s.accept('0') {
		if err := s.digits(); err != nil {
			return err
		}
	}
	if s.accept('.') {
		if err := s.digits(); err != nil {
			return err
		}
	}
	if s.accept('e') || s.accept('E') {
		if !s.accept('+') {
			s.accept('-')
		}
		return s.digits()
	}
	return nil
}

// accept reads one byte if it comes next.
func (s *Scanner) accept(c byte) bool {
	if s.pos < len(s.data) && s.data[s.pos] == c {
		s.pos++
		return true
	}
	return false
}

// digits reads one digit or more.
func (s *Scanner) digits() error {
	start := s.pos
	for s.pos < len(s.data) && '0' <= s.data[s.pos] && s.data[s.pos] <= '9' {
		s.pos++
	}
	if s.pos == start {
		return s.syntax()
	}
	return nil
}

// Text reads a string and gives what it stands for, which shares the
// text's memory where there is nothing to unescape.
func (s *Scanner) Text() ([]byte, error) {
	inside, escaped, err := s.quoted()
	if err != nil || !escaped {
		return inside, err
	}
	return unquote(inside), nil
}

// quoted reads a string and gives what stands between its quotes.
func (s *Scanner) quoted() (inside []byte, escaped bool, err error) {
	if err := s.take('"'); err != nil {
		return nil, false, err
	}
	start := s.pos
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			return s.data[start : s.pos-1], escaped, nil
		case c == '\\':
			escaped = true
			if err := s.escape(); err != nil {
				return nil, false, err
			}
		case c < ' ':
			return nil, false, s.syntax()
		default:
			s.pos++
		}
	}
	return nil, false, s.syntax()
}

// escape reads a backslash and what belongs to it.
func (s *Scanner) escape() error {
	rest := s.data[s.pos+1:]
	switch {
	case len(rest) > 0 && bytes.IndexByte([]byte(`"\/bfnrt`), rest[0]) >= 0:
		s.pos += 2
		return nil
	case len(rest) > 4 && rest[0] == 'u' && isHex(rest[1:5]):
		s.pos += 6
		return nil
	}
	return s.syntax()
}

// unquote replaces the escapes of a string that quoted has read.
func unquote(inside []byte) []byte {
	out := make([]byte, 0, len(inside))
	for {
		i := bytes.IndexByte(inside, '\\')
		if i < 0 {
			return append(out, inside...)
		}
		out = append(out, inside[:i]...)
		if inside[i+1] == 'u' {
			var r rune
			r, inside = unquoteRune(inside[i:])
			out = utf8.AppendRune(out, r)
			continue
		}
		out = append(out, unescaped(inside[i+1]))
		inside = inside[i+2:]
	}
}

// unquoteRune reads \uXXXX, or two of them that make one rune. Half of such a
// pair alone is U+FFFD.
func unquoteRune(s []byte) (rune, []byte) {
	r := codeUnit(s)
	if s = s[6:]; !utf16.IsSurrogate(r) {
		return r, s
	}
	if len(s) >= 6 && s[0] == '\\' && s[1] == 'u' {
		if pair := utf16.DecodeRune(r, codeUnit(s)); pair != utf8.RuneError {
			return pair, s[6:]
		}
	}
	return utf8.RuneError, s
}

// codeUnit reads the four digits of \uXXXX, which quoted has seen to be some.
func codeUnit(s []byte) rune {
	n, _ := strconv.ParseUint(string(s[2:6]), 16, 16)
	return rune(n)
}

// unescaped gives the byte that a one-letter escape stands for.
func unescaped(letter byte) byte {
	switch letter {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return letter
}

func isHex(digits []byte) bool {
	return len(bytes.Trim(digits, "0123456789abcdefABCDEF")) == 0
}
