package session_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"maru/functions/internal/session"
	"maru/functions/internal/session/sessiontest"
)

// newRacingApp returns the application on a true Redis if one is installed, else on miniredis.
func newRacingApp(t *testing.T) *app {
	const program = "redis-server"
	if _, err := exec.LookPath(program); err != nil && os.Getenv("CI") != "true" {
		return newApp(t)
	}
	return newAppOn(t, sessiontest.Server(t, program))
}

// A request that was under way when its visitor signed out stores nothing, says so,
// and leaves the visitor's cookie, which may be a new one by now, alone.
func TestSignOutRacesSlowRequest(t *testing.T) {
	a := newRacingApp(t)
	loaded, resume := make(chan struct{}), make(chan struct{})
	a.handle("/slow", func(ctx context.Context, s *session.Session, _ string) (any, error) {
		n, err := s.Add(ctx, "n", 1)
		loaded <- struct{}{}
		<-resume
		return n, err
	})
	for round := range 1000 {
		out := []string{"/sign-out", "/sign-out-everywhere"}[round%2]
		v := a.visitor()
		v.at("/add?n", "1")
		v.at("/sign-in?minji", "")
		slow := *v
		var g errgroup.Group
		g.Go(func() error {
			w := a.ask("/slow", slow.cookie)
			if w.Code != http.StatusConflict || w.Header()["Set-Cookie"] != nil {
				t.Errorf("slow request: got %d, Set-Cookie %q, want 409 without", w.Code, w.Header()["Set-Cookie"])
			}
			return nil
		})
		<-loaded
		v.at(out, "")
		resume <- struct{}{}
		g.Wait()
		slow.at("/get?n", "0")
		slow.at("/user", "")
	}
}

func TestParallelAdds(t *testing.T) {
	const clients, n = 32, 10
	a := newRacingApp(t)
	v := a.visitor()
	v.at("/add?other", "1")
	var g errgroup.Group
	for range clients {
		g.Go(func() error {
			for range n {
				if w := a.ask("/add?n", v.cookie); w.Code != http.StatusOK {
					t.Errorf("got %d %s", w.Code, w.Body)
				}
			}
			return nil
		})
	}
	g.Wait()
	v.at("/get?n", "320")
}

func TestSignInWhileRequestsRun(t *testing.T) {
	const clients, n = 20, 5
	a := newRacingApp(t)
	for range 10 {
		v := a.visitor()
		v.at("/add?other", "1")
		old := v.cookie
		var g errgroup.Group
		for range clients {
			g.Go(func() error {
				for range n {
					if w := a.ask("/add?n", old); w.Code != http.StatusOK {
						t.Errorf("got %d %s", w.Code, w.Body)
					}
				}
				return nil
			})
		}
		v.at("/sign-in?minji", "")
		g.Wait()
		v.at("/user", "minji")
		v.at("/get?n", "100")
	}
}

// Signed in, nobody is signed out by their own second sign-in, in another tab.
func TestSignInAgainWhileRequestsRun(t *testing.T) {
	const clients, n = 20, 20
	a := newRacingApp(t)
	v := a.visitor()
	v.at("/sign-in?minji", "")
	tab := *v
	var g errgroup.Group
	for range clients {
		g.Go(func() error {
			for range n {
				tab.at("/user", "minji")
			}
			return nil
		})
	}
	v.at("/sign-in?minji", "")
	g.Wait()
	v.at("/user", "minji")
}

func TestParallelSwaps(t *testing.T) {
	const clients, n = 32, 10
	a := newRacingApp(t)
	v := a.visitor()
	v.at("/add?other", "1")
	var calls atomic.Int64
	a.handle("/swap", func(ctx context.Context, s *session.Session, _ string) (any, error) {
		return session.Swap(ctx, s, "n", func(n int) (int, error) {
			calls.Add(1)
			return n + 1, nil
		})
	})
	seen := make([]atomic.Int64, clients*n+1)
	var g errgroup.Group
	for range clients {
		g.Go(func() error {
			for range n {
				w := a.ask("/swap", v.cookie)
				got, err := strconv.Atoi(w.Body.String())
				if err != nil {
					return fmt.Errorf("got %d %s", w.Code, w.Body)
				}
				seen[got].Add(1)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	for i := range clients * n { // each was told what it alone had made
		if got := seen[i+1].Load(); got != 1 {
			t.Errorf("%d requests made n %d, want 1", got, i+1)
		}
	}
	t.Logf("%d swaps took %d attempts", clients*n, calls.Load())
}

// Of requests that pop one message exactly one gets it.
func TestParallelPops(t *testing.T) {
	const clients, rounds = 20, 50
	a := newRacingApp(t)
	v := a.visitor()
	a.handle("/flash", func(ctx context.Context, s *session.Session, _ string) (any, error) {
		return "", s.Set(ctx, "flash", "saved")
	})
	a.handle("/pop", func(ctx context.Context, s *session.Session, _ string) (any, error) {
		var message string
		_, err := s.Pop(ctx, "flash", &message)
		return message, err
	})
	for range rounds {
		v.at("/flash", "")
		var popped atomic.Int64
		var g errgroup.Group
		for range clients {
			g.Go(func() error {
				w := a.ask("/pop", v.cookie)
				if w.Body.String() == "saved" {
					popped.Add(1)
				} else if w.Code != http.StatusOK || w.Body.Len() > 0 {
					return fmt.Errorf("got %d %s", w.Code, w.Body)
				}
				return nil
			})
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		if got := popped.Load(); got != 1 {
			t.Fatalf("%d requests got the message, want 1", got)
		}
	}
}
