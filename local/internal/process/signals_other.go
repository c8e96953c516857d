//go:build !unix

package process

import "os"

// Terminate kills the child: this system has no signal that asks a process to end.
func (p *Process) Terminate() { p.Kill() }

// Pause does nothing: this system has no signal that stops a process. The child
// goes on.
func (p *Process) Pause() {}

// Resume does nothing, as Pause.
func (p *Process) Resume() {}

// Kill kills the child at once and does not wait. This system has no process
// groups: what the child has started goes on. A child that has ended is no error.
func (p *Process) Kill() { _ = p.signal(os.Kill) }

// killGroup does nothing: there is no process group.
func (p *Process) killGroup() {}
