package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Session is one visitor's session as one request sees it. Nothing is read before the
// first use, and nothing written before the response begins: then all changes are
// committed at once, or the response is replaced by an error. It is safe for concurrent use.
//
// Every method may return ErrUnavailable. A handler need not answer that: whatever it
// writes then is replaced, see Manager.Handler. A method that changes the session
// returns ErrCommitted once the response has begun.
type Session struct {
	manager *Manager
	agent   string

	mu        sync.Mutex // guards the fields below
	token     token      // as the visitor sent it; zero: none, or none that could be one
	loaded    bool       // record and err hold what the store said
	err       error      // why the store could not be read
	record    Record     // zero: no session yet
	changes   map[string]Change
	expected  map[string]string // what values must be for the commit; "": absent
	leaving   *departure        // nil: the visitor stays
	rotation  *rotation         // nil: the token stays
	committed bool
}

// A departure is a session that the visitor signed out of, not committed yet.
type departure struct {
	id         ID     // zero: there was none
	user       string // "": nobody had signed in
	everywhere bool   // all of the user's sessions
}

// A rotation is a new token, not committed yet.
type rotation struct {
	user string
}

// Get decodes the JSON value of that name into v, and reports whether there is one.
func (s *Session) Get(ctx context.Context, name string, v any) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(ctx); err != nil {
		return false, err
	}
	text, ok := s.value(name)
	if !ok {
		return false, nil
	}
	return true, decodeValue(name, text, v)
}

// Value returns the value of that name as a T, and reports whether there is one.
func Value[T any](ctx context.Context, s *Session, name string) (T, bool, error) {
	var v T
	ok, err := s.Get(ctx, name, &v)
	return v, ok, err
}

// Set stores v, encoded as JSON, under that name. It returns ErrTooLarge if v exceeds
// MaxValue or makes the session exceed MaxSize, and stores nothing then.
//
// An integer is a counter, see Add. Set gives it a value regardless of what other requests add
// meanwhile; so it does with any value, see SetIfUnchanged and Swap.
func (s *Session) Set(ctx context.Context, name string, v any) error {
	return s.set(ctx, name, v, 0)
}

// SetFor is Set for a value that ends before the session does, such as a code that was
// sent to the visitor: once life, at least a millisecond, has passed it is absent. The
// store's clock decides. Set makes the value stay again; a counter that is added to ends
// when it would have ended.
func (s *Session) SetFor(ctx context.Context, name string, v any, life time.Duration) error {
	if life < time.Millisecond {
		return fmt.Errorf("setting session value %q: life of %v is under a millisecond", name, life)
	}
	return s.set(ctx, name, v, life)
}

func (s *Session) set(ctx context.Context, name string, v any, life time.Duration) error {
	text, err := encodeValue(name, v)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.change(ctx, Change{Op: OpSet, Name: name, Value: text, Life: life})
}

// Add adds n to the counter of that name and returns the sum to expect. The store
// does the addition, so that no other request's is lost; the true sum differs by what
// others commit meanwhile. An absent counter is zero, and one that comes to zero is removed.
// It returns ErrNotCounter if the value is no integer, or the sum exceeds MaxCounter.
func (s *Session) Add(ctx context.Context, name string, n int64) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(ctx); err != nil {
		return 0, err
	}
	text, ok := s.value(name)
	if !ok {
		text = "0"
	}
	old, err := strconv.ParseInt(text, 10, 64)
	if err != nil || !countable(old) || !countable(n) || !countable(old+n) {
		return 0, fmt.Errorf("adding %d to session value %q: %w", n, name, ErrNotCounter)
	}
	return old + n, s.change(ctx, Change{Op: OpAdd, Name: name, N: n})
}

// Delete removes the value of that name, if there is one.
func (s *Session) Delete(ctx context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.change(ctx, Change{Op: OpDelete, Name: name})
}

// Names returns the names of the values that begin with prefix, sorted.
func (s *Session) Names(ctx context.Context, prefix string) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	var names []string
	for name := range s.values() {
		if strings.HasPrefix(name, prefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// User returns who has signed in; "" is nobody.
func (s *Session) User(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(ctx); err != nil {
		return "", err
	}
	return s.user(), nil
}

// Info describes the session as it was loaded; it is zero if there is none yet.
func (s *Session) Info(ctx context.Context) (Info, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.load(ctx)
	return s.record.Info, err
}

// SignIn makes the session the user's: it keeps its values and gets a new token, so that
// whoever knew the old one does not share it. The old one leads to the new for Grace.
func (s *Session) SignIn(ctx context.Context, user string) error {
	if user == "" {
		return errors.New("signing in: empty user")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(ctx); err != nil {
		return err
	}
	s.rotation = &rotation{user: user}
	return nil
}

// Renew gives the session a new token and leaves all else, as when the user gains a privilege.
// A session with nothing in it has no token to renew.
func (s *Session) Renew(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(ctx); err != nil {
		return err
	}
	if s.exists() {
		s.rotation = &rotation{user: s.user()}
	}
	return nil
}

// SignOut ends the session and what it held, for good. What the request stores after it
// goes into a new one.
func (s *Session) SignOut(ctx context.Context) error {
	return s.leave(ctx, false)
}

// SignOutEverywhere ends all sessions of the user, at the cost of one write; if nobody
// has signed in, it is SignOut.
func (s *Session) SignOutEverywhere(ctx context.Context) error {
	return s.leave(ctx, true)
}

func (s *Session) leave(ctx context.Context, everywhere bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(ctx); err != nil {
		return err
	}
	if s.leaving == nil || s.exists() || s.user() != "" {
		s.leaving = &departure{id: s.record.ID, user: s.user(), everywhere: everywhere}
	}
	s.leaving.everywhere = s.leaving.everywhere || everywhere // for one that was left a moment ago
	s.record, s.changes, s.expected, s.rotation = Record{}, nil, nil, nil
	return nil
}
