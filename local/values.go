package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"maru/local/internal/template"
)

// port is the value of a flag: a TCP port, 0 for what the flag says of it.
type port int

func (p *port) String() string { return strconv.Itoa(int(*p)) }

// Type is the word for the value in a command's help.
func (*port) Type() string { return "int" }

// Set takes a port as it was given.
func (p *port) Set(value string) error {
	n, err := strconv.ParseUint(value, 10, 16)
	if err != nil {
		return errors.New("a port is a number from 0 to 65535")
	}
	*p = port(n)
	return nil
}

// choice is the value of a flag that is one of a few words, in any case as with
// sam: click.Choice(…, case_sensitive=False).
type choice struct {
	word  string
	words []string
}

func (c *choice) String() string { return c.word }

// Type is the word for the value in a command's help.
func (*choice) Type() string { return "string" }

// Set takes a word as it was given.
func (c *choice) Set(value string) error {
	i := slices.IndexFunc(c.words, func(word string) bool { return strings.EqualFold(word, value) })
	if i < 0 {
		return fmt.Errorf("it has to be %s%s", strings.Join(c.words, " or "), template.Suggestion(value, c.words))
	}
	c.word = c.words[i]
	return nil
}
