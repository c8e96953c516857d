package session_test

import (
	"context"
	"net/http"
	"testing"

	"golang.org/x/sync/errgroup"

	"maru/functions/internal/session"
)

// A request that was under way when its visitor signed out stores nothing, says so,
// and leaves the visitor's cookie, which may be a new one by now, alone.
func TestSignOutRacesSlowRequest(t *testing.T) {
	a := newApp(t)
	loaded, resume := make(chan struct{}), make(chan struct{})
	a.handle("/slow", func(ctx context.Context, s *session.Session, _ string) (any, error) {
		n, err := s.Add(ctx, "n", 1)
		loaded <- struct{}{}
		<-resume
		return n, err
	})
	for round := range 50 {
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
	a := newApp(t)
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
	a := newApp(t)
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
