package async

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"maru/local/internal/lambda"
)

// childDir names the folder of the queue to a child of TestKill.
const childDir = "MARU_TEST_QUEUE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := crowd(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	goleak.VerifyTestMain(m)
}

const (
	crowdSize = 1000
	delivered = "delivered" // the file with a line for each attempt that ended
)

// crowd is a host that is there to be killed: it accepts events from 16 callers
// at once and says so on stdout, a request ID a line. Some are delivered; after
// 100 attempts all others hang.
func crowd(dir string) error {
	log, err := os.OpenFile(filepath.Join(dir, delivered), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	q, err := Open(Config{Dir: dir, Functions: []*lambda.Function{function("F", nil)}})
	if err != nil {
		return err
	}
	var attempts atomic.Int64
	q.Start(func(_ context.Context, r lambda.Request) (*lambda.Response, error) {
		if attempts.Add(1) > 100 {
			select {}
		}
		if _, err := fmt.Fprintln(log, r.ID); err != nil {
			return nil, err
		}
		return answer("1")()
	})
	var callers sync.WaitGroup
	var number atomic.Int64
	for range 16 {
		callers.Go(func() {
			for n := number.Add(1); n <= crowdSize; n = number.Add(1) {
				id, err := q.Enqueue(context.Background(), lambda.Request{Function: "F", Event: fmt.Appendf(nil, `{"n":%d}`, n)})
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				fmt.Println(id) // one write: lines stay whole
			}
		})
	}
	callers.Wait()
	select {}
}

// kill runs a host until it has said that so many events are accepted, kills
// it by SIGKILL, and gives the request IDs of all that it has said.
func kill(t *testing.T, dir string, after int) (accepted []string) {
	t.Helper()
	host := exec.Command(os.Args[0])
	host.Env = append(os.Environ(), childDir+"="+dir)
	host.Stderr = os.Stderr
	stdout, err := host.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := host.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		accepted = append(accepted, lines.Text())
		if len(accepted) == after {
			_ = host.Process.Kill()
		}
	}
	_ = host.Wait() // says that it was killed
	if len(accepted) < after {
		t.Fatalf("got %d accepted events, want %d", len(accepted), after)
	}
	return accepted
}

// An event that was accepted is delivered, though the host is killed: while it
// accepts others, and while it delivers.
func TestKill(t *testing.T) {
	for _, after := range []int{1, crowdSize / 3, crowdSize} {
		t.Run(fmt.Sprintf("after %d", after), func(t *testing.T) {
			dir := t.TempDir()
			accepted := kill(t, dir, after)
			before, err := os.ReadFile(filepath.Join(dir, delivered))
			if err != nil {
				t.Fatal(err)
			}
			missing := map[string]bool{}
			for _, id := range accepted {
				missing[id] = true
			}
			for id := range strings.Lines(string(before)) {
				delete(missing, strings.TrimSpace(id))
			}
			if after == crowdSize && len(missing) != crowdSize-100 {
				t.Fatalf("got %d events left by the killed host, want %d", len(missing), crowdSize-100)
			}

			q := open(t, Config{Dir: dir, Functions: []*lambda.Function{function("F", nil)}})
			ids := make(chan string)
			q.Start(func(_ context.Context, r lambda.Request) (*lambda.Response, error) {
				select {
				case ids <- r.ID:
				case <-t.Context().Done():
				}
				return answer("1")()
			})
			patience := time.After(30 * time.Second)
			for len(missing) > 0 {
				select {
				case id := <-ids:
					delete(missing, id)
				case <-patience:
					t.Fatalf("got %d of %d accepted events lost, want none", len(missing), len(accepted))
				}
			}
		})
	}
}
