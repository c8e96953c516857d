package session_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/functions/internal/session"
)

func TestSignIn(t *testing.T) {
	a := newApp(t)
	v := a.visitor()
	v.at("/add?n", "1")
	old := v.cookie
	v.at("/sign-in?minji", "")
	if v.cookie == old {
		t.Fatal("signing in did not change the token")
	}
	v.at("/user", "minji")
	v.at("/get?n", "1")

	// For a moment the old token reaches the values, and never the user.
	straggler := &visitor{app: a, cookie: old}
	straggler.at("/user", "")
	straggler.at("/add?n", "2")
	v.at("/get?n", "2")
	if straggler.cookie != old {
		t.Errorf("the old token was given the new one: %s", straggler.cookie)
	}
	a.pass(session.Grace)
	straggler.at("/get?n", "0")
	v.at("/get?n", "2")
}

func TestSignInWithoutSession(t *testing.T) {
	v := newApp(t).visitor()
	v.at("/sign-in?minji", "")
	v.at("/user", "minji")
}

// A client that never takes its new cookie, and signs in with the old one over and over, is
// soon a stranger with it: it is neither kept out nor given what others have.
func TestSignInWithOldCookie(t *testing.T) {
	a := newApp(t)
	v := a.visitor()
	v.at("/add?n", "1")
	old := v.cookie
	for i := range 12 {
		if w := a.ask("/sign-in?minji", old); w.Code != http.StatusOK {
			t.Fatalf("sign-in %d: got %d %s, want 200", i, w.Code, w.Body)
		}
	}
	for target, want := range map[string]string{"/user": "", "/get?n": "0", "/add?n": "1"} {
		w := a.ask(target, old)
		if w.Code != http.StatusOK || w.Body.String() != want {
			t.Errorf("%s: got %d %q, want 200 %q", target, w.Code, w.Body, want)
		}
	}
	w := a.ask("/sign-in?minji", old)
	fresh, _ := sentCookie(w)
	if user := a.ask("/user", fresh).Body.String(); user != "minji" || fresh == old {
		t.Errorf("by the new cookie: got user %q, want minji", user)
	}
	infos, err := a.manager.Sessions(t.Context(), "minji")
	if err != nil || len(infos) < 2 {
		t.Errorf("got %d sessions, %v, want those that were begun", len(infos), err)
	}
}

func TestRenew(t *testing.T) {
	a := newApp(t)
	for _, user := range []string{"", "minji"} {
		v := a.visitor()
		v.at("/renew", "")
		if v.cookie != "" {
			t.Errorf("renewing nothing: got cookie %s, want none", v.cookie)
		}
		v.at("/add?n", "1")
		if user != "" {
			v.at("/sign-in?"+user, "")
		}
		old := v.cookie
		v.at("/renew", "")
		if v.cookie == old {
			t.Errorf("user %q: renewing did not change the token", user)
		}
		v.at("/user", user)
		v.at("/get?n", "1")
		(&visitor{app: a, cookie: old}).at("/user", user) // no more and no less than before
	}
}

func TestSignOut(t *testing.T) {
	a := newApp(t)
	for _, path := range []string{"/sign-out", "/sign-out-everywhere"} {
		for _, user := range []string{"", "minji"} {
			v := a.visitor()
			v.at("/add?n", "1")
			if user != "" {
				v.at("/sign-in?"+user, "")
			}
			old := v.cookie
			v.at(path, "")
			if v.cookie != "" {
				t.Errorf("%s: the visitor keeps the cookie %s", path, v.cookie)
			}
			(&visitor{app: a, cookie: old}).at("/get?n", "0")
		}
	}
}

// What follows a sign-out within one request belongs to the next session.
func TestSignOutThenMore(t *testing.T) {
	a := newApp(t)
	a.handle("/again", func(ctx context.Context, s *session.Session, _ string) (any, error) {
		err := errors.Join(s.Set(ctx, "before", 1), s.SignOut(ctx), s.SignOutEverywhere(ctx), s.Set(ctx, "after", 1))
		if err != nil {
			return nil, err
		}
		return s.Names(ctx, "")
	})
	v, other := a.visitor(), a.visitor()
	for _, v := range []*visitor{v, other} {
		v.at("/add?n", "1")
		v.at("/sign-in?minji", "")
	}
	old := v.cookie
	v.at("/again", "[after]")
	v.at("/names", "[after]")
	v.at("/user", "")
	(&visitor{app: a, cookie: old}).at("/names", "[]")
	other.at("/user", "")
}

