//go:build unix

package process

import "syscall"

// Terminate asks the child alone to end (SIGTERM). A child that has ended is no error.
func (p *Process) Terminate() { _ = p.signal(syscall.SIGTERM) }

// Pause stops the child and its process group until Resume or Kill (SIGSTOP). A
// child that has ended is no error.
func (p *Process) Pause() { p.signalGroup(syscall.SIGSTOP) }

// Resume lets what Pause has stopped go on (SIGCONT).
func (p *Process) Resume() { p.signalGroup(syscall.SIGCONT) }

// Kill kills the child and its process group at once (SIGKILL). It does not wait.
// When Done is closed nothing of the group is left, and its number may be another's.
func (p *Process) Kill() { p.signalGroup(syscall.SIGKILL) }

// signalGroup sends a signal to the process group of a child that has not ended.
func (p *Process) signalGroup(s syscall.Signal) {
	select {
	case <-p.done:
	default:
		_ = syscall.Kill(-p.PID(), s)
	}
}

// killGroup kills what is left of the process group of a child that has ended.
func (p *Process) killGroup() { _ = syscall.Kill(-p.PID(), syscall.SIGKILL) }
