package process

import (
	"errors"
	"os"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"maru/local/internal/process/internal/world"
)

// child is a process that the launcher has started.
type child struct {
	pid        int // as the launcher sees it
	pidOutside int // as the host does
	pidFD      int
	world      *world.Namespace
}

// children tells the launcher's own children from those whose parents have ended, which
// become its children, too, as it is process 1. Each of its own is waited for by the
// goroutine that started it, and keeps its number until then; reap waits for the others.
type children struct {
	mu       sync.Mutex   // guards the fields below
	own      map[int]bool // by number, those that are not waited for
	starting int          // how many may be children and are not in own yet
}

func newChildren() *children { return &children{own: map[int]bool{}} }

// start runs fork, whose child is not reaped.
func (cs *children) start(fork func() (*child, error)) (*child, error) {
	cs.mu.Lock()
	cs.starting++
	cs.mu.Unlock()
	c, err := fork()
	cs.mu.Lock()
	cs.starting--
	if err == nil {
		cs.own[c.pid] = true
	}
	cs.mu.Unlock()
	cs.reap() // for what was left while this one was starting
	return c, err
}

// wait waits for a child's end, without a thread that waits: a descriptor of a process
// is ready to be read when it has ended.
func (cs *children) wait(c *child) ending {
	var status syscall.WaitStatus
	var usage syscall.Rusage
	_ = unix.SetNonblock(c.pidFD, true) // which has Go poll it
	f := os.NewFile(uintptr(c.pidFD), "process")
	defer f.Close()
	waited := func(options int) bool {
		for {
			pid, err := syscall.Wait4(c.pid, &status, options, &usage)
			if !errors.Is(err, syscall.EINTR) {
				return pid != 0
			}
		}
	}
	raw, err := f.SyscallConn()
	if err == nil {
		err = raw.Read(func(uintptr) bool { return waited(syscall.WNOHANG) })
	}
	if err != nil {
		waited(0)
	}
	cs.mu.Lock()
	delete(cs.own, c.pid)
	cs.mu.Unlock()
	cs.reap() // for those that this one was in front of
	return ending{Status: status, Peak: peakOfOwn(&usage)}
}

// peakOfOwn returns the peak memory of a child in bytes; 0 where it may be what the child
// had between vfork and exec, when it shared the launcher's memory. What getrusage(2)
// says of the launcher itself is of no help: that has the host's peak, from before the
// launcher's own exec.
func peakOfOwn(usage *syscall.Rusage) int64 {
	peak := int64(usage.Maxrss) << 10
	status, err := os.ReadFile("/proc/self/status")
	if err != nil || peak <= kilobytes(status, "VmHWM:") {
		return 0
	}
	return peak
}

// reap waits for ended children that are not the launcher's own. The kernel names one
// at a time, always the same until it is waited for: where this is an own one, or may be
// one, the rest is left to whoever waits for it.
func (cs *children) reap() {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for {
		pid, err := ended()
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil || pid == 0 || cs.own[pid] || cs.starting > 0 {
			return
		}
		_, _ = syscall.Wait4(pid, nil, 0, nil)
	}
}

// ended returns the number of a child that has ended, and leaves it to be waited for; 0
// where there is none.
func ended() (pid int, err error) {
	var info unix.Siginfo
	err = unix.Waitid(unix.P_ALL, 0, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
	// What x/sys leaves out is a union behind three numbers, and begins with the number
	// of the process (waitid(2)).
	const union = 8 + unsafe.Sizeof(uintptr(0))
	return int(*(*int32)(unsafe.Add(unsafe.Pointer(&info), union))), err
}
