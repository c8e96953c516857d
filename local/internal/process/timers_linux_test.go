package process_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"maru/local/internal/process"
)

// The timers of a relaxed child, and those of what it starts, may be late together;
// those of a child that is started after it may not.
func TestTimerSlack(t *testing.T) {
	own, err := os.ReadFile("/proc/self/timerslack_ns")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		start func(*exec.Cmd, syscall.Signal) (*process.Process, error)
		want  string
	}{{process.StartRelaxed, "1000000\n"}, {process.Start, string(own)}} {
		out, err := os.Create(filepath.Join(t.TempDir(), "out"))
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		cmd := exec.Command("sh", "-c", "cat /proc/self/timerslack_ns; exit 0") // that of cat, a child's child
		cmd.Stdout = out
		p, err := test.start(cmd, 0)
		if err != nil {
			t.Fatal(err)
		}
		<-p.Done()
		if got, err := os.ReadFile(out.Name()); string(got) != test.want {
			t.Errorf("got a slack of %q ns, %v, want %q", got, err, test.want)
		}
	}
}
