package api

import (
	"errors"
	"fmt"
	"testing"

	"maru/functions/internal/session"
	"maru/functions/internal/shop"
)

// The status of an error is that of the first line of the table which it fits,
// however it is wrapped; the session says what its own errors are.
func TestStatusOf(t *testing.T) {
	tests := []struct {
		err  error
		want int
	}{
		{notAllowed{"GET"}, 405},
		{fmt.Errorf("reading: %w", shop.Invalid{{Field: "name", Detail: "is required"}}), 422},
		{fmt.Errorf("signing in: %w", shop.Throttled(1)), 429},
		{fmt.Errorf("%w: unknown view", errQuery), 400},
		{fmt.Errorf("reading: %w", shop.ErrUnavailable), 503},
		{fmt.Errorf("loading: %w", session.ErrUnavailable), 503},
		{fmt.Errorf("committing: %w", session.ErrGone), 409},
		{session.ErrTooLarge, 413},
		{errors.Join(shop.ErrKeyReused, session.ErrTooLarge), 422},
		{errors.New("redis.internal:6379 said no"), 500},
	}
	for _, tt := range tests {
		p := explain(tt.err)
		if p.Status != tt.want || (p.Detail == "") != (tt.want >= 500) {
			t.Errorf("%v: got %d with detail %q, want %d, and a detail below 500 only", tt.err, p.Status, p.Detail, tt.want)
		}
	}
}
