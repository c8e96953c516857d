package session_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"maru/functions/internal/session"
)

// swap runs a Swap in a request of its own.
func (v *visitor) swap(name string, f func(int) (int, error)) (n int, err error) {
	v.Helper()
	v.do(func(ctx context.Context, s *session.Session) { n, err = session.Swap(ctx, s, name, f) })
	return n, err
}

func TestSwap(t *testing.T) {
	a := newApp(t)
	v := a.visitor()
	double := func(n int) (int, error) { return 2*n + 1, nil }
	for _, want := range []int{1, 3, 7} { // the first makes the session
		if got, err := v.swap("n", double); got != want || err != nil {
			t.Errorf("got %d, %v, want %d", got, err, want)
		}
	}

	// Another request is faster twice.
	calls := 0
	got, err := v.swap("n", func(n int) (int, error) {
		if calls++; calls <= 2 {
			other := *v
			other.at("/add?n", fmt.Sprint(n+1))
		}
		return double(n)
	})
	if want := 2*9 + 1; got != want || err != nil || calls != 3 {
		t.Errorf("got %d, %v after %d calls, want %d after 3", got, err, calls, want)
	}

	refusal := errors.New("no more")
	if _, err := v.swap("n", func(int) (int, error) { return 0, refusal }); err != refusal {
		t.Errorf("got %v, want the error of the function", err)
	}
	v.at("/get?n", "19")
}

// What the request changed before on the same value is what Swap begins with, and is not
// done twice.
func TestSwapAfterOtherChanges(t *testing.T) {
	v := newApp(t).visitor()
	v.at("/add?n", "1")
	v.at("/add?other", "1")
	v.do(func(ctx context.Context, s *session.Session) {
		s.Add(ctx, "n", 4)
		s.Add(ctx, "other", 4)
		n, err := session.Swap(ctx, s, "n", func(n int) (int, error) {
			(&visitor{app: v.app, cookie: v.cookie}).at("/add?other", "2")
			return 10 * n, nil
		})
		if n != 50 || err != nil {
			t.Errorf("got %d, %v, want 50", n, err)
		}
		s.Add(ctx, "n", 1)
	})
	v.at("/get?n", "51")
	v.at("/get?other", "6")
}

func TestSetIfUnchanged(t *testing.T) {
	a := newApp(t)
	v := a.visitor()
	v.at("/add?n", "1")
	a.handle("/edit", func(ctx context.Context, s *session.Session, change string) (any, error) {
		_, _, err := session.Value[int](ctx, s, "n")
		if change != "" {
			(&visitor{app: a, cookie: v.cookie}).at(change, "2")
		}
		return "", errors.Join(err, s.Set(ctx, "other", 1), s.SetIfUnchanged(ctx, "n", 7))
	})
	if w := a.ask("/edit?/add?n", v.cookie); w.Code != http.StatusConflict {
		t.Errorf("another changed the value: got %d %s, want 409", w.Code, w.Body)
	}
	v.at("/names", "[n]")
	v.at("/get?n", "2")
	v.at("/add?unrelated", "1")
	v.at("/edit?/add?unrelated", "")
	v.at("/get?n", "7")
	a.visitor().at("/edit", "") // a visitor without a session

	var err error
	v.do(func(ctx context.Context, s *session.Session) {
		err = s.SetIfUnchanged(ctx, "n", strings.Repeat("x", session.MaxValue))
	})
	if !errors.Is(err, session.ErrTooLarge) {
		t.Errorf("got %v, want ErrTooLarge", err)
	}
}

// A request that read one value to change another is refused if the first is not what it was.
func TestExpect(t *testing.T) {
	a := newApp(t)
	v := a.visitor()
	v.at("/add?rate", "1")
	a.handle("/pay", func(ctx context.Context, s *session.Session, meanwhile string) (any, error) {
		err := errors.Join(s.Expect(ctx, "rate"), s.Expect(ctx, "absent"))
		if meanwhile != "" {
			(&visitor{app: a, cookie: v.cookie}).at(meanwhile, "1")
		}
		_, added := s.Add(ctx, "paid", 1)
		return "", errors.Join(err, added)
	})
	v.at("/pay", "")
	v.at("/pay?/add?unrelated", "")
	if w := a.ask("/pay?/add?absent", v.cookie); w.Code != http.StatusConflict {
		t.Errorf("another made the value: got %d %s, want 409", w.Code, w.Body)
	}
	v.at("/get?paid", "2")
	a.visitor().at("/pay", "") // a visitor without a session
}

