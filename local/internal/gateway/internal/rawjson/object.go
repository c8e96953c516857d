package rawjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Object reads an object and keeps its names as they are, where encoding/json
// would also take them for the names of a struct in another case. Of a name that
// comes twice the last value counts. Anything but an object is an error.
func Object(text []byte) (map[string]json.RawMessage, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, fmt.Errorf("reading an object: %w", err)
	}
	if members == nil {
		return nil, errors.New("null in the place of an object")
	}
	return members, nil
}

// Compact takes the white space out of JSON; what is none stays as it is.
func Compact(value []byte) []byte {
	var out bytes.Buffer
	if json.Compact(&out, value) != nil {
		return value
	}
	return out.Bytes()
}
