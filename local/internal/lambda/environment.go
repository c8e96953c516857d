package lambda

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"maru/local/internal/lambda/http1"
	"maru/local/internal/process"
)

// initTimeout is how long an init phase may last; after it, init starts anew
// under the function's own timeout (Developer Guide, "Init phase").
const initTimeout = 10 * time.Second

// What ends an environment; the invocation's outcome says more.
var (
	errExited   = errors.New("the runtime exited")
	errTimedOut = errors.New("the deadline passed")
	errUnsent   = errors.New("the environment ended before the event was sent")
	// errImpatient ends the waiting, not the invocation.
	errImpatient = errors.New("the caller waits no longer")
)

// environment is one execution environment: a process that runs a function, and
// the Runtime API that only this process is told of.
//
// Between invocations nobody reads its connection. The goroutine that invokes
// reads the runtime's pending `next` itself, writes the event, and reads the
// response: the process, not a goroutine of the host, is what waits.
type environment struct {
	f        *Function
	started  time.Time
	process  *process.Process
	listener net.Listener
	output   *output
	api      runtimeAPI
	// turns brings what the runtime did on a connection other than driven.
	turns  chan turn
	closed chan struct{}
	served sync.WaitGroup // accept loop and connections

	// initDuration is reported with the first invocation, then zero.
	initDuration time.Duration
	// waiting tells that the runtime's `next` on driven has been read and is
	// not answered. Like initDuration it belongs to the invoking goroutine.
	waiting bool

	mu     sync.Mutex               // guards the fields below
	driven *http1.Conn              // the connection that the invoking goroutine reads; nil for none
	open   map[*http1.Conn]struct{} // every connection that is served by a goroutine
}

// startEnvironment starts a process for f and returns without waiting for its
// init phase. The caller has to call stop, also after an error of init.
func startEnvironment(f *Function, j *journal) (*environment, error) {
	e := &environment{
		f: f, started: time.Now(), turns: make(chan turn, 1), closed: make(chan struct{}),
		api: runtimeAPI{state: stateStarted}, open: map[*http1.Conn]struct{}{},
	}
	var err error
	if e.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("listening for the Runtime API: %w", err)
	}
	if err := e.spawn(j); err != nil {
		e.listener.Close()
		return nil, err
	}
	e.served.Go(e.accept)
	return e, nil
}

func (e *environment) spawn(j *journal) error {
	stream := e.started.UTC().Format("2006/01/02/") + "[" + latest + "]" + newLogStream()
	cmd := exec.Command(filepath.Join(e.f.Dir, "bootstrap"))
	cmd.Dir = e.f.Dir
	cmd.Env = e.f.variables(e.listener.Addr().String(), stream)
	r, w, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("opening a pipe for output: %w", err)
	}
	defer w.Close()
	if e.output, err = newOutput(e.f, r, j); err != nil {
		return errors.Join(err, r.Close())
	}
	cmd.Stdout, cmd.Stderr = w, w
	e.process, err = process.Start(cmd, 0)
	return err // the output ends with w
}

// init waits until the runtime asks for its first event. The error is errExited
// or errTimedOut; a runtime that reports init/error gives an outcome instead.
func (e *environment) init(limit time.Duration) (*outcome, error) {
	t, err := e.await(e.started.Add(limit))
	if err != nil {
		return nil, err
	}
	if t.outcome != nil {
		return t.outcome, nil
	}
	e.waiting = true
	e.initDuration = time.Since(e.started)
	return nil, nil
}

// invoke runs one invocation. The error is errExited or errTimedOut, or errUnsent
// where the environment ended before it was given the event.
//
// It also returns when patience ends, a time that is zero for never; the error
// is then errImpatient, the invocation runs on, and calling invoke again goes
// on waiting for it.
func (e *environment) invoke(i *invocation, patience time.Time) (outcome, error) {
	for {
		if !e.waiting {
			t, err := e.await(earlier(i.deadline(), patience))
			if errors.Is(err, errTimedOut) && time.Now().Before(i.deadline()) {
				return outcome{}, errImpatient
			}
			if err != nil {
				return outcome{}, i.unsent(err)
			}
			if t.outcome != nil {
				return *t.outcome, nil
			}
			e.waiting = true
		}
		if i.sent.IsZero() {
			if e.driven.Ended() {
				return outcome{}, errUnsent
			}
			e.output.journal.start(i)
			i.sent = time.Now()
		}
		e.waiting = false
		e.api.begin(i.id)
		if err := writeEvent(e.driven, i); err != nil {
			e.drive(nil)
		}
	}
}

// earlier returns the earlier of two times; a zero b is never.
func earlier(a, b time.Time) time.Time {
	if b.IsZero() || a.Before(b) {
		return a
	}
	return b
}

