package shop_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"maru/functions/internal/session/sessiontest"
	"maru/functions/internal/shop"
)

// signIn tries once and reports whether the try was let in.
func signIn(t *testing.T, s *shop.Shop, name, password, address string) bool {
	t.Helper()
	_, err := s.SignIn(t.Context(), name, password, address)
	var throttled shop.Throttled
	if errors.As(err, &throttled) {
		if n := throttled.Seconds(); n < 1 || n > 900 {
			t.Errorf("got %d seconds to wait, want 1 to 900", n)
		}
		return false
	}
	if err != nil && err != shop.ErrCredentials {
		t.Error(err)
	}
	return true
}

// Of many tries at once, from many addresses, ten are let in at one name, in
// whatever way it is written and be it anybody's or not.
func testTriesPerName(t *testing.T, s *shop.Shop, _ *clock) {
	if _, err := s.SignUp(t.Context(), "kim", "correct horse", "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	for _, names := range [][]string{{"kim", "KIM"}, {"nobody", "Nobody"}} {
		var in atomic.Int32
		var tries sync.WaitGroup
		for i := range 14 {
			tries.Go(func() {
				if signIn(t, s, names[i%2], "wrong horse", fmt.Sprint(i)) {
					in.Add(1)
				}
			})
		}
		tries.Wait()
		if got := in.Load(); got != 10 {
			t.Errorf("%q: got %d tries let in, want 10", names, got)
		}
		if signIn(t, s, names[0], "correct horse", "elsewhere") {
			t.Errorf("%q: the right password was let in after too many tries", names)
		}
	}
}

// A sign-in that succeeds counts for nothing, and makes no room for others.
func testTriesForgiven(t *testing.T, s *shop.Shop, _ *clock) {
	if _, err := s.SignUp(t.Context(), "kim", "correct horse", "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		if !signIn(t, s, "kim", "correct horse", "here") || !signIn(t, s, "kim", "wrong horse", "here") {
			t.Errorf("round %d: not let in", i)
		}
	}
	if signIn(t, s, "kim", "correct horse", "here") {
		t.Error("let in after ten tries that failed")
	}
}

// A sign-up is a try from its address, be the name free or not, and is not forgiven.
func TestSignUpTries(t *testing.T) {
	server, client := sessiontest.Miniredis(t)
	s := shop.New(client, nil)
	server.Set("shop:{address:here}:tries", "98")
	for _, tt := range []struct {
		name, password, address string
		want                    error
	}{
		{"x", "short", "here", shop.Invalid{}},
		{"kim", "correct horse", "here", nil},
		{"kim", "correct horse", "here", shop.ErrNameTaken},
		{"lee", "correct horse", "here", shop.Throttled(0)},
		{"lee", "correct horse", "there", nil},
	} {
		_, err := s.SignUp(t.Context(), tt.name, tt.password, tt.address)
		if got, want := fmt.Sprintf("%T", err), fmt.Sprintf("%T", tt.want); got != want {
			t.Errorf("%s from %s: got error %v (%s), want %s", tt.name, tt.address, err, got, want)
		}
	}
	if signIn(t, s, "kim", "correct horse", "here") {
		t.Error("let in from an address that signed up too often")
	}
}

// From one address a hundred tries are let in, whatever the names; then another
// window begins. Miniredis only, whose time can be moved.
func TestTriesPerAddress(t *testing.T) {
	server, client := sessiontest.Miniredis(t)
	s := shop.New(client, nil)
	server.Set("shop:{address:here}:tries", "99")
	server.SetTTL("shop:{address:here}:tries", time.Minute)
	for _, tt := range []struct {
		name, address string
		later         time.Duration
		want          bool
	}{
		{"kim", "here", 0, true},
		{"lee", "here", 0, false},
		{"lee", "there", 0, true},
		{"lee", "here", 59 * time.Second, false},
		{"lee", "here", time.Second, true},
	} {
		server.FastForward(tt.later)
		if got := signIn(t, s, tt.name, "wrong horse", tt.address); got != tt.want {
			t.Errorf("%s from %s, %v later: let in %t, want %t", tt.name, tt.address, tt.later, got, tt.want)
		}
	}
}
