package shop_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"maru/functions/internal/session/sessiontest"
	"maru/functions/internal/shop"
)

// clock tells the tests' time, which they set.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

// noon is when tests begin: still the same day in Korea.
var noon = time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC)

// TestShop runs these tests on each kind of Redis that the shop lives on. A
// cluster refuses what touches more than one slot.
func TestShop(t *testing.T) {
	tests := map[string]func(*testing.T, *shop.Shop, *clock){
		"Board":                testBoard,
		"BoardComposes":        testBoardComposes,
		"BoardLimits":          testBoardLimits,
		"PlaceOrder":           testPlaceOrder,
		"PlaceOrderAgreed":     testPlaceOrderAgreed,
		"PlaceOrderAtOnce":     testPlaceOrderAtOnce,
		"PlaceOrderOfOrigin":   testPlaceOrderOfOrigin,
		"RemovePost":           testRemovePost,
		"ReplacePostAtOnce":    testReplacePostAtOnce,
		"ReportWeatherRefuses": testReportWeatherRefuses,
		"ReportWeatherAtOnce":  testReportWeatherAtOnce,
		"Seed":                 testSeed,
		"Song":                 testSong,
		"SignUpAtOnce":         testSignUpAtOnce,
		"TriesForgiven":        testTriesForgiven,
		"TriesPerName":         testTriesPerName,
		"Users":                testUsers,
		"Weather":              testWeather,
	}
	stores := map[string]func(t *testing.T) redis.UniversalClient{
		"miniredis": func(t *testing.T) redis.UniversalClient {
			_, client := sessiontest.Miniredis(t)
			return client
		},
		"redis-server": func(t *testing.T) redis.UniversalClient { return sessiontest.Server(t, "redis-server") },
		"cluster":      func(t *testing.T) redis.UniversalClient { return sessiontest.Cluster(t, "redis-server") },
	}
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			client := open(t)
			for name, test := range tests {
				if err := client.FlushAll(t.Context()).Err(); err != nil {
					t.Fatal(err)
				}
				t.Run(name, func(t *testing.T) {
					c := &clock{noon}
					test(t, shop.New(client, c.now), c)
				})
			}
		})
	}
}

func TestUnavailable(t *testing.T) {
	server, client := sessiontest.Miniredis(t)
	s := shop.New(client, nil)
	server.Close()
	ctx := t.Context()
	calls := map[string]func() error{
		"Catalogue":  func() error { _, err := s.Catalogue(ctx); return err },
		"Weather":    func() error { _, err := s.Weather(ctx, "seoul"); return err },
		"Posts":      func() error { _, _, err := s.Posts(ctx, shop.Page{Limit: 1}); return err },
		"Post":       func() error { _, err := s.Post(ctx, "1"); return err },
		"AddPost":    func() error { _, err := s.AddPost(ctx, shop.Post{Title: "a", Body: "b"}); return err },
		"RemovePost": func() error { return s.RemovePost(ctx, "1", 0) },
		"SignUp":     func() error { _, err := s.SignUp(ctx, "kim", "correct horse", "192.0.2.1"); return err },
		"SignIn":     func() error { _, err := s.SignIn(ctx, "kim", "correct horse", "192.0.2.1"); return err },
		"PlaceOrder": func() error { _, err := s.PlaceOrder(ctx, shop.Purchase{User: "kim", Key: "key"}); return err },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, shop.ErrUnavailable) {
			t.Errorf("%s: got error %v, want ErrUnavailable", name, err)
		}
	}
}

// A reply that speaks of the server's state may be another next time; one that
// speaks of the command may not.
func TestReplies(t *testing.T) {
	tests := []struct {
		reply       string
		unavailable bool
	}{
		{"LOADING Redis is loading the dataset in memory", true},
		{"READONLY You can't write against a read only replica.", true},
		{"CLUSTERDOWN The cluster is down", true},
		{"OOM command not allowed when used memory > 'maxmemory'.", true},
		{"NOAUTH Authentication required.", true},
		{"WRONGTYPE Operation against a key holding the wrong kind of value", false},
		{"ERR unknown command", false},
	}
	for _, tt := range tests {
		server, client := sessiontest.Miniredis(t)
		s := shop.New(client, nil)
		server.SetError(tt.reply)
		_, err := s.Post(t.Context(), "1")
		if err == nil || errors.Is(err, shop.ErrUnavailable) != tt.unavailable {
			t.Errorf("%s: got error %v, unavailable should be %t", tt.reply, err, tt.unavailable)
		}
	}
}

func TestConnect(t *testing.T) {
	if _, err := shop.Connect("redis://127.0.0.1:6379/0"); err != nil {
		t.Errorf("got error %v", err)
	}
	cluster, err := shop.Connect("rediss://:secret@127.0.0.1:6379?addr=127.0.0.2:6379")
	if _, ok := cluster.(*redis.ClusterClient); !ok || err != nil {
		t.Errorf("got %T, %v for a URL with addr, want a cluster's client", cluster, err)
	}
	for _, bad := range []string{"", "http://127.0.0.1", "redis://h:6379/db", "redis://:secret@h\x7f:6379", "redis://h:6379?addr=no-port"} {
		_, err := shop.Connect(bad)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("Connect(%q): got error %v, want one without the password", bad, err)
		}
	}
}

// A Redis that says nothing, or nothing after the handshake, is given up soon
// enough for the visitor to be told so.
func TestConnectToSilence(t *testing.T) {
	for _, greetings := range []int{0, 1} {
		client, err := shop.Connect("redis://" + silence(t, greetings))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { client.Close() })
		commands := map[string]func(context.Context) error{
			"command": func(ctx context.Context) error { return client.Get(ctx, "key").Err() },
			"pipeline": func(ctx context.Context) error {
				_, err := client.Pipelined(ctx, func(p redis.Pipeliner) error { return p.Get(ctx, "key").Err() })
				return err
			},
		}
		for name, command := range commands {
			t.Run(fmt.Sprintf("%s after %d replies", name, greetings), func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
				defer cancel()
				if err := command(ctx); err == nil || ctx.Err() != nil {
					t.Errorf("got error %v (context: %v), want one before the context ends", err, ctx.Err())
				}
			})
		}
	}
}

// silence is the address of a server that refuses so many commands on each
// connection, as one without HELLO does, and then says nothing more.
func silence(t *testing.T, greetings int) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var connections sync.WaitGroup
	t.Cleanup(func() {
		listener.Close()
		connections.Wait()
	})
	connections.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Go(func() {
				defer conn.Close()
				buffer := make([]byte, 4096)
				for i := 0; ; i++ {
					if _, err := conn.Read(buffer); err != nil {
						return
					}
					if i < greetings {
						io.WriteString(conn, "-ERR unknown command\r\n")
					}
				}
			})
		}
	})
	return listener.Addr().String()
}
