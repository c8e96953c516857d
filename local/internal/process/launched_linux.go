package process

import (
	"fmt"
	"math"
	"net"
	"os"
	"os/signal"
	"runtime"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"maru/local/internal/process/internal/world"
)

// launcherName is the only argument of a launcher, which has no environment to be told
// by what it is.
const launcherName = "maru: launcher of functions"

// launcherControl is the launcher's end of the connection for requests.
const launcherControl = 3

// hostName is that of the launcher's processes: on Lambda it is such an address, too. A
// name would be looked up by some programs, and not be found.
const hostName = "169.254.100.1"

// launched reports whether this process is a launcher.
func launched() bool {
	return len(os.Args) == 1 && os.Args[0] == launcherName && os.Getpid() == 1
}

// In a launcher the main goroutine keeps the main thread, which is only sure from init
// on. The main thread cannot end: what else came to run on it would, with the
// namespaces of one process, stay for good.
func init() {
	if launched() {
		runtime.LockOSThread()
	}
}

// hooked tells that BecomeLauncher has been called. Without, a launcher would be another
// host, or another run of all tests.
var hooked atomic.Bool

// BecomeLauncher makes this process the launcher, if OpenLauncher has started it as one,
// and then does not return. It has to come first in main, and in TestMain, so that
// nothing of the host begins.
func BecomeLauncher() {
	hooked.Store(true)
	if launched() {
		os.Exit(launch())
	}
}

// launch is the launcher: it takes requests until the host closes the connection.
func launch() int {
	// Whatever the host had open without close-on-exec is not for processes in worlds.
	_ = unix.CloseRange(launcherControl, math.MaxInt32, unix.CLOSE_RANGE_CLOEXEC)
	control, err := connection(os.NewFile(launcherControl, "connection"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "maru: launcher:", err)
		return 1
	}
	l := &inside{worlds: world.NewSet(), children: newChildren()}
	// Signals for which a program has a handler reach process 1, too. Go has handlers for
	// most, which would end it: a process could end all others by one SIGTERM. As they
	// are taken and not ignored, processes start with the usual ones.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals)
	signal.Reset(syscall.SIGURG) // with which Go interrupts its own goroutines
	go func() {
		for range signals {
			l.children.reap()
		}
	}()
	a := answer{}
	if err := l.prepare(); err != nil {
		a.Failure = failed(err)
	}
	if send(control, a) == nil {
		l.serve(control)
	}
	return 0
}

// inside is the launcher as it is inside: it keeps the worlds and children.
type inside struct {
	outside  int // descriptor of the host's /proc
	worlds   *world.Set
	children *children
}

// prepare makes what all worlds have, and one world for a trial.
func (l *inside) prepare() (err error) {
	syscall.Umask(0o022)
	if l.outside, err = unix.Open("/proc", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0); err != nil {
		return pathError("opening", "/proc", err)
	}
	// Whom a process may not trace, it does not see: this hides the launcher, which has
	// capabilities.
	const flags = unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC
	if err := unix.Mount("proc", "/proc", "proc", flags, "hidepid=ptraceable"); err != nil {
		return pathError("mounting", "/proc", err)
	}
	if err := unix.Sethostname([]byte(hostName)); err != nil {
		return pathError("naming the host", hostName, err)
	}
	w, err := l.worlds.Enter(World{})
	if err == nil {
		l.worlds.Leave(w)
	}
	return err
}

// serve takes requests until the connection ends.
func (l *inside) serve(control *net.UnixConn) {
	b := make([]byte, maxRequest)
	for {
		message, files, err := receive(control, b)
		if err != nil {
			return
		}
		r := new(request)
		err = decode(message, r)
		go func() {
			defer closeAll(files)
			l.take(r, err, files)
		}()
	}
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// take starts the process of a request, and says on the request's own connection what
// becomes of it.
func (l *inside) take(r *request, err error, files []*os.File) {
	if len(files) == 0 {
		return // there is nobody to be told
	}
	conn, connErr := connection(files[0])
	if connErr != nil {
		return
	}
	defer conn.Close()
	want := 4
	if r.InCgroup {
		want++
	}
	if err == nil && len(files) != want {
		err = pathError("receiving descriptors", "", syscall.EMFILE)
	}
	var c *child
	if err == nil {
		c, err = l.start(r, files[1:])
	}
	if err != nil {
		_ = send(conn, answer{Failure: failed(err)}) // a host that is gone ends this process, too
		return
	}
	_ = send(conn, answer{PID: c.pidOutside})
	closeAll(files) // output ends with the process
	e := l.children.wait(c)
	l.worlds.Leave(c.world)
	_ = send(conn, e)
}

// start starts the process of a request.
func (l *inside) start(r *request, files []*os.File) (*child, error) {
	w, err := l.worlds.Enter(r.World)
	if err != nil {
		return nil, err
	}
	c, err := l.children.start(func() (*child, error) { return l.fork(w, r, files) })
	if err != nil {
		l.worlds.Leave(w)
		return nil, err
	}
	return c, nil
}

// pathError returns an error as those of package os.
func pathError(op, path string, err error) error { return &os.PathError{Op: op, Path: path, Err: err} }
