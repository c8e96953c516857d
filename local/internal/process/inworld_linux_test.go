package process_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"maru/local/internal/process"
)

// openLauncher returns a launcher that ends with the test. Where the kernel refuses one
// the test is skipped, but not where CI=true.
func openLauncher(t testing.TB) *process.Launcher {
	t.Helper()
	l, err := process.OpenLauncher()
	if err != nil && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// shell returns a command that runs a script, with a file for its output, which startIn
// closes.
func shell(t testing.TB, script string) *exec.Cmd {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", "-c", script)
	cmd.Env = []string{"PATH=/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C"}
	cmd.Stdout, cmd.Stderr = out, out
	return cmd
}

// output returns what a command of shell has written.
func output(t testing.TB, cmd *exec.Cmd) string {
	t.Helper()
	b, err := os.ReadFile(cmd.Stdout.(*os.File).Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func startIn(t testing.TB, l *process.Launcher, w process.World, cmd *exec.Cmd) *process.Process {
	t.Helper()
	p, err := l.Start(w, cmd)
	if out, ok := cmd.Stdout.(*os.File); ok {
		out.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// runIn returns what a script writes in a world, and how it ends.
func runIn(t testing.TB, l *process.Launcher, w process.World, script string) (string, error) {
	t.Helper()
	cmd := shell(t, script)
	p := startIn(t, l, w, cmd)
	<-p.Done()
	return output(t, cmd), p.Err()
}

// until waits for something that nobody tells of.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	timeout := time.After(10 * time.Second)
	for tick := time.NewTicker(time.Millisecond); !holds(); {
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("still not so: %s", what)
		}
	}
}

// mark returns what no other run of a test has.
func mark(t testing.TB) string { return fmt.Sprint(t.Name(), os.Getpid()) }

// marked returns the processes of this machine with a variable MARK, which they inherit.
func marked(mark string) (pids []int) {
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range environments {
		b, _ := os.ReadFile(path) // a process may be gone, or another user's
		pid, _ := strconv.Atoi(strings.Split(path, "/")[2])
		if bytes.Contains(b, []byte("MARK="+mark+"\x00")) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// state returns the letter of a process's state, and the number of its parent.
func state(t testing.TB, pid int) (letter string, parent int) {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	fields := strings.Fields(rest)
	parent, _ = strconv.Atoi(fields[1])
	return fields[0], parent
}
