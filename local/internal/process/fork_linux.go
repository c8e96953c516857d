package process

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"maru/local/internal/process/internal/world"
)

// fork runs a command in a world, with a /tmp of its own.
//
// It takes a thread that ends with it, for the reasons of world.Namespace.Join. From
// vfork to exec the child shares the launcher's memory (CLONE_VM), and nothing else of it
// that matters here: mounts, root, umask, timer slack and capabilities are those of the
// thread that forks, and are copied. Only that thread waits meanwhile, but Go forks one
// child at a time (syscall.ForkLock), so starts do wait for each other between these two.
// The child does not ask for a signal at its parent's end, which would be the thread's:
// it dies with process 1 of its namespace.
func (l *inside) fork(w *world.Namespace, r *request, files []*os.File) (c *child, err error) {
	done := make(chan struct{})
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		defer close(done)
		if err = w.Join(r.World.TmpSize); err != nil {
			return
		}
		setTimerSlack(timerSlack)
		if err = dropPrivileges(); err != nil {
			return
		}
		c, err = l.spawn(r, files)
	}()
	<-done
	if err == nil {
		c.world = w
	}
	return c, err
}

// spawn runs a command as this thread's child.
func (l *inside) spawn(r *request, files []*os.File) (*child, error) {
	c := new(child)
	attributes := &syscall.SysProcAttr{Setpgid: true, PidFD: &c.pidFD, UseCgroupFD: r.InCgroup}
	if r.InCgroup {
		attributes.CgroupFD = int(files[3].Fd())
	}
	var err error
	c.pid, _, err = syscall.StartProcess(r.Path, r.Args, &syscall.ProcAttr{
		Dir: r.Dir, Env: r.Env, Sys: attributes,
		Files: []uintptr{files[0].Fd(), files[1].Fd(), files[2].Fd()},
	})
	if err != nil {
		return nil, pathError("fork/exec", r.Path, err) // os/exec's words
	}
	if c.pidOutside, err = l.findOutside(c.pidFD); err != nil {
		_ = unix.Kill(c.pid, unix.SIGKILL) // reap waits for it, as for nobody's child
		return nil, errors.Join(err, unix.Close(c.pidFD))
	}
	return c, nil
}

// findOutside returns the number that the host has for a child, which must not have been
// waited for yet: then it has none any more. The host's own /proc, opened before another
// one hid it, tells numbers by its own namespace.
func (l *inside) findOutside(pidFD int) (int, error) {
	path := fmt.Sprintf("self/fdinfo/%d", pidFD)
	fd, err := unix.Openat(l.outside, path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, pathError("opening", "/proc/"+path, err)
	}
	f := os.NewFile(uintptr(fd), path)
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), "\nPid:")
	line, _, _ := strings.Cut(rest, "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || pid <= 0 {
		return 0, pathError("finding the process in", "/proc/"+path, syscall.ESRCH)
	}
	return pid, nil
}

// dropPrivileges takes from this thread, and from what it starts, every capability and
// every way to gain one. Those that it may not take out of the bounding set stay there,
// where they give nothing.
func dropPrivileges() error {
	for c := uintptr(0); unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0) == nil; c++ {
	}
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil {
		return pathError("dropping", "ambient capabilities", err)
	}
	var none [2]unix.CapUserData // two words of 32 each
	if err := unix.Capset(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &none[0]); err != nil {
		return pathError("dropping", "capabilities", err)
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return pathError("dropping", "privileges to come", err)
	}
	return nil
}
