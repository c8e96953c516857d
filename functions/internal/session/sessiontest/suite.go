// Package sessiontest holds the tests that every session.Store must pass, and the
// Redis servers to run them against.
package sessiontest

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/functions/internal/session"
)

// Run puts a store through the contract of session.Store. Each test takes a store of
// its own from newStore; stores may share a server, as no test touches another's sessions.
func Run(t *testing.T, newStore func(t *testing.T) session.Store) {
	tests := []struct {
		name string
		test func(*suite)
	}{
		{"Create", (*suite).create},
		{"UnknownIsNotAdopted", (*suite).unknown},
		{"Update", (*suite).update},
		{"Expect", (*suite).expect},
		{"Counters", (*suite).counters},
		{"Limits", (*suite).limits},
		{"Lives", (*suite).lives},
		{"LivesMove", (*suite).livesMove},
		{"LivesMakeRoom", (*suite).livesMakeRoom},
		{"Idle", (*suite).idle},
		{"Absolute", (*suite).absolute},
		{"SeenIsThrottled", (*suite).seen},
		{"End", (*suite).end},
		{"EndAll", (*suite).endAll},
		{"Move", (*suite).move},
		{"MoveGivesNoUser", (*suite).moveGivesNoUser},
		{"MovedTwice", (*suite).movedTwice},
		{"List", (*suite).list},
		{"AddsLoseNothing", (*suite).addsLoseNothing},
		{"EndedStaysEnded", (*suite).endedStaysEnded},
		{"MoveLosesNothing", (*suite).moveLosesNothing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.test(&suite{T: t, store: newStore(t), terms: Terms()})
		})
	}
}

// Terms returns the terms that the tests begin with: it is now, and limits are the Manager's own.
func Terms() session.Terms {
	return session.Terms{Now: time.Now().Truncate(time.Millisecond), Idle: 30 * time.Minute, Absolute: 12 * time.Hour}
}

// suite is one test with its store. Its time passes only when it says so.
type suite struct {
	*testing.T
	store session.Store
	terms session.Terms
}

func (s *suite) pass(d time.Duration) { s.terms.Now = s.terms.Now.Add(d) }

// newID returns an ID that no session has, in a user's partition or in none.
func newID(tag string) session.ID {
	var hash [32]byte
	rand.Read(hash[:])
	return session.ID{Hash: base64.RawURLEncoding.EncodeToString(hash[:]), Tag: tag}
}

// newUser returns a user that no other test has, and the tag of their sessions.
func newUser() (user, tag string) {
	user = rand.Text()
	return user, session.Tag(user)
}

func set(name, json string) session.Change {
	return session.Change{Op: session.OpSet, Name: name, Value: json}
}

func add(name string, n int64) session.Change {
	return session.Change{Op: session.OpAdd, Name: name, N: n}
}

// brief sets a value for so long.
func brief(name, json string, life time.Duration) session.Change {
	return session.Change{Op: session.OpSet, Name: name, Value: json, Life: life}
}

func expect(name, json string) session.Change {
	return session.Change{Op: session.OpExpect, Name: name, Value: json}
}

func del(name string) session.Change {
	return session.Change{Op: session.OpDelete, Name: name}
}

// given creates a session with values, alternately names and JSON.
func (s *suite) given(id session.ID, user string, values ...string) session.ID {
	s.Helper()
	r := session.Record{Info: session.Info{User: user, Agent: "test"}, Values: map[string]string{}}
	for i := 0; i < len(values); i += 2 {
		r.Values[values[i]] = values[i+1]
	}
	if err := s.store.Create(s.Context(), id, r, s.terms); err != nil {
		s.Fatal(err)
	}
	return id
}

