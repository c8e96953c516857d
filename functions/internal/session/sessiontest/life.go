package sessiontest

import (
	"errors"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/functions/internal/session"
)

// This file tests how sessions end and move.

func (s *suite) idle() {
	id := s.given(newID(""), "", "a", "1")
	for range 3 { // use keeps it alive
		s.pass(s.terms.Idle - time.Second)
		s.wantValues(id, "a", "1")
	}
	s.pass(s.terms.Idle)
	s.wantErr(s.apply(id, set("a", "2")), session.ErrGone)
	s.wantGone(id)
}

func (s *suite) absolute() {
	id := s.given(newID(""), "", "a", "1")
	end := s.terms.Now.Add(s.terms.Absolute)
	for s.terms.Now.Add(20 * time.Minute).Before(end) {
		s.pass(20 * time.Minute)
		s.wantErr(s.apply(id, add("a", 1)), nil)
	}
	if got := s.load(id).Info.Expires; !got.Equal(end) {
		s.Errorf("Expires: got %v, want %v", got, end)
	}
	s.pass(end.Sub(s.terms.Now))
	s.wantErr(s.apply(id, add("a", 1)), session.ErrGone)
	s.wantGone(id)
}

func (s *suite) seen() {
	id := s.given(newID(""), "")
	began := s.terms.Now
	s.pass(s.terms.Idle/10 - time.Millisecond)
	if got := s.load(id).Info.Seen; !got.Equal(began) {
		s.Errorf("Seen soon after: got %v, want %v", got, began)
	}
	s.pass(time.Millisecond)
	if got, want := s.load(id).Info.Seen, s.terms.Now; !got.Equal(want) {
		s.Errorf("Seen a tenth of Idle later: got %v, want %v", got, want)
	}
}

func (s *suite) end() {
	user, tag := newUser()
	for _, id := range []session.ID{newID(""), newID(tag)} {
		s.given(id, user, "a", "1")
		s.wantErr(s.store.End(s.Context(), id, s.terms), nil)
		s.wantGone(id)
		s.wantErr(s.apply(id, set("a", "2")), session.ErrGone)
		s.wantErr(s.store.Create(s.Context(), id, session.Record{}, s.terms), session.ErrGone)
		s.wantErr(s.store.End(s.Context(), id, s.terms), session.ErrGone)
		s.wantGone(id)
	}
}

func (s *suite) endAll() {
	user, tag := newUser()
	other, otherTag := newUser()
	first, second := s.given(newID(tag), user), s.given(newID(tag), user)
	bystander := s.given(newID(otherTag), other, "a", "1")

	s.wantErr(s.store.EndAll(s.Context(), user, s.terms), nil)
	for _, id := range []session.ID{first, second} {
		s.wantGone(id)
		s.wantErr(s.apply(id, set("a", "2")), session.ErrGone)
	}
	s.wantValues(bystander, "a", "1")

	// The user may come back at once, in the same millisecond, and leave again.
	third := s.given(newID(tag), user, "b", "1")
	s.wantValues(third, "b", "1")
	s.wantErr(s.store.EndAll(s.Context(), user, s.terms), nil)
	s.wantGone(third)
}

func (s *suite) move() {
	user, tag := newUser()
	from, to := s.given(newID(""), "", "cart", "2"), newID(tag)
	s.pass(time.Minute)
	s.wantErr(s.moveTo(from, to, user), nil)

	want := session.Record{
		ID: to, Values: map[string]string{"cart": "2"}, Version: 1,
		Info: session.Info{ID: to.Hash, User: user, Agent: "mover",
			Created: s.terms.Now, Seen: s.terms.Now, Expires: s.terms.Now.Add(s.terms.Idle)},
	}
	if diff := cmp.Diff(want, s.load(to)); diff != "" {
		s.Errorf("at the new ID (-want +got):\n%s", diff)
	}

	// What is done at the old ID happens at the new.
	s.wantErr(s.apply(from, add("cart", 1)), nil)
	s.wantValues(to, "cart", "3")
	if got := s.load(from).ID; got != to {
		s.Errorf("the old ID leads to %v, want %v", got, to)
	}
	s.wantErr(s.store.End(s.Context(), from, s.terms), nil)
	s.wantGone(to)
	s.wantGone(from)
}

func (s *suite) moveGivesNoUser() {
	user, tag := newUser()
	other, otherTag := newUser()
	tests := []struct {
		name, before, after string
		from, to            session.ID
		want                string
	}{
		{"nobody signs in", "", user, newID(""), newID(tag), ""},
		{"the user again", user, user, newID(tag), newID(tag), user},
		{"another user", user, other, newID(tag), newID(otherTag), ""},
	}
	for _, tt := range tests {
		s.given(tt.from, tt.before)
		s.wantErr(s.moveTo(tt.from, tt.to, tt.after), nil)
		if got := s.load(tt.from).Info.User; got != tt.want {
			s.Errorf("%s: by the old ID: got user %q, want %q", tt.name, got, tt.want)
		}
		if got := s.load(tt.to).Info.User; got != tt.after {
			s.Errorf("%s: by the new ID: got user %q, want %q", tt.name, got, tt.after)
		}
	}

	// What was ended leads nowhere, even while the old ID is still known.
	from, to := s.given(newID(tag), user), newID(tag)
	s.wantErr(s.moveTo(from, to, user), nil)
	s.wantErr(s.store.EndAll(s.Context(), user, s.terms), nil)
	s.wantGone(from)
	s.wantGone(to)
}

// movedTwice is a visitor who clicks twice: the second sign-in comes with the old ID.
func (s *suite) movedTwice() {
	user, tag := newUser()
	from, first, second := s.given(newID(""), "", "cart", "1"), newID(tag), newID(tag)
	s.wantErr(s.moveTo(from, first, user), nil)
	s.wantErr(s.moveTo(from, second, user), nil)
	s.wantErr(s.apply(from, add("cart", 1)), nil)
	s.wantErr(s.apply(first, add("cart", 1)), nil)
	s.wantValues(second, "cart", "3")
	if got := s.load(first).Info.User; got != user {
		s.Errorf("by the first sign-in's ID: got user %q, want %q", got, user)
	}
}

func (s *suite) list() {
	user, tag := newUser()
	var ids []session.ID
	for range 4 {
		ids = append(ids, s.given(newID(tag), user))
		s.pass(time.Minute)
	}
	s.wantErr(s.store.End(s.Context(), ids[1], s.terms), nil)
	moved := newID(tag)
	s.wantErr(s.moveTo(ids[2], moved, user), nil)
	s.wantList(user, moved, ids[3], ids[0])

	s.pass(s.terms.Idle - 3*time.Minute) // ids[0] was seen last when it began
	s.wantList(user, moved, ids[3])
	s.wantErr(s.store.EndAll(s.Context(), user, s.terms), nil)
	s.wantList(user)
}

func (s *suite) wantList(user string, want ...session.ID) {
	s.Helper()
	for range 2 { // the second finds the index cleaned by the first
		infos, err := s.store.List(s.Context(), user, s.terms)
		if err != nil {
			s.Fatal(err)
		}
		var got, hashes []string
		for _, info := range infos {
			got = append(got, info.ID)
		}
		for _, id := range want {
			hashes = append(hashes, id.Hash)
		}
		if diff := cmp.Diff(hashes, got); diff != "" {
			s.Errorf("list (-want +got):\n%s", diff)
		}
	}
}

// gone reports whether err is nil or says that the session has ended; both are
// right for an operation that races with its end.
func gone(err error) bool { return err == nil || errors.Is(err, session.ErrGone) }
