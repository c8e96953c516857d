// Package process starts child processes that do not outlive the host: as the host sees
// the machine (Start), or in a world of their own, that of a function on AWS Lambda
// (Launcher): https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html.
//
// Each child leads a process group of its own, so that a CTRL+C in the terminal
// reaches only the host, which then ends its children in order, and so that a
// child's own children end with it, however it ended. On Linux the kernel kills a child
// when the host dies, even by kill -9 (prctl(2), PR_SET_PDEATHSIG). That signal is sent
// when the thread that started the child ends, not the process; so all children
// are started from one thread that lives as long as the host.
//
// A launcher is such a child, and process 1 of a namespace of processes: with it die all
// that it started and all that those left behind, in their groups or not.
//
//	host ─┬─ child of Start
//	      └─ launcher ─┬─ child of Launcher.Start, in its world
//	                   └─ what others left behind
//
// What it leaves out: on other systems than Linux there is no launcher, and a kill -9 of
// the host leaves children behind; and where there is no launcher, the kernel's signal
// reaches the children, not their own children. Windows has neither process groups nor
// signals: there a child is killed alone, CTRL+C reaches it too, and it is neither paused
// nor asked to end. System calls stand in the files _linux, _unix and _other; what runs in
// a launcher in launched, fork and children.
package process

import (
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// Process is a running child.
type Process struct {
	pid    int
	signal func(os.Signal) error // to the child alone
	done   chan struct{}
	err    error

	memory memory
}

// Start starts cmd as the leader of a new process group. The signal is sent to the
// child when the host dies, where the system is Linux; 0 means SIGKILL. cmd.Stdout and cmd.Stderr should be
// nil or files: with other writers, Done waits until whoever inherited them has
// closed them. What cmd.SysProcAttr asks for besides, such as a cgroup, stays.
func Start(cmd *exec.Cmd, orphaned syscall.Signal) (*Process, error) {
	return start(cmd, orphaned, cmd.Start)
}

// StartRelaxed is Start for a child that is one of many and busy for moments: its
// timers, and those of what it starts, may be a millisecond late, where the system is
// Linux. In a Go program that is not idle one thread sleeps 20 µs at a time to look
// after the others, and of many such programs that is a tenth of all work. Go's own
// timers are about a millisecond late as it is.
func StartRelaxed(cmd *exec.Cmd, orphaned syscall.Signal) (*Process, error) {
	return start(cmd, orphaned, relaxed(cmd.Start))
}

func start(cmd *exec.Cmd, orphaned syscall.Signal, run func() error) (*Process, error) {
	if orphaned == 0 {
		orphaned = syscall.SIGKILL
	}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = new(syscall.SysProcAttr)
	}
	bind(cmd.SysProcAttr, orphaned)
	if err := onStarter(run); err != nil {
		return nil, err
	}
	return follow(cmd.Process.Pid, ownPeak(), cmd.Process.Signal, func() (int64, error) {
		err := cmd.Wait()
		return peakOf(cmd.ProcessState), err
	}), nil
}

// follow returns a child that runs. Inherited is the peak memory of the process that
// has forked it; wait waits for it and returns its own, and how it has ended.
func follow(pid int, inherited int64, signal func(os.Signal) error, wait func() (int64, error)) *Process {
	p := &Process{pid: pid, signal: signal, done: make(chan struct{})}
	p.memory.begin(inherited)
	go func() {
		peak, err := wait()
		p.err = err
		p.killGroup()
		p.memory.end(peak)
		close(p.done)
	}()
	return p
}

// PID returns the process ID.
func (p *Process) PID() int { return p.pid }

// Done is closed when the child has ended and has been waited for.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err returns how the child ended: nil for exit status 0, else an error whose text is
// "exit status 1" or "signal: killed", as that of *exec.ExitError, which it is for a
// child of Start. It may be called only after Done is closed.
func (p *Process) Err() error { return p.err }

// starter takes the calls that start children.
var starter = sync.OnceValue(func() chan<- func() {
	calls := make(chan func())
	go RunStarter(calls)
	return calls
})

// RunStarter runs calls on one operating system thread. The goroutine that runs
// it begins with the first child and lasts as long as the host; it is exported
// for tests that look for goroutines left behind.
func RunStarter(calls <-chan func()) {
	runtime.LockOSThread()
	for call := range calls {
		call()
	}
}

func onStarter(start func() error) error {
	result := make(chan error, 1)
	starter() <- func() { result <- start() }
	return <-result
}
