package sessiontest_test

import (
	"context"
	"strconv"
	"testing"

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
	_, client := sessiontest.Miniredis(t)
	store := saver{session.NewRedis(client)}
	const clients, n = 32, 20
	got, err := sessiontest.CountAdds(t.Context(), store, clients, n)
	if err != nil {
		t.Fatal(err)
	}
	if got >= clients*n {
		t.Errorf("got %d, want less than %d", got, clients*n)
	}
	t.Logf("load, change, save kept %d of %d additions", got, clients*n)
}
