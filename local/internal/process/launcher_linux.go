package process

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"maru/local/internal/process/internal/world"
)

// Launcher starts processes in worlds of their own. It is another process, the program
// of this one once more, which is process 1 of namespaces of its own: of users, mounts,
// processes, System V IPC and the host name. Everything that it started, and what that
// started, dies with it, and it dies with the host.
//
// A process of a launcher is Lambda's user, 993 of group 990, by name sbx_user1051, as
// far as it can see; to this machine it is the host's own user. It has no
// capabilities, cannot gain any (no_new_privs), has umask 0022, an address for a host
// name as on Lambda, and timers as by StartRelaxed. It is no prisoner: the network is
// the machine's, and it sees the launcher's other processes in /proc and may signal
// them.
//
// Its methods may be called at once.
type Launcher struct {
	process *Process
	control *net.UnixConn
}

// ErrLauncherEnded is the error of a start by a launcher that was closed or killed.
var ErrLauncherEnded = errors.New("the launcher of processes has ended")

// OpenLauncher starts a launcher and has it make a world, to see whether the kernel
// allows it. Where it does not, the error says what was refused, and by which commands
// it can be allowed. It is an error, too, if main, or TestMain, has not called
// BecomeLauncher first. The launcher must be closed.
func OpenLauncher() (*Launcher, error) {
	if !hooked.Load() {
		return nil, errors.New("starting a launcher: main has not called process.BecomeLauncher")
	}
	control, far, err := pair()
	if err != nil {
		return nil, fmt.Errorf("starting a launcher: %w", err)
	}
	defer far.Close()
	cmd := launcherCommand(far)
	p, err := start(cmd, 0, cmd.Start)
	if err != nil {
		control.Close()
		return nil, refusal(err)
	}
	l := &Launcher{process: p, control: control}
	far.Close() // so that the launcher's end is the connection's
	if err := l.begun(); err != nil {
		l.Close()
		return nil, refusal(err)
	}
	return l, nil
}

// begun waits until the launcher is ready for requests.
func (l *Launcher) begun() error {
	var a answer
	if err := receiveInto(l.control, maxAnswer, &a); err != nil {
		<-l.process.Done()
		return fmt.Errorf("it ended at once: %v", l.process.Err())
	}
	return a.Failure.err()
}

// launcherCommand returns the command that is a launcher, with nothing in its
// environment. Go does not share memory with a child in a new namespace of users, so
// starting it copies the host's page tables, once.
//
// The signal that ends it with the host comes from outside its namespace; from inside,
// SIGKILL does not reach process 1. So it also outlives a check of Go's: whether the
// parent has ended before the signal was asked for. The parent's number in a new
// namespace is 0, which is not the host's, and it signals itself, in vain. A host that
// really ended then is noticed by the end of the connection.
func launcherCommand(control *os.File) *exec.Cmd {
	return &exec.Cmd{
		Path: "/proc/self/exe", Args: []string{launcherName}, Env: []string{}, Dir: "/",
		Stderr:     os.Stderr, // of a launcher that panics
		ExtraFiles: []*os.File{control},
		SysProcAttr: &syscall.SysProcAttr{
			Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: world.User, HostID: os.Geteuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: world.Group, HostID: os.Getegid(), Size: 1}},
			// exec takes from everybody but user 0 all others
			AmbientCaps: []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_SYS_CHROOT, unix.CAP_SETPCAP},
		},
	}
}

// Start starts a command in a world, which is made where no process is in it yet, as
// the leader of a process group. The process is like one of StartRelaxed, and dies with
// the host.
//
// Of the command count Path and Dir, which are paths in the world, Args and Env,
// descriptors where Stdin, Stdout and Stderr are files or nil, and of SysProcAttr the
// cgroup. Dir is /var/task where empty. The command itself stays as it was: it cannot be
// waited for, and its pipes, but for those of os.Pipe, are an error.
//
// The error of a command that is not there is os/exec's; that of a folder of the world
// names it. ErrLauncherEnded means that only another launcher can start it.
func (l *Launcher) Start(w World, cmd *exec.Cmd) (*Process, error) {
	r, err := newRequest(w, cmd)
	if err != nil {
		return nil, err
	}
	near, err := l.ask(r, cmd)
	if err != nil {
		return nil, err
	}
	var a answer
	if err := receiveInto(near, maxAnswer, &a); err != nil {
		near.Close()
		return nil, l.lost(err)
	}
	if err := a.Failure.err(); err != nil {
		near.Close()
		return nil, err
	}
	signal := func(s os.Signal) error { return syscall.Kill(a.PID, s.(syscall.Signal)) }
	return follow(a.PID, 0, signal, func() (int64, error) { return l.wait(near) }), nil
}

