package sessiontest

import (
	"strings"
	"time"

	"maru/functions/internal/session"
)

// This file tests values that end before their session. The store's clock decides when, so these
// tests wait for true milliseconds to pass.

const moment = 30 * time.Millisecond

// outlive reads the session until it has no value of that name any more.
func (s *suite) outlive(id session.ID, name string) {
	s.Helper()
	for begun := time.Now(); s.load(id).Values[name] != ""; {
		if time.Since(begun) > 5*time.Second {
			s.Fatalf("%s has outlived its life of %v", name, moment)
		}
	}
}

func (s *suite) lives() {
	const hour = time.Hour
	id := s.given(newID(""), "", "stays", "1")
	s.wantErr(s.apply(id, brief("n", "1", hour), brief("kept", "1", hour), brief("set", "1", hour), brief("deleted", "1", hour)), nil)
	// An addition leaves the end as it is, a change may, and a new value has none.
	s.wantErr(s.apply(id, add("n", 1), brief("kept", "2", session.KeepLife), set("set", "2"), del("deleted")), nil)
	s.wantErr(s.apply(id, set("deleted", "2")), nil)
	s.wantValues(id, "stays", "1", "n", "2", "kept", "2", "set", "2", "deleted", "2")
	s.wantLives(id, "n", "kept")

	s.wantErr(s.apply(id, brief("n", "2", moment), brief("set", "3", moment)), nil)
	s.outlive(id, "n")
	s.outlive(id, "set")
	s.wantErr(s.apply(id, expect("set", ""), add("n", 5)), nil)
	s.wantValues(id, "stays", "1", "n", "5", "kept", "2", "deleted", "2")
	s.wantLives(id, "kept")
}

// wantLives requires that the values of these names have nearly an hour left, and no others an end.
func (s *suite) wantLives(id session.ID, names ...string) {
	s.Helper()
	left := s.load(id).Lives
	for _, name := range names {
		if left[name] <= 50*time.Minute || left[name] > time.Hour {
			s.Errorf("%s: got %v left, want an hour", name, left[name])
		}
	}
	if len(left) != len(names) {
		s.Errorf("lives: got %v, want those of %v", left, names)
	}
}

// livesMove begins with a value's life and moves it.
func (s *suite) livesMove() {
	user, tag := newUser()
	from, to := newID(""), newID(tag)
	r := session.Record{
		Values: map[string]string{"code": "7", "long": "1", "stays": "1"},
		Lives:  map[string]time.Duration{"code": moment, "long": time.Hour},
	}
	s.wantErr(s.store.Create(s.Context(), from, r, s.terms), nil)
	s.wantErr(s.moveTo(from, to, user), nil)
	s.outlive(to, "code")
	s.wantValues(to, "long", "1", "stays", "1")
	s.wantLives(to, "long")
}

// livesMakeRoom: what has ended weighs nothing.
func (s *suite) livesMakeRoom() {
	id := s.given(newID(""), "")
	full := `"` + strings.Repeat("x", session.MaxValue-2) + `"`
	for round := range 2 {
		s.wantErr(s.apply(id, brief("1", full, time.Hour), brief("2", full, time.Hour), brief("3", full, time.Hour)), nil)
		s.wantErr(s.apply(id, set("4", full)), session.ErrTooLarge)
		s.wantErr(s.apply(id, brief("1", full, moment), brief("2", full, 2*moment)), nil)
		s.outlive(id, "1")
		s.outlive(id, "2")
		s.wantErr(s.apply(id, set("4", full), set("5", full)), nil)
		s.wantErr(s.apply(id, set("6", full)), session.ErrTooLarge)
		s.wantErr(s.apply(id, del("4"), del("5"), del("3")), nil)
		s.wantValues(id)
		if s.Failed() {
			s.Fatalf("in round %d", round)
		}
	}
}
