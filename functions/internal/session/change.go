package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"
)

// The methods of this file need Session.mu.

// load reads the session from the store, once. Without a token there is nothing to read.
func (s *Session) load(ctx context.Context) error {
	if s.loaded {
		return s.err
	}
	s.loaded = true
	if s.token == (token{}) {
		return nil
	}
	ctx, cancel := s.manager.bound(ctx)
	defer cancel()
	s.record, s.err = s.manager.Store.Load(ctx, s.token.id(), s.manager.terms())
	if errors.Is(s.err, ErrGone) {
		// A token that the store does not know is not adopted: what is stored next gets a
		// fresh one.
		s.record, s.err = Record{}, nil
	}
	return s.err
}

// writable loads the session for a change.
func (s *Session) writable(ctx context.Context) error {
	if s.committed {
		return ErrCommitted
	}
	return s.load(ctx)
}

// exists reports whether the store has the session.
func (s *Session) exists() bool { return s.record.ID != ID{} }

func (s *Session) user() string {
	if s.rotation != nil {
		return s.rotation.user
	}
	return s.record.Info.User
}

// value returns a value's JSON as it will be after the commit.
func (s *Session) value(name string) (string, bool) {
	old, ok := s.record.Values[name]
	c, changed := s.changes[name]
	switch {
	case !changed:
		return old, ok
	case c.Op == OpSet:
		return c.Value, true
	case c.Op == OpDelete:
		return "", false
	}
	sum := integer(old) + c.N
	return strconv.FormatInt(sum, 10), sum != 0
}

// values returns the JSON of all values as they will be after the commit.
func (s *Session) values() map[string]string {
	all := maps.Clone(s.record.Values)
	if all == nil {
		all = map[string]string{}
	}
	for name := range s.changes {
		if text, ok := s.value(name); ok {
			all[name] = text
		} else {
			delete(all, name)
		}
	}
	return all
}

// change notes what the commit shall do to a value, on top of what it shall do to it already.
func (s *Session) change(ctx context.Context, c Change) error {
	if err := s.writable(ctx); err != nil {
		return err
	}
	before, had := s.changes[c.Name]
	c.Life = s.life(c)
	if c.Op == OpAdd && had {
		c = sum(before, c.N)
	}
	if s.changes == nil {
		s.changes = map[string]Change{}
	}
	s.changes[c.Name] = c
	if c.Op == OpDelete || size(s.values()) <= MaxSize {
		return nil
	}
	delete(s.changes, c.Name)
	if had {
		s.changes[c.Name] = before
	}
	return fmt.Errorf("changing session value %q: %w: limit %d bytes for all", c.Name, ErrTooLarge, MaxSize)
}

// life returns a change's Life, which to keep may mean that of a change before it.
func (s *Session) life(c Change) time.Duration {
	before, had := s.changes[c.Name]
	if c.Life == KeepLife && had && before.Op != OpAdd {
		return before.Life
	}
	return c.Life
}

// sum returns the change that adds n after another change of the same value.
func sum(before Change, n int64) Change {
	switch before.Op {
	case OpAdd:
		before.N += n
		return before
	case OpSet:
		n += integer(before.Value)
	}
	if n == 0 {
		return Change{Op: OpDelete, Name: before.Name}
	}
	return Change{Op: OpSet, Name: before.Name, Value: strconv.FormatInt(n, 10), Life: before.Life}
}

// encodeValue returns a value's JSON.
func encodeValue(name string, v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encoding session value %q: %w", name, err)
	}
	if len(text) > MaxValue {
		return "", fmt.Errorf("setting session value %q: %w: %d bytes, limit %d", name, ErrTooLarge, len(text), MaxValue)
	}
	return string(text), nil
}

// decodeValue reads a value's JSON.
func decodeValue(name, text string, v any) error {
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return fmt.Errorf("decoding session value %q: %w", name, err)
	}
	return nil
}

// size weighs values as update.lua does.
func size(values map[string]string) int {
	total := 0
	for name, text := range values {
		total += len("v:") + len(name) + len(text)
	}
	return total
}

// integer reads a counter; Add has made sure that it is one.
func integer(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}

func countable(n int64) bool { return -MaxCounter <= n && n <= MaxCounter }
