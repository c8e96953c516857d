package lambda

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"sync/atomic"
	"time"

	"maru/local/internal/cgroup"
	"maru/local/internal/process"
)

// How long an init phase may last (Developer Guide, "Init phase"): initTimeout
// on demand, and then it starts anew under the function's own timeout; with
// provisioned concurrency provisionedInitTimeout, or the function's own where that
// is longer.
const (
	initTimeout            = 10 * time.Second
	provisionedInitTimeout = 130 * time.Second
)

// maxFiles is how many file descriptors an environment may have open (Developer
// Guide, "Lambda quotas"); here each of its processes.
const maxFiles = 1024

// What ends the waiting for a runtime.
var (
	errExited   = errors.New("the runtime exited")
	errTimedOut = errors.New("the deadline passed")
	// errUnread: the runtime exited and had not read its event.
	errUnread = errors.New("the runtime exited before it read the event")
)

// environment is one execution environment: a process that runs a function, and
// the Runtime API that only this process is told of.
//
// One goroutine at a time owns it: the one that starts it, then each that runs
// an invocation in it. Between invocations nobody does, and nobody reads its
// connection: the runtime's request for the next event waits in the socket.
type environment struct {
	f       *Function
	variant variant
	how     initialization
	started time.Time
	// group is where the kernel holds the process to its memory limit; nil where its
	// memory is measured.
	group   *cgroup.Group
	process *process.Process
	output  *output
	api     runtimeAPI
	link    *link

	// initDuration is reported with the first invocation, then zero.
	initDuration time.Duration
	// watched tells that it runs an invocation or its init phase, and its memory
	// is measured.
	watched     atomic.Bool
	outOfMemory atomic.Bool // killed, or to be killed, for what was measured
	frozen      bool
	// waiting tells that the runtime's `next` has been read and not answered.
	waiting bool
}

// variant tells a function's environments apart: only those of its own version
// and tenant may run an invocation.
type variant struct{ version, tenant string }

// start starts the process of an environment and returns without waiting for its
// init phase. The caller has to call stop, also after an error of init, but not after
// one of start.
func (e *environment) start(j *journal) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(fmt.Errorf("listening for the Runtime API: %w", err), e.group.Close())
	}
	e.started, e.api.state = time.Now(), stateStarted
	if err := e.spawn(listener.Addr().String(), j); err != nil {
		listener.Close()
		_ = e.group.Close() // what it says would hide why there is no process
		return err
	}
	e.watch()
	e.link = newLink(listener, &e.api, e.process.Done())
	return nil
}

func (e *environment) spawn(runtimeAPI string, j *journal) error {
	stream := e.started.UTC().Format("2006/01/02/") + "[" + e.variant.version + "]" + newLogStream()
	command := e.f.command()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = e.f.Dir
	cmd.Env = e.variables(runtimeAPI, stream)
	r, w, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("opening a pipe for output: %w", err)
	}
	if e.output, err = newOutput(e.f, r, j); err != nil {
		return errors.Join(err, r.Close(), w.Close())
	}
	cmd.Stdout, cmd.Stderr = w, w
	e.group.Contain(cmd)
	e.process, err = process.StartRelaxed(cmd, 0)
	w.Close()
	if err != nil {
		e.output.close()
		return err
	}
	e.process.LimitFiles(maxFiles)
	return nil
}

// init waits until the runtime asks for its first event. The error is errExited
// or errTimedOut; a runtime that reports init/error gives an outcome instead.
func (e *environment) init(limit time.Duration) (*outcome, error) {
	t, err := e.link.await(e.started.Add(limit))
	if err != nil {
		return nil, err
	}
	e.watched.Store(false)
	e.waiting = t.waiting != nil
	e.initDuration = time.Since(e.started)
	return t.outcome, nil
}

// ready waits until the runtime asks for an event. A runtime does so a moment
// after it has answered the one before, and is not free before it has. The error
// is errExited or errTimedOut.
func (e *environment) ready(limit time.Time) error {
	for !e.waiting || e.link.broken() {
		e.thaw()
		t, err := e.link.await(limit)
		if err != nil {
			return err
		}
		e.waiting = t.waiting != nil
	}
	return nil
}

// invoke sends the event of an invocation to a ready environment and returns the
// outcome. The error is errExited, errUnread or errTimedOut, and the environment
// is of no more use then.
func (e *environment) invoke(i *invocation) (outcome, error) {
	e.output.begin(i.tail)
	e.output.journal.start(i)
	e.thaw()
	e.watch()
	i.sent = time.Now()
	e.waiting = false
	e.api.begin(i)
	e.link.send(i, false)
	return e.answer(i)
}

// answer waits for the outcome of an invocation.
func (e *environment) answer(i *invocation) (outcome, error) {
	for {
		t, err := e.link.await(i.deadline())
		switch {
		case err != nil:
			return outcome{}, err
		case t.again:
			// A runtime that asks again before it has answered is given the same
			// event again, as by AWS's own emulator.
			e.link.send(i, true)
		case t.waiting != nil:
			// It has answered on another connection, and asks for its next event
			// before the answer has come through.
			e.waiting = true
		case t.outcome.requestID == i.id:
			return *t.outcome, nil
		}
	}
}

// freeze stops the processes of an environment that waits for an event, where the
// system can.
func (e *environment) freeze() {
	e.process.Pause()
	e.frozen = true
}

// thaw lets them go on.
func (e *environment) thaw() {
	if e.frozen {
		e.process.Resume()
		e.frozen = false
	}
}

// stop kills the environment and waits for everything that belongs to it. Lambda
// gives a runtime without extensions no time to shut down ("Shutdown phase").
func (e *environment) stop() {
	e.watched.Store(false)
	e.process.Kill()
	<-e.process.Done()
	_ = e.group.Close() // kills what left the process group; what cannot be removed yet is when the host ends
	e.link.close()
	e.output.close()
}
