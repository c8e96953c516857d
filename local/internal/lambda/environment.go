package lambda

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"time"

	"maru/local/internal/cgroup"
	"maru/local/internal/lambda/internal/runtimeapi"
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
	runtime *runtimeapi.Runtime

	// initDuration is reported with the first invocation, then zero.
	initDuration time.Duration
	// watched tells that it runs an invocation or its init phase, and its memory
	// is measured.
	watched     atomic.Bool
	outOfMemory atomic.Bool // killed, or to be killed, for what was measured
	frozen      bool
}

// variant tells a function's environments apart: only those of its own version
// and tenant may run an invocation.
type variant struct{ version, tenant string }

// start starts the process of an environment and returns without waiting for its
// init phase. The caller has to call stop, also after an error of init, but not after
// one of start.
func (e *environment) start(j *journal) error {
	var err error
	if e.runtime, err = runtimeapi.Listen(); err != nil {
		return errors.Join(err, e.group.Close())
	}
	e.started = time.Now()
	if err := e.spawn(e.runtime.Address(), j); err != nil {
		e.runtime.Close()
		_ = e.group.Close() // what it says would hide why there is no process
		return err
	}
	e.watch()
	e.runtime.Serve(e.process.Done())
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

// init waits until the runtime asks for its first event; see runtimeapi.Runtime.
func (e *environment) init(limit time.Duration) (*outcome, error) {
	o, err := e.runtime.Init(e.started.Add(limit))
	if err != nil {
		return nil, err
	}
	e.watched.Store(false)
	e.initDuration = time.Since(e.started)
	if o == nil {
		return nil, nil
	}
	return &outcome{Outcome: *o}, nil
}

// ready waits until the runtime asks for an event; see runtimeapi.Runtime.
func (e *environment) ready(limit time.Time) error {
	if e.runtime.Waiting() {
		return nil
	}
	e.thaw()
	return e.runtime.Ready(limit)
}

// invoke sends the event of an invocation to a ready environment and returns the
// outcome. After an error, which is runtimeapi's, the environment can only be
// stopped.
func (e *environment) invoke(i *invocation) (outcome, error) {
	e.output.begin(i.tail)
	e.output.journal.start(i)
	e.thaw()
	e.watch()
	i.sent = time.Now()
	o, err := e.runtime.Invoke(i.event())
	return outcome{Outcome: o}, err
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
	e.runtime.Close()
	e.output.close()
}
