//go:build unix

package lambda

import "syscall"

// pipe is the end of a pipe that is read without waiting, by one read(2) at a time.
// Whoever reads holds the mutex of the output, so that what two read stands in its
// order.
type pipe struct {
	raw syscall.RawConn
	// flush is flushFrom of the output, made once: each making is an allocation.
	flush func(fd uintptr)
}

func (o *output) open() error {
	raw, err := o.r.SyscallConn()
	o.pipe = pipe{raw, o.flushFrom}
	return err
}

// copyAll copies until the pipe has ended or is closed.
func (o *output) copyAll() { _ = o.pipe.raw.Read(o.copyFrom) }

// flush copies what has been printed up to now, so that it stands before the
// END line of the invocation that printed it: as much as a pipe can hold.
func (o *output) flush() { _ = o.pipe.raw.Control(o.pipe.flush) }

// copyFrom copies until the pipe is empty or has ended, and reports the latter.
func (o *output) copyFrom(fd uintptr) (ended bool) {
	for !o.closing.Load() {
		switch n, err := o.copy(fd); {
		case err == syscall.EAGAIN:
			return false
		case n <= 0 && err != syscall.EINTR:
			return true
		}
	}
	return true
}

// pipeSize is how much a pipe holds on Linux, pipe(7).
const pipeSize = 64 << 10

func (o *output) flushFrom(fd uintptr) {
	for limit := pipeSize; limit > 0; {
		n, err := o.copy(fd)
		if n <= 0 && err != syscall.EINTR {
			return
		}
		limit -= max(n, 0)
	}
}

// copy reads once from the pipe, which never blocks, into the journal.
func (o *output) copy(fd uintptr) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closing.Load() {
		return 0, nil
	}
	n, err := syscall.Read(int(fd), o.buf[:])
	if n > 0 {
		o.write(o.buf[:n])
	}
	return n, err
}
