package session_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"maru/functions/internal/session"
	"maru/functions/internal/session/sessiontest"
)

// A monitor reads what a Redis server says it was asked to do (MONITOR).
type monitor struct {
	*testing.T
	client *redis.Client
	lines  *bufio.Scanner
}

func newMonitor(t *testing.T, client *redis.Client) *monitor {
	conn, err := net.Dial(client.Options().Network, client.Options().Addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := fmt.Fprint(conn, "MONITOR\r\n"); err != nil {
		t.Fatal(err)
	}
	m := &monitor{T: t, client: client, lines: bufio.NewScanner(conn)}
	if !m.lines.Scan() || m.lines.Text() != "+OK" {
		t.Fatalf("MONITOR: got %q, %v", m.lines.Text(), m.lines.Err())
	}
	return m
}

// seen returns the commands that came from clients since it was called last, and whether any wrote.
func (m *monitor) seen() (commands []string, wrote bool) {
	m.Helper()
	mark := rand.Text()
	if err := m.client.Echo(m.Context(), mark).Err(); err != nil {
		m.Fatal(err)
	}
	for m.lines.Scan() {
		// +1795335772.123456 [0 unix:/tmp/redis1/socket] "evalsha" "3a4…" …; of a script's own commands [0 lua]
		source, args, ok := strings.Cut(m.lines.Text(), "] ")
		command, _, _ := strings.Cut(strings.ToLower(args), " ")
		switch {
		case !ok:
			m.Fatalf("malformed line %q", m.lines.Text())
		case strings.Contains(args, mark):
			return commands, wrote
		case command == `"hello"` || command == `"client"`: // a new connection introduces itself
		case !strings.HasSuffix(source, " lua"):
			commands = append(commands, strings.Trim(command, `"`))
		case !strings.Contains(`"hmget" "hget" "hgetall" "hkeys" "exists" "get" "time"`, command):
			wrote = true
		}
	}
	m.Fatal(m.lines.Err())
	return nil, false
}

// What a request costs, as Redis itself tells.
func TestMonitor(t *testing.T) {
	client := sessiontest.Server(t, "redis-server")
	a := newAppOn(t, client)
	a.handle("/pop", func(ctx context.Context, s *session.Session, name string) (any, error) {
		var n int
		return s.Pop(ctx, name, &n)
	})
	v := a.visitor()
	v.at("/add?n", "1")
	v.at("/add?n", "2") // Redis knows the scripts from here on
	v.at("/add?flash", "1")

	read, write := []string{"evalsha"}, []string{"evalsha"}
	tests := []struct {
		target, cookie string
		want           []string
		wrote          bool
	}{
		{"/nothing", "", nil, false},
		{"/get?n", "", nil, false},
		{"/user", "__Host-session=malformed", nil, false},
		{"/nothing", v.cookie, nil, false},
		{"/get?n", v.cookie, read, false},
		{"/get?n", "__Host-session=" + token(1), read, false},
		{"/add?n", "", write, true},
		{"/add?n", v.cookie, append(read, write...), true},
		{"/pop?flash", v.cookie, append(read, write...), true},
		{"/pop?flash", v.cookie, read, false},
	}
	m := newMonitor(t, client)
	for _, tt := range tests {
		a.ask(tt.target, tt.cookie)
		got, wrote := m.seen()
		if diff := cmp.Diff(tt.want, got); diff != "" || wrote != tt.wrote {
			t.Errorf("%s with cookie %q: wrote %t, want %t; commands (-want +got):\n%s",
				tt.target, tt.cookie, wrote, tt.wrote, diff)
		}
	}
}
