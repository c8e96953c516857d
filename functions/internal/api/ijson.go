package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"maru/functions/internal/shop"
)

// members are the members of a JSON object, each with its value as it was sent.
type members map[string]json.RawMessage

// mostMembers is how many members an object may have, so that the list of those
// that are unknown stays short.
const mostMembers = 50

// readMembers reads a body that is one object of I-JSON (RFC 7493): UTF-8, no half
// characters, no name twice. encoding/json mends or overlooks all three, and what
// it makes of them other readers of the same bytes may not. It returns
// errBodyTooLarge, errBody, and shop.Invalid for a name that is there twice.
//
// Values may nest as deep as encoding/json lets them, 10,000 levels, which it
// reads without recursion; no field takes a value that nests at all.
func readMembers(body io.Reader) (members, error) {
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, bodyError(err)
	}
	if !utf8.Valid(text) || halfCharacters(text) {
		return nil, fmt.Errorf("%w: not UTF-8", errBody)
	}
	var whole json.RawMessage
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, bodyError(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, fmt.Errorf("%w: not a JSON object", errBody)
	}
	return restOfObject(decoder)
}

// restOfObject reads the members of the object in which the decoder stands.
func restOfObject(decoder *json.Decoder) (members, error) {
	read := members{}
	for decoder.More() {
		token, err := decoder.Token()
		name, isName := token.(string)
		var value json.RawMessage
		if err = errors.Join(err, decoder.Decode(&value)); err != nil || !isName {
			return nil, bodyError(err)
		}
		if _, twice := read[name]; twice {
			return nil, shop.Invalid{{Field: name, Detail: "must be given once"}}
		}
		if read[name] = value; len(read) > mostMembers {
			return nil, fmt.Errorf("%w: more than %d members", errBody, mostMembers)
		}
	}
	return read, nil
}

// halfCharacters reports whether a JSON text escapes one half of a surrogate pair
// without the other (RFC 8259, 8.2).
func halfCharacters(text []byte) bool {
	for {
		i := bytes.IndexByte(text, '\\')
		if i < 0 {
			return false
		}
		text = text[i:]
		first, ok := escapedUnit(text)
		switch {
		case !ok:
			text = text[min(2, len(text)):] // Another escape, or none that JSON knows.
		case !utf16.IsSurrogate(first):
			text = text[escapeSize:]
		default:
			second, _ := escapedUnit(text[escapeSize:])
			if utf16.DecodeRune(first, second) == utf8.RuneError {
				return true
			}
			text = text[2*escapeSize:]
		}
	}
}

// escapeSize is the length of \uXXXX.
const escapeSize = 6

// escapedUnit returns the UTF-16 code unit that text begins with as \uXXXX, if it does.
func escapedUnit(text []byte) (rune, bool) {
	if len(text) < escapeSize || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(text[2:escapeSize]), 16, 16)
	return rune(unit), err == nil
}
