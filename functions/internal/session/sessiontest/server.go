package sessiontest

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

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
