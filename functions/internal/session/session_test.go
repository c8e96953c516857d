package session_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/functions/internal/session"
)

// view returns the visitor's values, all counters.
func (v *visitor) view() (values map[string]int) {
	v.Helper()
	v.do(func(ctx context.Context, s *session.Session) { values = view(v.T, ctx, s) })
	return values
}

// do runs f on a session within one request.
func (v *visitor) do(f func(ctx context.Context, s *session.Session)) {
	v.Helper()
	path := fmt.Sprintf("/do-%d", rand.Uint64())
	v.handle(path, func(ctx context.Context, s *session.Session, _ string) (any, error) {
		f(ctx, s)
		return "", nil
	})
	v.at(path, "")
}

func TestValues(t *testing.T) {
	type song struct{ Title, Artist string }
	v := newApp(t).visitor()
	want := song{Title: "난 알아요", Artist: "서태지와 아이들"}
	v.do(func(ctx context.Context, s *session.Session) {
		if err := s.Set(ctx, "song", want); err != nil {
			t.Error(err)
		}
	})
	v.do(func(ctx context.Context, s *session.Session) {
		got, ok, err := session.Value[song](ctx, s, "song")
		if !ok || err != nil || got != want {
			t.Errorf("got %v, %t, %v, want %v", got, ok, err, want)
		}
		if got, ok, err := session.Value[song](ctx, s, "other"); ok || err != nil || got != (song{}) {
			t.Errorf("absent: got %v, %t, %v, want zero, false, nil", got, ok, err)
		}
		if _, ok, err := session.Value[int](ctx, s, "song"); !ok || err == nil {
			t.Errorf("song as int: got %t, %v, want true and an error", ok, err)
		}
		if err := s.Set(ctx, "song", make(chan int)); err == nil {
			t.Error("a channel was stored")
		}
	})
}

func TestRefused(t *testing.T) {
	v := newApp(t).visitor()
	v.do(func(ctx context.Context, s *session.Session) {
		tests := []struct {
			name string
			err  error
			want error
		}{
			{"large value", s.Set(ctx, "a", strings.Repeat("x", session.MaxValue-1)), session.ErrTooLarge},
			{"largest value", s.Set(ctx, "1", strings.Repeat("x", session.MaxValue-2)), nil},
			{"second", s.Set(ctx, "2", strings.Repeat("x", session.MaxValue-2)), nil},
			{"third", s.Set(ctx, "3", strings.Repeat("x", session.MaxValue-2)), nil},
			{"one too many", s.Set(ctx, "4", strings.Repeat("x", session.MaxValue-2)), session.ErrTooLarge},
			{"in place of one", s.Set(ctx, "3", strings.Repeat("y", session.MaxValue-2)), nil},
			{"text", s.Set(ctx, "text", "1"), nil},
			{"adding to text", third(s.Add(ctx, "text", 1)), session.ErrNotCounter},
			{"adding much", third(s.Add(ctx, "n", session.MaxCounter+1)), session.ErrNotCounter},
			{"adding most", third(s.Add(ctx, "n", session.MaxCounter)), nil},
			{"adding more", third(s.Add(ctx, "n", 1)), session.ErrNotCounter},
		}
		for _, tt := range tests {
			if !errors.Is(tt.err, tt.want) {
				t.Errorf("%s: got %v, want %v", tt.name, tt.err, tt.want)
			}
		}
		if err := s.SignIn(ctx, ""); err == nil {
			t.Error("nobody signed in")
		}
	})
	v.at("/names", "[1 2 3 n text]")
}

func third(_ int64, err error) error { return err }

// Whatever a request does, the values it sees when it ends are those that the next one finds.
func TestNextRequestFindsWhatThisOneSaw(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	v := newApp(t).visitor()
	for range 300 {
		var want, got map[string]int
		v.do(func(ctx context.Context, s *session.Session) {
			for range random.IntN(8) {
				if err := step(ctx, s, random); err != nil {
					t.Error(err)
				}
			}
			want = view(t, ctx, s)
		})
		v.do(func(ctx context.Context, s *session.Session) { got = view(t, ctx, s) })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-this +next):\n%s", diff)
		}
	}
}

// step does something to one of three values.
func step(ctx context.Context, s *session.Session, random *rand.Rand) error {
	name := string(rune('a' + random.IntN(3)))
	n := random.IntN(5) - 2
	switch random.IntN(9) {
	case 0, 1:
		return s.Delete(ctx, name)
	case 2, 3:
		return s.Set(ctx, name, n)
	case 4:
		return s.SignIn(ctx, "minji")
	case 5:
		return s.Renew(ctx)
	case 6:
		if n == 0 {
			return s.SignOut(ctx)
		}
	}
	_, err := s.Add(ctx, name, int64(n))
	return err
}

func view(t *testing.T, ctx context.Context, s *session.Session) map[string]int {
	names, err := s.Names(ctx, "")
	if err != nil {
		t.Error(err)
	}
	values := map[string]int{}
	for _, name := range names {
		n, ok, err := session.Value[int](ctx, s, name)
		if !ok || err != nil {
			t.Errorf("%s: got %t, %v, want true, nil", name, ok, err)
		}
		values[name] = n
	}
	return values
}
