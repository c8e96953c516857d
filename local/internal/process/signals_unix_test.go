//go:build unix

package process_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"maru/local/internal/process"
)

func TestKillReachesTheGroup(t *testing.T) {
	shell := exec.Command("sh", "-c", "sleep 1000 & echo $!; wait")
	out, err := shell.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p, err := process.Start(shell, 0)
	if err != nil {
		t.Fatal(err)
	}
	grandchild := readPID(t, out)
	p.Kill()
	<-p.Done()
	if got, want := fmt.Sprint(p.Err()), "signal: killed"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	waitGone(t, grandchild)
}

func readPID(t *testing.T, r io.Reader) int {
	t.Helper()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// waitGone waits for the end of a process that is not this one's child; such a
// process cannot be waited for, only looked at. One that has ended and that
// nobody has waited for yet is gone too.
func waitGone(t *testing.T, pid int) {
	t.Helper()
	timeout := time.After(10 * time.Second)
	for tick := time.NewTicker(time.Millisecond); ; {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil && syscall.Kill(pid, 0) != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("process %d is still there", pid)
		}
	}
}
