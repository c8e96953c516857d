package process

import "golang.org/x/sys/unix"

// LimitFiles sets how many files the child may have open, and how many it may let
// itself have open; what it starts inherits both (getrlimit(2), RLIMIT_NOFILE). It
// has to be called right after Start, since a child has the host's limit until
// then. Where that is lower and not the host's to raise, the child keeps it. A child
// that has ended is no error.
func (p *Process) LimitFiles(n uint64) {
	select {
	case <-p.done:
	default:
		_ = unix.Prlimit(p.PID(), unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: n, Max: n}, nil)
	}
}
