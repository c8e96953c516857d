package process_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"maru/local/internal/process"
	"maru/local/internal/process/processtest"
)

// escape is a script of a process that leaves two more behind: one in its process group,
// and one out of it. What one process starts and does not wait for is process 1's.
const escape = "sleep 1000 & setsid sleep 1000 & wait"

func init() {
	roles["host of a launcher"] = func() {
		l, err := process.OpenLauncher()
		if err != nil {
			panic(err)
		}
		cmd := exec.Command("/bin/sh", "-c", escape)
		p, err := l.Start(process.World{}, cmd)
		if err != nil {
			panic(err)
		}
		fmt.Println(p.PID())
		select {}
	}
}

// startEscape starts the script with a mark of its own, and waits until all three run.
func startEscape(t *testing.T, l *process.Launcher) *process.Process {
	t.Helper()
	cmd := shell(t, escape)
	cmd.Env = append(cmd.Env, "MARK="+mark(t))
	p := startIn(t, l, process.World{}, cmd)
	until(t, "three run", func() bool { return len(marked(mark(t))) == 3 })
	return p
}

// With a launcher everything ends that its processes have left behind.
func TestLauncherClosed(t *testing.T) {
	check := processtest.Before(t)
	l := openLauncher(t)
	p := startEscape(t, l)
	p.Kill()
	<-p.Done()
	until(t, "only what left the group runs", func() bool { return len(marked(mark(t))) == 1 })
	l.Close()
	if left := marked(mark(t)); len(left) > 0 {
		t.Errorf("got processes %d, want none", left)
	}
	if _, err := l.Start(process.World{}, exec.Command("/bin/true")); !errors.Is(err, process.ErrLauncherEnded) {
		t.Errorf("got %v, want %v", err, process.ErrLauncherEnded)
	}
	l.Close() // of no effect any more
	check()
}

// Output ends when nobody has it any more; the launcher does not.
func TestOutputEndsInWorld(t *testing.T) {
	l := openLauncher(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command("/bin/sh", "-c", "echo all; exec sleep 1000 >&- 2>&-")
	cmd.Stdout, cmd.Stderr = w, w
	p := startIn(t, l, process.World{}, cmd)
	if err := r.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); string(got) != "all\n" || err != nil {
		t.Errorf("got %q, %v, want all before the end", got, err)
	}
	p.Kill()
	<-p.Done()
}

// A launcher that is killed takes its processes with it, whose end is told.
func TestLauncherKilled(t *testing.T) {
	check := processtest.Before(t)
	l := openLauncher(t)
	p := startEscape(t, l)
	_, launcher := state(t, p.PID())
	if err := syscall.Kill(launcher, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if got, want := fmt.Sprint(p.Err()), "signal: killed"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if left := marked(mark(t)); len(left) > 0 {
		t.Errorf("got processes %d, want none", left)
	}
	<-l.Done()
	if _, err := l.Start(process.World{}, exec.Command("/bin/true")); !errors.Is(err, process.ErrLauncherEnded) {
		t.Errorf("got %v, want %v", err, process.ErrLauncherEnded)
	}
	l.Close()
	check()
}

// A start that the launcher has not answered yet ends with it.
func TestLauncherKilledMeanwhile(t *testing.T) {
	l := openLauncher(t)
	p := startIn(t, l, process.World{}, exec.Command("/bin/sleep", "1000"))
	_, launcher := state(t, p.PID())
	if err := syscall.Kill(launcher, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	before := openFiles(t, os.Getpid())
	result := make(chan error)
	go func() {
		_, err := l.Start(process.World{}, exec.Command("/bin/true"))
		result <- err
	}()
	until(t, "it waits by its only descriptor", func() bool { return len(openFiles(t, os.Getpid())) == len(before)+1 })
	if err := syscall.Kill(launcher, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := <-result; !errors.Is(err, process.ErrLauncherEnded) {
		t.Errorf("got %v, want %v", err, process.ErrLauncherEnded)
	}
	<-p.Done()
}

// With a host that is killed everything ends, the launcher too, even one that is stopped
// and does not see it.
func TestHostOfALauncherKilled(t *testing.T) {
	openLauncher(t) // or skip
	host := command("host of a launcher")
	host.Env = append(host.Env, "MARK="+mark(t))
	out, err := host.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := host.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = host.Process.Kill() }) // if it is not so before
	_, launcher := state(t, readPID(t, out))
	until(t, "host and three run", func() bool { return len(marked(mark(t))) == 4 })
	if err := syscall.Kill(launcher, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if err := host.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = host.Wait()
	until(t, "all are gone", func() bool { return len(marked(mark(t))) == 0 })
	waitGone(t, launcher)
}

// A process may signal the launcher, but not end it.
func TestLauncherSignalled(t *testing.T) {
	l := openLauncher(t)
	for _, signal := range []string{"TERM", "INT", "HUP", "QUIT", "SEGV", "ABRT", "PIPE", "CHLD", "URG", "STOP", "KILL"} {
		if out, err := runIn(t, l, process.World{}, "kill -"+signal+" 1; echo works"); out != "works\n" || err != nil {
			t.Errorf("%s: got %q, %v, want that it works", signal, out, err)
		}
	}
	out, err := runIn(t, l, process.World{}, "grep SigIgn /proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	// Go leaves the C library's own signals, 32 and 33, as whoever started it has them.
	const libc = 1<<31 | 1<<32
	ignored, err := strconv.ParseUint(strings.TrimSpace(strings.TrimPrefix(out, "SigIgn:")), 16, 64)
	if err != nil || ignored&^libc != 0 {
		t.Errorf("got %q, %v, want that no signal is ignored", out, err)
	}
}

// A launcher keeps nothing of what has ended: descriptors, mounts, children of others.
func TestLauncherKeepsNothing(t *testing.T) {
	l := openLauncher(t)
	mounts := read(t, "/proc/self/mountinfo")
	held := startIn(t, l, process.World{}, exec.Command("/bin/sleep", "1000"))
	_, launcher := state(t, held.PID())
	before := openFiles(t, launcher)
	for range 20 {
		w := process.World{Task: t.TempDir(), Visible: []string{t.TempDir()}}
		if _, err := runIn(t, l, w, "(true & true &) & exit 0"); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Start(w, exec.Command("/nowhere")); err == nil {
			t.Fatal("got a process, want an error")
		}
	}
	until(t, "no descriptor more", func() bool { return len(openFiles(t, launcher)) <= len(before) })
	until(t, "no ended child", func() bool { return !slices.Contains(childrenOf(t, launcher), "Z") })
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", launcher))
	if err != nil || len(threads) > 20 {
		t.Errorf("got %d threads, %v, want fewer than starts", len(threads), err)
	}
	held.Kill()
	<-held.Done()
	if got := read(t, "/proc/self/mountinfo"); got != mounts {
		t.Errorf("got the mounts\n%s\nwant\n%s", got, mounts)
	}
}

// openFiles returns the links that stand for a process's open files.
func openFiles(t *testing.T, pid int) []string {
	t.Helper()
	links, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		t.Fatal(err)
	}
	return links
}

// childrenOf returns the states of a process's children.
func childrenOf(t *testing.T, parent int) (letters []string) {
	t.Helper()
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		var pid, ppid int
		var name, letter string
		f, err := os.Open(path)
		if err != nil {
			continue // it is gone
		}
		if _, err := fmt.Fscan(bufio.NewReader(f), &pid, &name, &letter, &ppid); err == nil && ppid == parent {
			letters = append(letters, letter)
		}
		f.Close()
	}
	return letters
}

func read(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
