package sessiontest

import (
	"context"
	"fmt"
	"strconv"

	"golang.org/x/sync/errgroup"

	"maru/functions/internal/session"
)

// This file tests what no library that loads, changes and saves can pass.

// CountAdds lets clients add to one counter, each n times at once with the others,
// and returns what the counter says. A store that loses updates returns less than
// clients × n.
func CountAdds(ctx context.Context, store session.Store, clients, n int) (int, error) {
	id, terms := newID(""), Terms()
	if err := store.Create(ctx, id, session.Record{}, terms); err != nil {
		return 0, err
	}
	var g errgroup.Group
	for range clients {
		g.Go(func() error {
			for range n {
				if err := store.Update(ctx, id, []session.Change{add("n", 1)}, terms); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return 0, err
	}
	r, err := store.Load(ctx, id, terms)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(r.Values["n"])
}

func (s *suite) addsLoseNothing() {
	const clients, n = 32, 20
	got, err := CountAdds(s.Context(), s.store, clients, n)
	if err != nil || got != clients*n {
		s.Errorf("got %d, %v, want %d", got, err, clients*n)
	}
}

// endedStaysEnded lets a sign-out, in turn by each way there is, race updates, loads and a sign-in.
func (s *suite) endedStaysEnded() {
	user, tag := newUser()
	ends := []func(id session.ID) error{
		func(id session.ID) error { return s.store.End(s.Context(), id, s.terms) },
		func(session.ID) error { return s.store.EndAll(s.Context(), user, s.terms) },
	}
	for round := range 100 {
		id, to := s.given(newID(tag), user, "a", "1"), newID(tag)
		var g errgroup.Group
		g.Go(func() error { return ends[round%len(ends)](id) })
		for range 3 {
			g.Go(func() error { return s.apply(id, set("a", "2")) })
		}
		g.Go(func() error { return s.moveTo(id, to, user) })
		if err := g.Wait(); !gone(err) {
			s.Fatal(err)
		}
		s.wantGone(id)
		if round%len(ends) == 0 { // after EndAll a sign-in is a new one
			s.wantGone(to)
		}
	}
}

// moveLosesNothing lets a sign-in race updates that come with the old ID, as requests
// do that were under way.
func (s *suite) moveLosesNothing() {
	const clients, n = 8, 10
	for range 10 {
		user, tag := newUser()
		from, to := s.given(newID(""), ""), newID(tag)
		var g errgroup.Group
		for c := range clients {
			g.Go(func() error {
				for range n {
					if err := s.apply(from, add("all", 1), add(fmt.Sprint(c), 1)); err != nil {
						return err
					}
				}
				return nil
			})
		}
		g.Go(func() error { return s.moveTo(from, to, user) })
		if err := g.Wait(); err != nil {
			s.Fatal(err)
		}
		want := []string{"all", strconv.Itoa(clients * n)}
		for c := range clients {
			want = append(want, fmt.Sprint(c), strconv.Itoa(n))
		}
		s.wantValues(to, want...)
	}
}