func (s *suite) load(id session.ID) session.Record {
	s.Helper()
	r, err := s.store.Load(s.Context(), id, s.terms)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

func (s *suite) apply(id session.ID, changes ...session.Change) error {
	return s.store.Update(s.Context(), id, changes, s.terms)
}

// moveTo moves a session to a new one of the user's.
func (s *suite) moveTo(from, to session.ID, user string) error {
	r := session.Record{Info: session.Info{User: user, Agent: "mover"}}
	return s.store.Move(s.Context(), from, to, r, s.terms)
}

func (s *suite) wantValues(id session.ID, values ...string) {
	s.Helper()
	want := map[string]string{}
	for i := 0; i < len(values); i += 2 {
		want[values[i]] = values[i+1]
	}
	if diff := cmp.Diff(want, s.load(id).Values); diff != "" {
		s.Errorf("values (-want +got):\n%s", diff)
	}
}

func (s *suite) wantGone(id session.ID) {
	s.Helper()
	if r, err := s.store.Load(s.Context(), id, s.terms); !errors.Is(err, session.ErrGone) {
		s.Errorf("Load: got %v, %v, want ErrGone", r, err)
	}
}

func (s *suite) wantErr(got, want error) {
	s.Helper()
	if !errors.Is(got, want) {
		s.Errorf("got error %v, want %v", got, want)
	}
}

func (s *suite) create() {
	user, tag := newUser()
	id := s.given(newID(tag), user, "song", `"아리랑"`)
	want := session.Record{
		ID: id, Values: map[string]string{"song": `"아리랑"`}, Version: 1,
		Info: session.Info{ID: id.Hash, User: user, Agent: "test",
			Created: s.terms.Now, Seen: s.terms.Now, Expires: s.terms.Now.Add(s.terms.Idle)},
	}
	if diff := cmp.Diff(want, s.load(id)); diff != "" {
		s.Errorf("(-want +got):\n%s", diff)
	}

	s.given(id, user, "song", `"other"`) // again: changes nothing
	s.wantValues(id, "song", `"아리랑"`)
}

func (s *suite) unknown() {
	for _, tag := range []string{"", session.Tag("somebody")} {
		id := newID(tag)
		s.wantGone(id)
		s.wantErr(s.apply(id, set("a", "1")), session.ErrGone)
		s.wantErr(s.moveTo(id, newID(""), ""), session.ErrGone)
		s.wantErr(s.store.End(s.Context(), id, s.terms), session.ErrGone)
		s.wantGone(id)
	}
}

func (s *suite) update() {
	id := s.given(newID(""), "", "keep", "1", "change", "2", "drop", "3")
	s.wantErr(s.apply(id, set("change", `{"to":4}`), del("drop"), del("absent"), set("new", "null")), nil)
	s.wantValues(id, "keep", "1", "change", `{"to":4}`, "new", "null")
	if got, want := s.load(id).Version, int64(2); got != want {
		s.Errorf("version: got %d, want %d", got, want)
	}
}

func (s *suite) expect() {
	tests := []struct {
		name    string
		changes []session.Change
		wantErr error
	}{
		{"as expected", []session.Change{expect("a", "1"), set("a", "2")}, nil},
		{"changed", []session.Change{expect("a", "7"), set("a", "2")}, session.ErrConflict},
		{"there already", []session.Change{set("a", "2"), expect("a", "")}, session.ErrConflict},
		{"gone already", []session.Change{expect("b", "1"), set("a", "2")}, session.ErrConflict},
		{"absent", []session.Change{expect("b", ""), set("a", "2")}, nil},
		{"one of two", []session.Change{expect("a", "1"), expect("c", "7"), set("a", "2")}, session.ErrConflict},
	}
	for _, tt := range tests {
		id := s.given(newID(""), "", "a", "1", "c", "3")
		if err := s.apply(id, tt.changes...); !errors.Is(err, tt.wantErr) {
			s.Errorf("%s: got error %v, want %v", tt.name, err, tt.wantErr)
		}
		want := "2"
		if tt.wantErr != nil {
			want = "1"
		}
		s.wantValues(id, "a", want, "c", "3")
	}
}

func (s *suite) counters() {
	tests := []struct {
		old     string
		add     int64
		want    string // "": removed
		wantErr error
	}{
		{"", 5, "5", nil},
		{"2", 3, "5", nil},
		{"2", -5, "-3", nil},
		{"2", -2, "", nil},
		{"9007199254740990", 1, "9007199254740991", nil},
		{"-9007199254740990", -1, "-9007199254740991", nil},
		{"9007199254740991", 1, "9007199254740991", session.ErrNotCounter},
		{"9007199254740992", -1, "9007199254740992", session.ErrNotCounter},
		{"9007199254740993", -1, "9007199254740993", session.ErrNotCounter},
		{`"2"`, 1, `"2"`, session.ErrNotCounter},
		{"1.5", 1, "1.5", session.ErrNotCounter},
		{"1e3", 1, "1e3", session.ErrNotCounter},
		{"null", 1, "null", session.ErrNotCounter},
	}
	for _, tt := range tests {
		id := s.given(newID(""), "", "other", "0")
		if tt.old != "" {
			s.wantErr(s.apply(id, set("n", tt.old)), nil)
		}
		// The other change stands or falls with the addition.
		err := s.apply(id, set("other", "1"), add("n", tt.add))
		if !errors.Is(err, tt.wantErr) {
			s.Errorf("%s + %d: got error %v, want %v", tt.old, tt.add, err, tt.wantErr)
		}
		want := map[string]string{"other": "1", "n": tt.want}
		if tt.wantErr != nil {
			want["other"] = "0"
		}
		if tt.want == "" {
			delete(want, "n")
		}
		if diff := cmp.Diff(want, s.load(id).Values); diff != "" {
			s.Errorf("%s + %d (-want +got):\n%s", tt.old, tt.add, diff)
		}
	}
}

func (s *suite) limits() {
	id := s.given(newID(""), "")
	full := `"` + strings.Repeat("x", session.MaxValue-2) + `"`
	for i := range 3 {
		s.wantErr(s.apply(id, set(fmt.Sprint(i), full)), nil)
	}
	before := s.load(id)
	s.wantErr(s.apply(id, set("3", full), set("small", "1")), session.ErrTooLarge)
	if diff := cmp.Diff(before, s.load(id)); diff != "" {
		s.Errorf("after a refused update (-before +after):\n%s", diff)
	}
	// What is given up makes room for what is added, within one update and after it.
	s.wantErr(s.apply(id, del("0"), set("3", full)), nil)
	s.wantErr(s.apply(id, del("1")), nil)
	s.wantErr(s.apply(id, set("4", full)), nil)
}