// newRequest returns the request for a command, or what is wrong with that.
func newRequest(w World, cmd *exec.Cmd) (*request, error) {
	if cmd.Err != nil {
		return nil, cmd.Err
	}
	r := &request{World: w, Path: cmd.Path, Dir: cmd.Dir, Args: cmd.Args, Env: cmd.Environ()}
	if r.Dir == "" {
		r.Dir = "/var/task"
	}
	if len(r.Args) == 0 {
		r.Args = []string{cmd.Path}
	}
	r.InCgroup = cmd.SysProcAttr != nil && cmd.SysProcAttr.UseCgroupFD
	return r, nil
}

// ask sends a request, and returns the connection for what there is to say of it.
func (l *Launcher) ask(r *request, cmd *exec.Cmd) (*net.UnixConn, error) {
	near, far, err := pair()
	if err != nil {
		return nil, fmt.Errorf("asking the launcher: %w", err)
	}
	defer far.Close()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		near.Close()
		return nil, err
	}
	defer null.Close()
	descriptors, err := standard(cmd, null)
	if err == nil {
		descriptors = append([]int{int(far.Fd())}, descriptors...)
		if r.InCgroup {
			descriptors = append(descriptors, cmd.SysProcAttr.CgroupFD)
		}
		err = l.failedToSend(send(l.control, r, descriptors...))
	}
	if err != nil {
		near.Close()
		return nil, err
	}
	return near, nil
}

// standard returns the descriptors of standard input, output and error, with null for
// those that the command leaves out.
func standard(cmd *exec.Cmd, null *os.File) (descriptors []int, err error) {
	for _, stream := range []any{cmd.Stdin, cmd.Stdout, cmd.Stderr} {
		f, ok := stream.(*os.File)
		switch {
		case stream == nil:
			f = null
		case !ok:
			return nil, fmt.Errorf("starting %s: its input and output have to be files, and one is a %T", cmd.Path, stream)
		}
		descriptors = append(descriptors, int(f.Fd())) // which lets it block, as a child expects
	}
	return descriptors, nil
}

// failedToSend returns what the error of a request means.
func (l *Launcher) failedToSend(err error) error {
	switch {
	case err == nil:
		return nil
	case l.hungUp():
		return ErrLauncherEnded
	}
	return fmt.Errorf("asking the launcher: %w", err)
}

// lost returns what it means that an answer did not come.
func (l *Launcher) lost(err error) error {
	if l.hungUp() {
		<-l.process.Done()
		return ErrLauncherEnded
	}
	return fmt.Errorf("waiting for the launcher: %w", err) // it had no descriptor left to answer by
}

// hungUp reports whether the other end of the launcher's connection is closed, by the
// launcher's end or by Close. The kernel closes descriptors from the lowest on, and this
// is the launcher's lowest: connections for answers end after it.
func (l *Launcher) hungUp() bool {
	raw, err := l.control.SyscallConn()
	if err != nil {
		return true
	}
	poll := []unix.PollFd{{}}
	if raw.Control(func(fd uintptr) {
		poll[0].Fd = int32(fd)
		_, _ = unix.Poll(poll, 0)
	}) != nil {
		return true
	}
	return poll[0].Revents&(unix.POLLHUP|unix.POLLERR) != 0
}

// wait waits for the end of a process. With the launcher its processes end, too, but the
// kernel closes its descriptors first.
func (l *Launcher) wait(near *net.UnixConn) (peak int64, err error) {
	defer near.Close()
	var e ending
	if err := receiveInto(near, maxEnding, &e); err != nil {
		<-l.process.Done()
		return 0, exitError(syscall.SIGKILL)
	}
	if e.Status == 0 {
		return e.Peak, nil
	}
	return e.Peak, exitError(e.Status)
}

// exitError is the status of a process that did not end well, with the words of
// *exec.ExitError, which only package os can make.
type exitError syscall.WaitStatus

func (e exitError) Error() string {
	var s strings.Builder
	switch status := syscall.WaitStatus(e); {
	case status.Exited():
		fmt.Fprintf(&s, "exit status %d", status.ExitStatus())
	default:
		fmt.Fprintf(&s, "signal: %v", status.Signal())
		if status.CoreDump() {
			s.WriteString(" (core dumped)")
		}
	}
	return s.String()
}

// Done is closed when the launcher, and with it every process that it started, has
// ended, by Close or otherwise.
func (l *Launcher) Done() <-chan struct{} { return l.process.Done() }

// Close ends the launcher and every process that it started, and waits for that. It may
// be called more than once.
func (l *Launcher) Close() {
	l.process.Kill()
	<-l.process.Done()
	l.control.Close()
}
