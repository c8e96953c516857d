package sessiontest

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// Miniredis starts an embedded Redis for the length of the test.
func Miniredis(t testing.TB) (*miniredis.Miniredis, *redis.Client) {
	t.Helper()
	server := miniredis.RunT(t)
	return server, connect(t, &redis.Options{Addr: server.Addr()})
}

// Server starts program, redis-server or valkey-server, for the length of the test.
// It listens on a socket in a directory of its own, so that no port can be taken.
// If the program is not installed the test is skipped, or fails where CI=true.
func Server(t testing.TB, program string) *redis.Client {
	t.Helper()
	path := find(t, program)
	dir, err := os.MkdirTemp("", "redis") // t.TempDir may be too long a name for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "socket")
	start(t, exec.Command(path, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", dir))
	return connect(t, &redis.Options{Network: "unix", Addr: socket})
}

func find(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	switch {
	case err == nil:
	case os.Getenv("CI") == "true":
		t.Fatalf("%s is not installed, and CI must test with it", program)
	default:
		t.Skipf("%s is not installed; on Debian: apt-get install %s", program, program)
	}
	return path
}

// start runs a server until the end of the test, and returns when it says that it is ready.
func start(t testing.TB, cmd *exec.Cmd) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait() // killed: its error says no more than that
	})
	var log strings.Builder
	for lines := bufio.NewScanner(out); lines.Scan(); {
		log.WriteString(lines.Text() + "\n")
		if strings.Contains(strings.ToLower(lines.Text()), "ready to accept connections") {
			return // the little that it says after this stays in the pipe
		}
	}
	t.Fatalf("%s did not start:\n%s", cmd.Path, log.String())
}

func connect(t testing.TB, options *redis.Options) *redis.Client {
	options.ContextTimeoutEnabled = true
	options.DialerRetries = 1 // a test that stops Redis shall not wait for it
	client := redis.NewClient(options)
	t.Cleanup(func() { client.Close() })
	return client
}

// Cluster starts program as a cluster of one node for the length of the test, which
// is enough to refuse what touches more than one slot. It skips or fails as Server does.
func Cluster(t testing.TB, program string) *redis.ClusterClient {
	t.Helper()
	path, dir := find(t, program), t.TempDir()
	port, bus := freePort(t), freePort(t)
	start(t, exec.Command(path, "--cluster-enabled", "yes", "--bind", "127.0.0.1",
		"--port", port, "--cluster-port", bus, "--save", "", "--dir", dir))
	addr := "127.0.0.1:" + port
	form(t, connect(t, &redis.Options{Addr: addr}))
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{addr}, ContextTimeoutEnabled: true})
	t.Cleanup(func() { client.Close() })
	return client
}

// form gives all slots to a node, and returns when it takes that for a cluster.
func form(t testing.TB, node *redis.Client) {
	t.Helper()
	if err := node.ClusterAddSlotsRange(t.Context(), 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	for tick := time.Tick(10 * time.Millisecond); ; <-tick {
		info, err := node.ClusterInfo(t.Context()).Result()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(info, "cluster_state:ok") {
			return
		}
	}
}

// freePort returns a port that nobody listened on a moment ago.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}