// await returns the runtime's next turn, on whatever connection it comes.
func (e *environment) await(limit time.Time) (turn, error) {
	for e.driven != nil {
		t, err := e.read(limit)
		if err != nil || t != (turn{}) {
			return t, err
		}
	}
	timer := time.NewTimer(time.Until(limit))
	defer timer.Stop()
	select {
	case t := <-e.turns:
		return e.adopt(t), nil
	case <-timer.C:
		return turn{}, errTimedOut
	case <-e.process.Done():
		return e.lastTurn()
	}
}

// read takes one request from the driven connection, unless a turn comes on
// another connection first. The zero turn means that there was none.
func (e *environment) read(limit time.Time) (turn, error) {
	// The order matters: whoever sends a turn sends it first and then sets a
	// deadline that interrupts; so one of the two is seen here.
	c := e.driven
	if err := c.SetReadDeadline(limit); err != nil {
		e.drive(nil)
		return turn{}, nil
	}
	select {
	case t := <-e.turns:
		return e.adopt(t), nil
	default:
	}
	t, ok := e.take(c)
	switch {
	case !ok:
		e.drive(nil)
	case t == turn{} && !time.Now().Before(limit):
		return t, errTimedOut
	}
	return t, nil
}

// adopt makes the connection of a turn the driven one. The one before is served
// by a goroutine again: a runtime may keep several open.
func (e *environment) adopt(t turn) turn {
	if t.waiting == nil {
		return t
	}
	if before := e.driven; before != nil && before != t.waiting {
		e.mu.Lock()
		e.driven = nil
		e.mu.Unlock()
		_ = before.SetReadDeadline(time.Time{})
		e.goServe(before)
	}
	e.drive(t.waiting)
	return t
}

// drive makes c the driven connection and closes the one before.
func (e *environment) drive(c *http1.Conn) {
	e.mu.Lock()
	before := e.driven
	e.driven = c
	e.mu.Unlock()
	if before != nil && before != c {
		before.Close()
	}
}

// lastTurn is called when the process has ended: an answer that it sent before
// may still be under way from the goroutine of its connection.
func (e *environment) lastTurn() (turn, error) {
	e.listener.Close()
	gone := make(chan struct{})
	go func() {
		e.served.Wait()
		close(gone)
	}()
	select {
	case t := <-e.turns:
		return t, nil
	case <-gone:
		return turn{}, errExited
	}
}

// accept serves each connection of the runtime.
func (e *environment) accept() {
	for {
		conn, err := e.listener.Accept()
		if err != nil {
			return
		}
		e.goServe(http1.NewConn(conn))
	}
}

// goServe serves a connection until one of its requests asks for an event; from
// then on whoever invokes drives it.
func (e *environment) goServe(c *http1.Conn) {
	e.mu.Lock()
	e.open[c] = struct{}{}
	e.mu.Unlock()
	e.served.Go(func() {
		t := turn{}
		for ok := true; ok && t.waiting == nil; {
			t, ok = e.take(c)
			if t != (turn{}) {
				ok = e.hand(t) && ok
			}
		}
		if t.waiting == nil {
			c.Close()
		}
		e.mu.Lock()
		delete(e.open, c)
		e.mu.Unlock()
	})
}

// take reads one request and answers it, unless it asks for an event. ok tells
// whether the connection can be read again.
func (e *environment) take(c *http1.Conn) (t turn, ok bool) {
	r, err := c.ReadRequest()
	if errors.Is(err, http1.ErrMalformed) {
		_ = refuse(c, 400, "InvalidRequest", err.Error())
	}
	if err != nil {
		return turn{}, errors.Is(err, os.ErrDeadlineExceeded)
	}
	closing := r.Close()
	t, err = e.api.take(c, r)
	return t, err == nil && (!closing || t.waiting != nil)
}

// hand gives a turn to the invoking goroutine; false when the environment is
// stopped first.
func (e *environment) hand(t turn) bool {
	select {
	case e.turns <- t:
		e.interrupt()
		return true
	case <-e.closed:
		return false
	}
}

// interrupt makes the invoking goroutine look at turns.
func (e *environment) interrupt() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.driven != nil {
		_ = e.driven.SetReadDeadline(interrupted)
	}
}

// stop kills the environment and waits for everything that belongs to it. Lambda
// gives a runtime without extensions no time to shut down ("Shutdown phase").
func (e *environment) stop() {
	e.process.Kill()
	close(e.closed)
	e.listener.Close()
	e.drive(nil)
	<-e.process.Done()
	e.closeOpen()
	e.served.Wait()
	e.output.close()
}

// closeOpen closes what a process that escaped its group may still hold open.
func (e *environment) closeOpen() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for c := range e.open {
		c.Close()
	}
}
