package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
)

// This file changes values that depend on what they were. The version that is compared is the value
// itself, as the request read it: a number for the whole session would set requests against
// each other that change different values.

// Expect makes what this request changes depend on a value that it has read: if another
// request changes that one, or brings it into being, before the commit, nothing of this
// request is stored and the response is replaced by ErrConflict's. A request that changes
// nothing expects nothing.
func (s *Session) Expect(ctx context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(ctx); err != nil {
		return err
	}
	if s.expected == nil {
		s.expected = map[string]string{}
	}
	s.expected[name] = s.record.Values[name]
	return nil
}

// SetIfUnchanged is Set with Expect of the same value. See Swap for one that tries again.
func (s *Session) SetIfUnchanged(ctx context.Context, name string, v any) error {
	if err := s.Set(ctx, name, v); err != nil {
		return err
	}
	return s.Expect(ctx, name)
}

// Swap replaces the value of that name by what change makes of it, and returns that; an
// absent value is given as zero. Requests that swap one value at once take turns: whoever
// finds that another was faster reads again and calls change again, so change must do
// nothing but compute. An error of change is returned as it is, and nothing is stored. A
// value that SetFor stored keeps its end.
//
// Unlike other changes it is made at once, with a write of its own, because only then
// is it known what it made: it stands even if the request fails later.
func Swap[T any](ctx context.Context, s *Session, name string, change func(T) (T, error)) (T, error) {
	ctx, cancel := s.manager.bound(ctx)
	defer cancel()
	for {
		var v T
		old, err := s.text(ctx, name)
		if err == nil && old != "" {
			err = decodeValue(name, old, &v)
		}
		if err != nil {
			return v, err
		}
		if v, err = change(v); err != nil {
			return v, err
		}
		text, err := encodeValue(name, v)
		if err != nil {
			return v, err
		}
		err = s.replace(ctx, old, Change{Op: OpSet, Name: name, Value: text, Life: KeepLife})
		if !errors.Is(err, ErrConflict) {
			return v, err
		}
	}
}

// Pop decodes the value of that name into v, as Get does, and removes it: of all requests
// that pop a value exactly one gets it. It serves messages that the visitor shall see
// once ("flash").
//
// It removes the value at once, with a write of its own; there is none if there is no
// value. If the request fails later, nobody sees the value: at most once, not at least.
func (s *Session) Pop(ctx context.Context, name string, v any) (bool, error) {
	ctx, cancel := s.manager.bound(ctx)
	defer cancel()
	for {
		old, err := s.text(ctx, name)
		if err != nil || old == "" {
			return false, err
		}
		err = s.replace(ctx, old, Change{Op: OpDelete, Name: name})
		if errors.Is(err, ErrConflict) {
			continue // another request popped or changed it
		}
		if err != nil {
			return false, err
		}
		return true, decodeValue(name, old, v)
	}
}

// text returns a value's JSON, "" if it is absent.
func (s *Session) text(ctx context.Context, name string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(ctx); err != nil {
		return "", err
	}
	text, _ := s.value(name)
	return text, nil
}

// replace makes a change at once if the value is still old. If it is not, neither here
// nor in the store, replace reads the values again and returns ErrConflict.
func (s *Session) replace(ctx context.Context, old string, c Change) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(ctx); err != nil {
		return err
	}
	if text, _ := s.value(c.Name); text != old {
		return ErrConflict // another goroutine of this request
	}
	if !s.exists() {
		return s.change(ctx, c) // nobody else has this session yet
	}
	c.Life = s.life(c)
	expect := Change{Op: OpExpect, Name: c.Name, Value: s.record.Values[c.Name]}
	err := s.manager.Store.Update(ctx, s.record.ID, []Change{expect, c}, s.manager.terms())
	if errors.Is(err, ErrConflict) {
		err = cmp.Or(s.reread(ctx), ErrConflict)
	}
	switch {
	case err == nil:
		s.stored(c)
	case errors.Is(err, ErrUnavailable), errors.Is(err, ErrGone):
		s.err = fmt.Errorf("replacing session value %q: %w", c.Name, err) // the response must not pretend
		return s.err
	}
	return err
}

// reread reads the values again. Who the visitor is stays what it was when the request began.
func (s *Session) reread(ctx context.Context) error {
	r, err := s.manager.Store.Load(ctx, s.record.ID, s.manager.terms())
	if err == nil {
		s.record.Values = r.Values
	}
	return err
}

// stored notes that a change has been made in the store.
func (s *Session) stored(c Change) {
	delete(s.changes, c.Name)
	delete(s.expected, c.Name)
	if c.Op == OpDelete {
		delete(s.record.Values, c.Name)
	} else {
		s.record.Values[c.Name] = c.Value
	}
}
