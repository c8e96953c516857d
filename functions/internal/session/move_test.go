package session

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"
)

// mover is a session whose move can be stopped after each of its steps, as by a process that dies.
type mover struct {
	*testing.T
	redis    *miniredis.Miniredis
	store    *redisStore
	from, to ID
	terms    Terms
}

func newMover(t *testing.T) *mover {
	server := miniredis.RunT(t)
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	t.Cleanup(func() { client.Close() })
	m := &mover{T: t, redis: server, store: &redisStore{client: client},
		from: newToken("").id(), to: newToken("minji").id(),
		terms: Terms{Now: time.Now(), Idle: 30 * time.Minute, Absolute: 12 * time.Hour}}
	m.must(m.store.Create(t.Context(), m.from, Record{Values: map[string]string{"n": "1"}}, m.terms))
	return m
}

func (m *mover) must(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

// mark is the first step of a move.
func (m *mover) mark() {
	m.Helper()
	state, err := m.store.state(m.Context(), moveScript, m.from, m.terms.args(m.to.String(), "minji", "agent"))
	if state != "alive" || err != nil {
		m.Fatalf("marking: got %q, %v, want alive", state, err)
	}
}

// create is the second; the mover may do it late.
func (m *mover) create() error {
	r := Record{Info: Info{User: "minji"}, Values: map[string]string{"n": "1"}}
	return m.store.Create(m.Context(), m.to, r, m.terms)
}

func (m *mover) add(id ID, n int64) {
	m.Helper()
	m.must(m.store.Update(m.Context(), id, []Change{{Op: OpAdd, Name: "n", N: n}}, m.terms))
}

func (m *mover) want(id ID, n string) {
	m.Helper()
	r, err := m.store.Load(m.Context(), id, m.terms)
	if diff := cmp.Diff(map[string]string{"n": n}, r.Values); err != nil || diff != "" {
		m.Errorf("got error %v, values (-want +got):\n%s", err, diff)
	}
}

func TestMoveInterruptedAfterMark(t *testing.T) {
	followers := map[string]func(*mover){
		"Load":   func(m *mover) { m.want(m.from, "1") },
		"Update": func(m *mover) { m.add(m.from, 1); m.add(m.from, -1) },
		"Move": func(m *mover) {
			next := newToken("minji").id()
			m.must(m.store.Move(m.Context(), m.from, next, Record{Info: Info{User: "minji"}}, m.terms))
			m.want(next, "1")
		},
	}
	for name, follow := range followers {
		t.Run(name, func(t *testing.T) {
			m := newMover(t)
			m.mark()
			follow(m)
			m.must(m.create()) // the mover was slow, not dead: it changes nothing
			m.want(m.from, "1")
			m.want(m.to, "1")
		})
	}
}

func TestMoveInterruptedAfterCreate(t *testing.T) {
	m := newMover(t)
	m.mark()
	m.must(m.create())
	m.add(m.from, 1)
	m.want(m.to, "2")
	m.want(m.from, "2")
}

// However late a follower of a move comes, it does not bring back what was signed out of.
func TestBelatedMoveMeetsTombstone(t *testing.T) {
	m := newMover(t)
	m.mark()
	m.must(m.create())
	m.must(m.store.End(m.Context(), m.from, m.terms))
	for m.redis.Exists(keysOf(m.from)[0]) {
		if err := m.create(); !errors.Is(err, ErrGone) {
			t.Fatalf("creating after the end: got %v, want ErrGone", err)
		}
		if _, err := m.store.Load(m.Context(), m.from, m.terms); !errors.Is(err, ErrGone) {
			t.Fatalf("loading after the end: got %v, want ErrGone", err)
		}
		m.terms.Now = m.terms.Now.Add(time.Minute)
		m.redis.FastForward(time.Minute)
	}
	if !m.redis.Exists(keysOf(m.to)[0]) {
		t.Error("the tombstone is gone as soon as what leads to it")
	}
	m.redis.FastForward(time.Minute)
	if keys := m.redis.Keys(); len(keys) != 0 {
		t.Errorf("a minute later: got keys %v, want none", keys)
	}
}

// A chain of moves that leads back to itself, which no program makes, leads nowhere.
func TestMovesInCircle(t *testing.T) {
	m := newMover(t)
	m.mark()
	m.must(m.create())
	m.redis.HSet(keysOf(m.to)[0], "moved", m.from.String())
	if _, err := m.store.Load(m.Context(), m.from, m.terms); !errors.Is(err, ErrGone) {
		t.Errorf("Load: got %v, want ErrGone", err)
	}
	if err := m.store.End(m.Context(), m.from, m.terms); !errors.Is(err, ErrGone) {
		t.Errorf("End: got %v, want ErrGone", err)
	}
	m.redis.HSet(keysOf(m.to)[0], "moved", "nonsense")
	if _, err := m.store.Load(m.Context(), m.from, m.terms); err == nil || errors.Is(err, ErrGone) {
		t.Errorf("malformed: got %v, want an error", err)
	}
}

// deaf is a connection that breaks, once armed, after Redis replied and before we read it.
type deaf struct {
	net.Conn
	armed  *atomic.Bool
	broken bool
}

func (c *deaf) Read(b []byte) (int, error) {
	if c.broken {
		return 0, io.EOF
	}
	n, err := c.Conn.Read(b)
	if n > 0 && c.armed.Swap(false) {
		c.broken = true
		return 0, io.EOF
	}
	return n, err
}

func TestUpdateIsNotSentTwice(t *testing.T) {
	m := newMover(t)
	m.add(m.from, 1) // Redis knows the scripts, so that one reply is one update
	armed := new(atomic.Bool)
	client := redis.NewClient(&redis.Options{
		MaxRetries: 3,
		Dialer: func(ctx context.Context, _, _ string) (net.Conn, error) {
			c, err := new(net.Dialer).DialContext(ctx, "tcp", m.redis.Addr())
			return &deaf{Conn: c, armed: armed}, err
		},
	})
	defer client.Close()
	m.must(client.Ping(t.Context()).Err())

	armed.Store(true)
	err := NewRedis(client).Update(t.Context(), m.from, []Change{{Op: OpAdd, Name: "n", N: 1}}, m.terms)
	if !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	m.want(m.from, "3")
}
