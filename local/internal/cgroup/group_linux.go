package cgroup

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Group is the cgroup of one execution environment. The methods of a nil Group do
// nothing.
type Group struct {
	path string
	dir  *os.File
}

// New makes a group whose processes may have that much memory together, in bytes,
// and no swap. Over it, the kernel kills them all.
func (t *Tree) New(limit int64) (*Group, error) {
	if t == nil {
		return nil, nil
	}
	g := &Group{path: fmt.Sprintf("%s-%d", t.leaf(), t.made.Add(1))}
	if err := os.Mkdir(g.path, 0o755); err != nil {
		return nil, fmt.Errorf("making a cgroup: %w", err)
	}
	if err := g.limit(limit); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return g, nil
}

func (g *Group) limit(bytes int64) (err error) {
	if g.dir, err = os.Open(g.path); err != nil {
		return err
	}
	swap := write(g.path, "memory.swap.max", "0")
	if errors.Is(swap, os.ErrNotExist) {
		swap = nil // a kernel without swap
	}
	return errors.Join(swap,
		write(g.path, "memory.oom.group", "1"),
		write(g.path, "memory.max", strconv.FormatInt(bytes, 10)))
}

// Contain has a command start in the group, from its first instruction on. It is to
// be called before the command is started.
func (g *Group) Contain(cmd *exec.Cmd) {
	if g == nil {
		return
	}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = new(syscall.SysProcAttr)
	}
	cmd.SysProcAttr.UseCgroupFD, cmd.SysProcAttr.CgroupFD = true, int(g.dir.Fd())
}

// OutOfMemory reports whether the kernel has killed the group for its limit, and
// not for want of memory in the whole machine.
func (g *Group) OutOfMemory() bool {
	if g == nil {
		return false
	}
	events, _ := read(g.path, "memory.events") // there is none after Close
	return event(events, "oom") > 0 && event(events, "oom_kill") > 0
}

// Close kills what is left in the group and removes it.
func (g *Group) Close() error {
	if g == nil {
		return nil
	}
	return errors.Join(g.dir.Close(), remove(g.path))
}

// dying is how long killed processes may take to be gone, which is some
// milliseconds but for those that wait for a disk.
const dying = time.Second

// remove kills what is in a cgroup and removes it.
func remove(path string) error {
	if err := write(path, killFile, "1"); err != nil {
		return err
	}
	if err := awaitEmpty(path); err != nil {
		return err
	}
	return removeAll(path)
}

// removeAll removes an empty cgroup, those first that its processes have made in it.
func removeAll(path string) error {
	entries, err := os.ReadDir(path)
	for _, e := range entries {
		if e.IsDir() {
			err = errors.Join(err, removeAll(filepath.Join(path, e.Name())))
		}
	}
	return errors.Join(err, os.Remove(path))
}

// awaitEmpty returns when a cgroup has no processes, or after dying. The kernel tells
// of a change of cgroup.events by EPOLLPRI, since it was last read.
func awaitEmpty(path string) error {
	events, err := os.Open(filepath.Join(path, eventsFile))
	if err != nil {
		return err
	}
	defer events.Close()
	epoll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return os.NewSyscallError("epoll_create1", err)
	}
	defer syscall.Close(epoll)
	changed := syscall.EpollEvent{Events: syscall.EPOLLPRI}
	if err := syscall.EpollCtl(epoll, syscall.EPOLL_CTL_ADD, int(events.Fd()), &changed); err != nil {
		return os.NewSyscallError("epoll_ctl", err)
	}
	for deadline := time.Now().Add(dying); populated(events); {
		left := time.Until(deadline)
		if left <= 0 {
			return fmt.Errorf("emptying cgroup %s: its processes live on", path)
		}
		_, _ = syscall.EpollWait(epoll, []syscall.EpollEvent{{}}, int(left.Milliseconds())+1)
	}
	return nil
}

func populated(events *os.File) bool {
	var b [128]byte
	n, _ := events.ReadAt(b[:], 0)
	return event(string(b[:n]), "populated") > 0
}

// event returns a figure of a file with lines such as "oom_kill 1"; 0 for none.
func event(events, name string) int {
	for line := range strings.Lines(events) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			n, _ := strconv.Atoi(strings.TrimSpace(value))
			return n
		}
	}
	return 0
}
