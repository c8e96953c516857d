package redis_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"maru/local/internal/redis"
)

func TestMemory(t *testing.T) {
	s := open(t, redis.Config{URL: "memory"})
	client := connect(t, s)
	if err := client.Set(t.Context(), "k", "v", 50*time.Millisecond).Err(); err != nil {
		t.Fatal(err)
	}
	if got := client.Get(t.Context(), "k").Val(); got != "v" {
		t.Errorf("got %q, want v", got)
	}
	// The embedded server is told once a second how time passes.
	for begin := time.Now(); client.Exists(t.Context(), "k").Val() == 1; {
		if time.Since(begin) > 10*time.Second {
			t.Fatal("a key does not expire")
		}
	}
}

func TestGivenURL(t *testing.T) {
	given := open(t, redis.Config{URL: "memory"})
	s := open(t, redis.Config{URL: strings.Replace(given.URL, "redis://", "redis://:@", 1)})
	if strings.Contains(s.Description, "secret") {
		t.Errorf("description shows the password: %s", s.Description)
	}
}

func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	_, err = redis.Open(t.Context(), redis.Config{URL: "redis://:secret@" + address})
	if err == nil || !strings.Contains(err.Error(), "reaching Redis at "+address) || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want the address without the password", err)
	}
	_, err = redis.Open(t.Context(), redis.Config{URL: "http://:secret@host"})
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want an error without the password", err)
	}
}

// What is stored in a started server is there after a restart; a second host
// of the same folder uses the first one's server.
func TestServer(t *testing.T) {
	needServer(t)
	c := redis.Config{Dir: t.TempDir()}
	first := open(t, c)
	second := open(t, c)
	if second.URL != first.URL {
		t.Errorf("the second host got %s, want %s", second.URL, first.URL)
	}
	if err := connect(t, second).Set(t.Context(), "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if got := connect(t, open(t, c)).Get(t.Context(), "k").Val(); got != "v" {
		t.Errorf("got %q after a restart, want v", got)
	}
}

// A server that does not start says why.
func TestServerDoesNotStart(t *testing.T) {
	needServer(t)
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "appendonlydir"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "appendonlydir", "appendonly.aof.manifest"), []byte("nonsense\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := redis.Open(t.Context(), redis.Config{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "manifest") {
		t.Errorf("got %v, want the server's own words", err)
	}
}

func needServer(t *testing.T) {
	t.Helper()
	for _, name := range []string{"redis-server", "valkey-server"} {
		if _, err := exec.LookPath(name); err == nil {
			return
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("neither redis-server nor valkey-server is installed")
	}
	t.Skip("needs redis-server or valkey-server: apt install redis-server, or brew install valkey")
}

func open(t *testing.T, c redis.Config) *redis.Server {
	t.Helper()
	s, err := redis.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func connect(t *testing.T, s *redis.Server) *goredis.Client {
	t.Helper()
	options, err := goredis.ParseURL(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := goredis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	return client
}