func TestSignInThenEverywhere(t *testing.T) {
	a := newApp(t)
	a.handle("/both", func(ctx context.Context, s *session.Session, user string) (any, error) {
		return "", errors.Join(s.SignIn(ctx, user), s.SignOutEverywhere(ctx))
	})
	v, other := a.visitor(), a.visitor()
	other.at("/sign-in?minji", "")
	v.at("/add?n", "1")
	old := v.cookie
	v.at("/both?minji", "")
	other.at("/user", "")
	(&visitor{app: a, cookie: old}).at("/get?n", "0")
}

func TestSessions(t *testing.T) {
	a := newApp(t)
	phone, laptop, stranger := a.visitor(), a.visitor(), a.visitor()
	phone.at("/sign-in?minji", "")
	a.pass(time.Minute)
	laptop.at("/sign-in?minji", "")
	stranger.at("/sign-in?taejun", "")

	infos, err := a.manager.Sessions(t.Context(), "minji")
	if err != nil {
		t.Fatal(err)
	}
	want := []session.Info{
		{User: "minji", Created: a.now, Seen: a.now, Expires: a.now.Add(30 * time.Minute)},
		{User: "minji", Created: a.now.Add(-time.Minute), Seen: a.now.Add(-time.Minute), Expires: a.now.Add(29 * time.Minute)},
	}
	ignoreID := cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "ID" }, cmp.Ignore())
	if diff := cmp.Diff(want, infos, ignoreID); diff != "" {
		t.Errorf("sessions (-want +got):\n%s", diff)
	}

	for _, id := range []string{infos[1].ID + "x", "", token(1)} {
		if err := a.manager.End(t.Context(), "minji", id); !errors.Is(err, session.ErrGone) {
			t.Errorf("End(minji, %q): got %v, want ErrGone", id, err)
		}
	}
	if err := a.manager.End(t.Context(), "taejun", infos[1].ID); !errors.Is(err, session.ErrGone) {
		t.Errorf("ending another user's session: got %v, want ErrGone", err)
	}
	if err := a.manager.End(t.Context(), "minji", infos[1].ID); err != nil {
		t.Fatal(err)
	}
	phone.at("/user", "")
	laptop.at("/user", "minji")
	if err := a.manager.EndAll(t.Context(), "minji"); err != nil {
		t.Fatal(err)
	}
	laptop.at("/user", "")
	stranger.at("/user", "taejun")
}

// The index of a user's sessions forgets those that have ended: all when it is read,
// and on each sign-in those that are beyond the absolute limit.
func TestIndexIsCleaned(t *testing.T) {
	a := newApp(t)
	index := "session:{u:" + session.Tag("minji") + "}:index"
	want := func(n int) {
		t.Helper()
		if got, err := a.redis.ZMembers(index); err != nil || len(got) != n {
			t.Errorf("got index %v, %v, want %d members", got, err, n)
		}
	}
	a.visitor().at("/sign-in?minji", "")
	a.visitor().at("/sign-in?minji", "")
	a.pass(6 * time.Hour)
	v := a.visitor()
	v.at("/sign-in?minji", "")
	want(3)
	a.pass(6 * time.Hour)
	a.visitor().at("/sign-in?minji", "")
	want(2)
	if _, err := a.manager.Sessions(t.Context(), "minji"); err != nil {
		t.Fatal(err)
	}
	want(1)
}

// Two requests may find that they do not agree on what a value is.
func TestConflictAtCommit(t *testing.T) {
	a := newApp(t)
	v := a.visitor()
	v.at("/add?n", "1")
	a.handle("/conflict", func(ctx context.Context, s *session.Session, _ string) (any, error) {
		_, err := s.Add(ctx, "n", 1)
		v.do(func(ctx context.Context, s *session.Session) { s.Set(ctx, "n", "text") })
		return "", err
	})
	if w := a.ask("/conflict", v.cookie); w.Code != http.StatusConflict {
		t.Errorf("got %d %s, want 409", w.Code, w.Body)
	}
}

func TestExpiry(t *testing.T) {
	a := newApp(t)
	v := a.visitor()
	v.at("/add?n", "1")
	a.pass(29 * time.Minute)
	v.at("/get?n", "1")
	a.pass(30 * time.Minute)
	v.at("/get?n", "0")
	if got := a.redis.Keys(); len(got) != 0 {
		t.Errorf("after the idle limit: got keys %v, want none", got)
	}

	v.at("/add?n", "1")
	for range 12*3 - 1 {
		a.pass(20 * time.Minute)
		v.at("/get?n", "1")
	}
	a.pass(20 * time.Minute)
	v.at("/get?n", "0")
	if got := a.redis.Keys(); len(got) != 0 {
		t.Errorf("after the absolute limit: got keys %v, want none", got)
	}
}
