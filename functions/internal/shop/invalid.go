package shop

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Invalid is the error of input that breaks the rules of its fields. It names
// every fault at once, so that a form needs to be sent back only once.
type Invalid []Fault

// Fault says what is wrong with one field of the input.
type Fault struct {
	// Field is the field's name in the input.
	Field string `json:"field"`
	// Detail is what it must be, fit to be shown to the user.
	Detail string `json:"detail"`
}

// Error lists the faults.
func (e Invalid) Error() string {
	texts := make([]string, len(e))
	for i, fault := range e {
		texts[i] = fault.Field + " " + fault.Detail
	}
	return strings.Join(texts, "; ")
}

// err returns e as an error, or nil if there is no fault.
func (e Invalid) err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// text adds a fault unless value is of 1 to most characters and not all blank.
func (e Invalid) text(field, value string, most int) Invalid {
	if n := utf8.RuneCountInString(value); n > most || strings.TrimSpace(value) == "" || !utf8.ValidString(value) {
		return append(e, Fault{field, fmt.Sprintf("must be 1 to %d characters of text", most)})
	}
	return e
}