func TestPop(t *testing.T) {
	v := newApp(t).visitor()
	pop := func(want string) {
		t.Helper()
		v.do(func(ctx context.Context, s *session.Session) {
			var got string
			if ok, err := s.Pop(ctx, "flash", &got); got != want || ok != (want != "") || err != nil {
				t.Errorf("got %q, %t, %v, want %q", got, ok, err, want)
			}
			if ok, err := s.Pop(ctx, "flash", &got); ok || err != nil {
				t.Errorf("a second time: got %q, %t, %v, want none", got, ok, err)
			}
		})
	}
	pop("") // no session
	for _, message := range []string{"저장했습니다", "saved"} {
		v.do(func(ctx context.Context, s *session.Session) {
			if err := s.Set(ctx, "flash", message); err != nil {
				t.Error(err)
			}
		})
		pop(message)
	}
	v.do(func(ctx context.Context, s *session.Session) {
		if err := s.Set(ctx, "flash", 1); err != nil {
			t.Error(err)
		}
		var text string
		if ok, err := s.Pop(ctx, "flash", &text); !ok || err == nil {
			t.Errorf("a number as a string: got %t, %v, want true and an error", ok, err)
		}
	})
	v.at("/names", "[]")
}

// Once the store has failed or the session has ended, no response says otherwise.
func TestSwapFails(t *testing.T) {
	tests := []struct {
		name string
		fail func(a *app, cookie string)
		want int
	}{
		{"Redis away", func(a *app, _ string) { a.redis.Close() }, http.StatusServiceUnavailable},
		{"signed out", func(a *app, cookie string) { a.ask("/sign-out", cookie) }, http.StatusConflict},
		{"signed out after a conflict", func(a *app, cookie string) {
			a.ask("/add?n", cookie)
			a.ask("/sign-out", cookie)
		}, http.StatusConflict},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := newApp(t)
			v := a.visitor()
			v.at("/add?n", "1")
			a.handle("/swap", func(ctx context.Context, s *session.Session, _ string) (any, error) {
				_, err := session.Swap(ctx, s, "n", func(n int) (int, error) {
					tt.fail(a, v.cookie)
					return n + 1, nil
				})
				if err == nil {
					t.Error("Swap succeeded")
				}
				return "all is well", nil
			})
			if w := a.ask("/swap", v.cookie); w.Code != tt.want || w.Header()["Set-Cookie"] != nil {
				t.Errorf("got %d %s, Set-Cookie %q, want %d without", w.Code, w.Body, w.Header()["Set-Cookie"], tt.want)
			}
		})
	}
}

func TestSetFor(t *testing.T) {
	a := newApp(t)
	v := a.visitor()
	a.handle("/code", func(ctx context.Context, s *session.Session, name string) (any, error) {
		return "", s.SetFor(ctx, name, 7, 5*time.Minute)
	})
	v.at("/code?a", "") // in a session that it makes
	v.at("/code?b", "")
	v.at("/add?b", "8")
	v.at("/code?c", "")
	v.at("/code?swapped", "")
	v.at("/sign-in?minji", "")
	if n, err := v.swap("c", func(n int) (int, error) { return n + 1, nil }); n != 8 || err != nil {
		t.Errorf("Swap: got %d, %v, want 8", n, err)
	}
	v.do(func(ctx context.Context, s *session.Session) {
		s.SetFor(ctx, "d", 1, 5*time.Minute)
		s.Add(ctx, "d", 1)
		session.Swap(ctx, s, "d", func(n int) (int, error) { return n + 1, nil })
		s.SetFor(ctx, "stays", 1, 5*time.Minute)
		s.Set(ctx, "stays", 2)
		s.Set(ctx, "swapped", 2)
		session.Swap(ctx, s, "swapped", func(n int) (int, error) { return n + 1, nil })
		if err := s.SetFor(ctx, "e", 1, time.Microsecond); err == nil {
			t.Error("a life that no store can measure was taken")
		}
	})
	a.pass(5*time.Minute - time.Second)
	v.at("/names", "[a b c d stays swapped]")
	v.at("/get?d", "3")
	a.pass(2 * time.Second)
	v.at("/names", "[stays swapped]")
	v.at("/add?a", "1")
	a.pass(6 * time.Minute)
	v.at("/get?a", "1")
}
