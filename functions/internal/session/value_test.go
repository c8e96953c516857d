package session

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// FuzzValues: whatever name and text a handler stores, another request finds just that,
// beside values of similar names, and the store's account of their weight comes to
// nothing when they are gone.
func FuzzValues(f *testing.F) {
	server := miniredis.NewMiniRedis()
	if err := server.Start(); err != nil {
		f.Fatal(err)
	}
	f.Cleanup(server.Close)
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	f.Cleanup(func() { client.Close() })
	m := &Manager{Store: NewRedis(client)}

	f.Add("cart:1", "아리랑", int64(1))
	f.Add("", "", int64(0))
	f.Add("x:created", "null", int64(-1))
	f.Add("a\x00\r\n}", "\xff\u2028", int64(math.MaxInt64))
	f.Add("%d", "1e3", int64(MaxCounter))
	f.Fuzz(func(t *testing.T, name, text string, n int64) {
		first := &Session{manager: m}
		names := []string{name, "x:" + name, "v:" + name, name + "\n"}
		for i, name := range names {
			if err := first.SetFor(t.Context(), name, text+string(rune('0'+i)), time.Hour); errors.Is(err, ErrTooLarge) {
				return
			} else if err != nil {
				t.Fatal(err)
			}
		}
		tok, _, err := first.commit(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range names {
			want, _ := json.Marshal(text + string(rune('0'+i)))
			wantValue(t, &Session{manager: m, token: tok}, name, string(want))
		}
		commit(t, m, tok, func(ctx context.Context, s *Session) error { return s.Set(ctx, name, n) })
		_, err = (&Session{manager: m, token: tok}).Add(t.Context(), name, 1)
		if wantErr := !countable(n) || n == MaxCounter; errors.Is(err, ErrNotCounter) != wantErr {
			t.Errorf("adding to %d: got %v, want an error: %t", n, err, wantErr)
		}
		for _, name := range names {
			commit(t, m, tok, func(ctx context.Context, s *Session) error { return s.Delete(ctx, name) })
		}
		key := keysOf(tok.id())[0]
		if got := server.HGet(key, "size"); got != "0" {
			t.Errorf("size of nothing: got %s, want 0", got)
		}
		server.Del(key)
	})
}

// commit makes a change in a request of its own.
func commit(t *testing.T, m *Manager, tok token, change func(context.Context, *Session) error) {
	t.Helper()
	s := &Session{manager: m, token: tok}
	if err := change(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func wantValue(t *testing.T, s *Session, name, want string) {
	t.Helper()
	var got json.RawMessage
	if ok, err := s.Get(t.Context(), name, &got); !ok || err != nil || string(got) != want {
		t.Errorf("%q: got %s, %t, %v, want %s", name, got, ok, err, want)
	}
}
