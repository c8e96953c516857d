package cgroup

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

// leaf is the cgroup that the host moves to: one that hands controllers on to its
// children may have no processes besides. Those of environments are named after it.
const leaf = "maru"

// Files of a cgroup.
const (
	controllersFile = "cgroup.controllers"
	processesFile   = "cgroup.procs"
	killFile        = "cgroup.kill"
	subtreeFile     = "cgroup.subtree_control"
	eventsFile      = "cgroup.events"
)

// Tree is the cgroup of this process, divided. A nil Tree is none: New gives nil
// groups, which limit nothing.
type Tree struct {
	dir  string
	lock *os.File // of the directory, against other hosts; nil once closed
	made atomic.Int64
}

// Open divides the cgroup that this process is in. It must be closed. An error says
// why the cgroup is not this process's to divide, and has left it as it was.
func Open() (*Tree, error) {
	dir, err := own()
	if err != nil {
		return nil, fmt.Errorf("finding the host's own cgroup: %w", err)
	}
	if err := divisible(dir); err != nil {
		return nil, err
	}
	t := &Tree{dir: dir}
	if t.lock, err = lock(dir); err != nil {
		return nil, err
	}
	if err := os.Mkdir(t.leaf(), 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		t.lock.Close()
		return nil, fmt.Errorf("making a cgroup for the host: %w", err)
	}
	if err := t.divide(); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// divisible says why a cgroup cannot be divided, as far as its files tell.
func divisible(dir string) error {
	if filepath.Base(dir) == leaf {
		return fmt.Errorf("cgroup %s is part of one that is divided already", dir)
	}
	controllers, err := read(dir, controllersFile)
	if err != nil {
		return err
	}
	if !slices.Contains(strings.Fields(controllers), "memory") {
		return fmt.Errorf("cgroup %s has no memory controller", dir)
	}
	if _, err := os.Stat(filepath.Join(dir, killFile)); err != nil {
		return err
	}
	pids, err := processes(dir)
	if err != nil {
		return err
	}
	for _, pid := range pids {
		if !descends(pid, os.Getpid()) {
			return fmt.Errorf("cgroup %s is not the host's alone: process %d is in it", dir, pid)
		}
	}
	return nil
}

// lock keeps other hosts from dividing the same cgroup, those of this process, too.
// It ends with the process at the latest.
func lock(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("locking cgroup %s, which is another host's: %w", dir, err)
	}
	return f, nil
}

// divide moves everybody out of the way and hands the memory controller on.
func (t *Tree) divide() error {
	if err := t.sweep(); err != nil { // what a host before could not remove
		return err
	}
	if err := move(t.dir, t.leaf()); err != nil {
		return err
	}
	if err := write(t.dir, subtreeFile, "+memory"); err != nil {
		return err
	}
	return t.try()
}

// try finds out whether the kernel starts processes right in a group, which is a
// thing that containers may forbid. The command is not there: that is the error of
// exec, which comes after clone3.
func (t *Tree) try() error {
	g, err := t.New(64 << 20)
	if err != nil {
		return err
	}
	cmd := &exec.Cmd{Path: filepath.Join(g.path, "nowhere")}
	g.Contain(cmd)
	if err := cmd.Start(); !errors.Is(err, os.ErrNotExist) {
		return errors.Join(fmt.Errorf("starting a process in a cgroup: %w", err), g.Close())
	}
	return g.Close()
}

// String returns the directory of the cgroup.
func (t *Tree) String() string { return t.dir }

func (t *Tree) leaf() string { return filepath.Join(t.dir, leaf) }

// Close kills what is in the tree's groups and makes the cgroup whole again; a second
// time it does nothing.
func (t *Tree) Close() error {
	if t == nil || t.lock == nil {
		return nil
	}
	err := errors.Join(
		t.sweep(),
		write(t.dir, subtreeFile, "-memory"),
		move(t.leaf(), t.dir),
		os.Remove(t.leaf()),
		t.lock.Close(),
	)
	t.lock = nil
	return err
}

// sweep removes all groups.
func (t *Tree) sweep() error {
	entries, err := os.ReadDir(t.dir)
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), leaf+"-") {
			err = errors.Join(err, remove(filepath.Join(t.dir, e.Name())))
		}
	}
	return err
}

// move moves all processes of one cgroup to another.
func move(from, to string) error {
	pids, err := processes(from)
	for _, pid := range pids {
		// One that has ended meanwhile need not be moved.
		if e := write(to, processesFile, strconv.Itoa(pid)); !errors.Is(e, syscall.ESRCH) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// processes returns the IDs of a cgroup's processes, 0 for those that are out of
// this one's sight.
func processes(dir string) ([]int, error) {
	text, err := read(dir, processesFile)
	var pids []int
	for _, field := range strings.Fields(text) {
		pid, e := strconv.Atoi(field)
		pids, err = append(pids, pid), errors.Join(err, e)
	}
	return pids, err
}

// descends reports whether a process is the ancestor, or a child of its, or a
// child's child. One that has ended meanwhile is not.
func descends(pid, ancestor int) bool {
	for ; pid > 0; pid = parent(pid) {
		if pid == ancestor {
			return true
		}
	}
	return false
}

// parent returns the ID of a process's parent, 0 where there is none.
func parent(pid int) int {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(status), "\nPPid:")
	line, _, _ := strings.Cut(rest, "\n")
	id, _ := strconv.Atoi(strings.TrimSpace(line))
	return id
}

func read(dir, file string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, file))
	return string(b), err
}

func write(dir, file, text string) error {
	// Not os.WriteFile: a file that is not there must not be made.
	f, err := os.OpenFile(filepath.Join(dir, file), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
