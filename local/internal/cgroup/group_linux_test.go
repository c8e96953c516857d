package cgroup

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

const limit = 64 << 20

func newGroup(t *testing.T, tree *Tree) *Group {
	t.Helper()
	g, err := tree.New(limit)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// A group is killed as a whole for what its processes have together, and only for
// that.
func TestOutOfMemory(t *testing.T) {
	tree := open(t)
	neighbour := newGroup(t, tree)
	startWaiting(t, neighbour)
	for _, test := range []struct {
		role, want string
		killed     bool
	}{
		{"greedy", "signal: killed", true},
		{"parent of greedy", "signal: killed", true},
		{"exit", "exit status 1", false},
	} {
		t.Run(test.role, func(t *testing.T) {
			g := newGroup(t, tree)
			cmd := command(test.role)
			g.Contain(cmd)
			if out, err := cmd.CombinedOutput(); fmt.Sprint(err) != test.want || len(out) > 0 {
				t.Errorf("got %v %s, want %s", err, out, test.want)
			}
			if got := g.OutOfMemory(); got != test.killed {
				t.Errorf("got out of memory %t, want %t", got, test.killed)
			}
			if err := g.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	if neighbour.OutOfMemory() {
		t.Error("the neighbour was killed, too")
	}
}

// A group that was killed by somebody else is not out of memory.
func TestKilled(t *testing.T) {
	g := newGroup(t, open(t))
	cmd := startWaiting(t, g)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if g.OutOfMemory() {
		t.Error("got out of memory")
	}
}

// What left the process group, or was left behind, ends with its group.
func TestClose(t *testing.T) {
	g := newGroup(t, open(t))
	cmd := command("daemon")
	g.Contain(cmd)
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if pids, err := processes(g.path); err != nil || len(pids) != 1 {
		t.Fatalf("got the processes %d, %v, want one", pids, err)
	}
	if err := g.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(g.path); !os.IsNotExist(err) {
		t.Errorf("got %v, want no cgroup", err)
	}
}

// Files of the kernel that are wished for are there: the limit is one.
func TestLimit(t *testing.T) {
	g := newGroup(t, open(t))
	for file, want := range map[string]string{
		"memory.max": fmt.Sprint(limit), "memory.oom.group": "1",
	} {
		if got, err := read(g.path, file); err != nil || strings.TrimSpace(got) != want {
			t.Errorf("%s: got %q, %v, want %s", file, got, err, want)
		}
	}
	if swap, err := read(g.path, "memory.swap.max"); err == nil && strings.TrimSpace(swap) != "0" {
		t.Errorf("memory.swap.max: got %q, want 0", swap)
	}
}

// A limit that cannot be had leaves no group.
func TestLimitRefused(t *testing.T) {
	tree := open(t)
	g := newGroup(t, tree)
	g.path += "-gone"
	if err := g.limit(limit); err == nil {
		t.Error("got no error for a group that is not there")
	}
}

func TestEvent(t *testing.T) {
	const events = "low 0\noom 1\noom_kill 2\noom_group_kill 1\n"
	for name, want := range map[string]int{"low": 0, "oom": 1, "oom_kill": 2, "oom_group_kill": 1, "kill": 0} {
		if got := event(events, name); got != want {
			t.Errorf("%s: got %d, want %d", name, got, want)
		}
	}
}
