package session

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// commit sends what the request changed. It returns the token that the visitor is to
// hold from now on, zero for none, and whether that is another than before.
func (s *Session) commit(ctx context.Context) (token, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.committed = true
	if s.err != nil {
		return token{}, false, s.err
	}
	if err := s.depart(ctx); err != nil {
		return token{}, false, err
	}
	if s.exists() {
		return s.update(ctx)
	}
	return s.create(ctx)
}

// used reports whether the response may depend on the session.
func (s *Session) used() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.loaded
}

// depart ends what the visitor signed out of.
func (s *Session) depart(ctx context.Context) error {
	if s.leaving == nil {
		return nil
	}
	ctx, cancel := s.manager.bound(ctx)
	defer cancel()
	store, terms, d := s.manager.Store, s.manager.terms(), s.leaving
	if d.everywhere && d.user != "" {
		if err := store.EndAll(ctx, d.user, terms); err != nil {
			return err
		}
		if d.id.Tag == Tag(d.user) {
			return nil // it is one of these
		}
	}
	if d.id == (ID{}) {
		return nil
	}
	if err := store.End(ctx, d.id, terms); !errors.Is(err, ErrGone) {
		return err
	}
	return nil // somebody else was faster
}

// create stores a session that is not there yet, if there is anything to store.
func (s *Session) create(ctx context.Context) (token, bool, error) {
	values, user := s.values(), s.user()
	if len(values) == 0 && user == "" {
		return token{}, s.leaving != nil, nil
	}
	ctx, cancel := s.manager.bound(ctx)
	defer cancel()
	fresh := newToken(user)
	r := Record{Info: Info{User: user, Agent: s.agent}, Values: values, Lives: lives(s.changes)}
	return fresh, true, s.manager.Store.Create(ctx, fresh.id(), r, s.manager.terms())
}

// lives returns those of the values that a session begins with.
func lives(changes map[string]Change) map[string]time.Duration {
	all := map[string]time.Duration{}
	for name, c := range changes {
		if c.Life > 0 {
			all[name] = c.Life
		}
	}
	return all
}

// update changes the session first and moves it then: if the store fails between the
// two, the old token still opens a session that has lost nothing.
func (s *Session) update(ctx context.Context) (token, bool, error) {
	ctx, cancel := s.manager.bound(ctx)
	defer cancel()
	store, terms := s.manager.Store, s.manager.terms()
	if len(s.changes) > 0 {
		changes := slices.Collect(maps.Values(s.changes))
		for name, value := range s.expected {
			changes = append(changes, Change{Op: OpExpect, Name: name, Value: value})
		}
		if err := store.Update(ctx, s.record.ID, changes, terms); err != nil {
			return token{}, false, fmt.Errorf("committing session: %w", err)
		}
	}
	if s.rotation == nil {
		return s.token, false, nil
	}
	fresh := newToken(s.rotation.user)
	r := Record{Info: Info{User: s.rotation.user, Agent: s.agent}}
	if err := store.Move(ctx, s.record.ID, fresh.id(), r, terms); err != nil {
		return token{}, false, fmt.Errorf("renewing session: %w", err)
	}
	return fresh, true, nil
}
