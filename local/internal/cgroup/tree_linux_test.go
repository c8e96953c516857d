package cgroup

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary is the processes of its groups, too.
func TestMain(m *testing.M) {
	if role := os.Getenv("CGROUP_TEST"); role != "" {
		roles[role]()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

var roles = map[string]func(){
	"wait": func() {
		fmt.Println("ready")
		time.Sleep(time.Hour)
	},
	// greedy takes memory until it is killed.
	"greedy": func() {
		for taken := new(bytes.Buffer); ; {
			taken.Write(bytes.Repeat([]byte{1}, 1<<20))
		}
	},
	"parent of greedy": func() {
		if err := command("greedy").Run(); err != nil {
			fmt.Println(err)
		}
		time.Sleep(time.Hour)
	},
	// daemon leaves a process behind that is in no process group of its own.
	"daemon": func() {
		child := command("wait")
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := child.Start(); err != nil {
			panic(err)
		}
	},
	"exit": func() { os.Exit(1) },
}

func command(role string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), "CGROUP_TEST="+role)
	return cmd
}

// startWaiting starts a process that waits, and is gone at the end of the test.
func startWaiting(t *testing.T, g *Group) *exec.Cmd {
	t.Helper()
	cmd := command("wait")
	g.Contain(cmd)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // says that it was killed
	})
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// open divides the cgroup of this test until its end. Without one it skips, in CI,
// too: there make cgroup runs the test, and takes no skip.
func open(t *testing.T) *Tree {
	t.Helper()
	tree, err := Open()
	if err != nil {
		t.Skipf("needs a cgroup of its own, which make cgroup gives it: %v", err)
	}
	t.Cleanup(func() { checkClose(t, tree) })
	return tree
}

// checkClose closes a tree and sees that its cgroup is whole again, with this
// process in it.
func checkClose(t *testing.T, tree *Tree) {
	t.Helper()
	if err := tree.Close(); err != nil {
		t.Error(err)
	}
	dir := tree.String()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.IsDir() {
			t.Errorf("cgroup %s is left", entry.Name())
		}
	}
	if controllers, err := read(dir, subtreeFile); err != nil || strings.Contains(controllers, "memory") {
		t.Errorf("its children may have %q, %v, want no memory", controllers, err)
	}
	if pids, err := processes(dir); err != nil || !slices.Contains(pids, os.Getpid()) {
		t.Errorf("got the processes %d, %v, want %d among them", pids, err, os.Getpid())
	}
}

// What can be seen of a cgroup before anything is changed.
func TestDivisible(t *testing.T) {
	self := strconv.Itoa(os.Getpid())
	child := strconv.Itoa(startWaiting(t, nil).Process.Pid)
	for _, test := range []struct {
		name, want string // "" for one that can be divided
		files      map[string]string
	}{
		{"mine", "", map[string]string{controllersFile: "cpu memory pids\n", killFile: "", processesFile: self + "\n"}},
		{"with", "", map[string]string{controllersFile: "memory\n", killFile: "", processesFile: self + "\n" + child + "\n"}},
		{"none", "is not the host's alone: process 1 is in it", map[string]string{controllersFile: "memory\n", killFile: "", processesFile: self + "\n1\n"}},
		{"unseen", "is not the host's alone: process 0 is in it", map[string]string{controllersFile: "memory\n", killFile: "", processesFile: "0\n"}},
		{"hybrid", "has no memory controller", map[string]string{controllersFile: "cpu memory_x\n", killFile: "", processesFile: self + "\n"}},
		{"old", "cgroup.kill: no such file", map[string]string{controllersFile: "memory\n", processesFile: self + "\n"}},
		{"v1", "cgroup.controllers: no such file", map[string]string{}},
		{leaf, "is part of one that is divided already", map[string]string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), test.name)
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			for name, text := range test.files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			err := divisible(dir)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// A child that is there before is no obstacle, and goes along with the host.
func TestOpenWithChild(t *testing.T) {
	child := startWaiting(t, nil)
	tree := open(t)
	for _, pid := range []int{os.Getpid(), child.Process.Pid} {
		if pids, err := processes(tree.leaf()); err != nil || !slices.Contains(pids, pid) {
			t.Errorf("got the processes %d, %v, want %d among them", pids, err, pid)
		}
	}
}

// A second host in the same process has to do without.
func TestOpenTwice(t *testing.T) {
	tree := open(t)
	if _, err := Open(); err == nil || !strings.Contains(err.Error(), "divided already") {
		t.Errorf("got %v, want an error", err)
	}
	g, err := tree.New(64 << 20)
	if err != nil {
		t.Fatal(err)
	}
	startWaiting(t, g)
}

// Of hosts that start at once, in one process or in several, one has the cgroup.
func TestOpenAtOnce(t *testing.T) {
	open(t).Close() // or skip
	for range 20 {
		trees := make(chan *Tree, 4)
		for range cap(trees) {
			go func() {
				tree, _ := Open() // nil with an error
				trees <- tree
			}()
		}
		var opened []*Tree
		for range cap(trees) {
			if tree := <-trees; tree != nil {
				opened = append(opened, tree)
			}
		}
		if len(opened) != 1 {
			t.Errorf("got %d trees, want one", len(opened))
		}
		for _, tree := range opened {
			if err := tree.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// What an earlier host could not remove, processes too, is removed, and what those
// have made in it.
func TestOpenAfterAnother(t *testing.T) {
	tree := open(t)
	g, err := tree.New(64 << 20)
	if err != nil {
		t.Fatal(err)
	}
	left := startWaiting(t, g)
	if err := os.Mkdir(filepath.Join(g.path, "inner"), 0o755); err != nil {
		t.Fatal(err)
	}
	tree.lock.Close()
	if err := move(tree.leaf(), tree.dir); err == nil {
		t.Fatal("a cgroup that hands on its controllers took a process")
	}
	if err := write(tree.dir, subtreeFile, "-memory"); err != nil {
		t.Fatal(err)
	}
	if err := move(tree.leaf(), tree.dir); err != nil {
		t.Fatal(err)
	}
	again, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	tree.lock = nil // it is of the same cgroup, which only one can make whole again
	t.Cleanup(func() {
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	})
	_ = left.Wait()
	if got, want := left.ProcessState.String(), "signal: killed"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := os.Stat(g.path); !os.IsNotExist(err) {
		t.Errorf("got %v, want no cgroup", err)
	}
}

// A nil Tree limits nothing.
func TestNoTree(t *testing.T) {
	var tree *Tree
	g, err := tree.New(1)
	if err != nil || g != nil {
		t.Fatalf("got %v, %v, want none", g, err)
	}
	startWaiting(t, g)
	if g.OutOfMemory() || g.Close() != nil || tree.Close() != nil {
		t.Error("a group that is none did something")
	}
}
