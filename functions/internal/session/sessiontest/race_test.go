package sessiontest_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/redis/go-redis/v9"

	"maru/functions/internal/session"
	"maru/functions/internal/session/sessiontest"
)

// saver is a store as session libraries commonly have it: to change a session it loads
// it, changes it and saves it whole.
type saver struct {
	session.Store
}

func (s saver) Update(ctx context.Context, id session.ID, changes []session.Change, t session.Terms) error {
	r, err := s.Load(ctx, id, t)
	if err != nil {
		return err
	}
	var saved []session.Change
	for _, c := range changes {
		n, _ := strconv.ParseInt(r.Values[c.Name], 10, 64)
		sum := strconv.FormatInt(n+c.N, 10)
		saved = append(saved, session.Change{Op: session.OpSet, Name: c.Name, Value: sum})
	}
	return s.Store.Update(ctx, id, saved, t)
}

// The race that the suite runs must be able to find a store that loses updates.
func TestCountAddsFindsLostUpdates(t *testing.T) {
	const clients = 32
	tests := []struct {
		name  string
		start func(t *testing.T) *redis.Client
		n     int
	}{
		{"miniredis", func(t *testing.T) *redis.Client { _, client := sessiontest.Miniredis(t); return client }, 20},
		{"redis-server", func(t *testing.T) *redis.Client { return sessiontest.Server(t, "redis-server") }, 1000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			store, want := session.NewRedis(tt.start(t)), clients*tt.n
			got, err := sessiontest.CountAdds(t.Context(), store, clients, tt.n)
			if got != want || err != nil {
				t.Errorf("our store: got %d, %v, want %d", got, err, want)
			}
			got, err = sessiontest.CountAdds(t.Context(), saver{store}, clients, tt.n)
			if got >= want || err != nil {
				t.Errorf("load, change, save: got %d, %v, want less than %d", got, err, want)
			}
			t.Logf("load, change, save kept %d of %d additions", got, want)
		})
	}
}
