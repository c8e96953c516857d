package process_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"maru/local/internal/process"
)

// The test binary re-executes itself: as a child that waits for its standard
// input to end, and as a host that starts such a child and is then killed.
func TestMain(m *testing.M) {
	switch os.Getenv("PROCESS_TEST") {
	case "child":
		fmt.Println("ready")
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(3)
	case "host":
		child := command("child")
		if _, err := child.StdinPipe(); err != nil {
			panic(err)
		}
		p, err := process.Start(child, 0)
		if err != nil {
			panic(err)
		}
		fmt.Println(p.PID())
		select {}
	}
	os.Exit(m.Run())
}

func command(role string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PROCESS_TEST="+role)
	return cmd
}

func TestExitStatus(t *testing.T) {
	p, err := process.Start(command("child"), 0)
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if got, want := fmt.Sprint(p.Err()), "exit status 3"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	p.Signal(syscall.SIGTERM) // of no effect any more
}

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

func TestPeakMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells the peak of a running process")
	}
	cmd := command("child")
	stdin, _ := cmd.StdinPipe()
	stdout, _ := cmd.StdoutPipe()
	p, err := process.Start(cmd, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	running := p.PeakMemory()
	if running < 1<<20 || running > 1<<30 {
		t.Errorf("got a peak of %d bytes, want that of a small Go program", running)
	}
	stdin.Close()
	<-p.Done()
	if got := p.PeakMemory(); got < running {
		t.Errorf("got a peak of %d bytes at the end, want at least %d as before", got, running)
	}
}

// A child's peak is its own, however large the host is that started it.
func TestPeakMemoryIsNotTheHosts(t *testing.T) {
	const large = 100 << 20
	memory := make([]byte, large)
	for i := 0; i < len(memory); i += os.Getpagesize() {
		memory[i] = 1
	}
	p, err := process.Start(command("child"), 0)
	runtime.KeepAlive(memory)
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if got := p.PeakMemory(); got >= large {
		t.Errorf("got a peak of %d MB, want that of a small Go program", got>>20)
	}
}

// A child's limit holds for what it starts, too.
func TestLimitFiles(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux sets limits of another process")
	}
	out, err := os.Create(filepath.Join(t.TempDir(), "out")) // Done closes pipes
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command("sh", "-c", `read go; sh -c "ulimit -Sn; ulimit -Hn"`)
	cmd.Stdout = out
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p, err := process.Start(cmd, 0)
	if err != nil {
		t.Fatal(err)
	}
	p.LimitFiles(99)
	fmt.Fprintln(stdin, "go")
	<-p.Done()
	if got, err := os.ReadFile(out.Name()); string(got) != "99\n99\n" {
		t.Errorf("got the limits %q, %v, want 99 twice", got, err)
	}
	p.LimitFiles(100) // of no effect any more
}

// The timers of a relaxed child, and those of what it starts, may be late together;
// those of a child that is started after it may not.
func TestTimerSlack(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has timer slack")
	}
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

func TestHostKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ends the children of a killed host")
	}
	host := command("host")
	out, err := host.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := host.Start(); err != nil {
		t.Fatal(err)
	}
	child := readPID(t, out)
	if err := host.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = host.Wait()
	waitGone(t, child)
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

func BenchmarkPeakMemory(b *testing.B) {
	cmd := command("child")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	p, err := process.Start(cmd, 0)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p.PeakMemory()
	}
	stdin.Close()
	<-p.Done()
}
