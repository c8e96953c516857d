//go:build !linux

package process

import (
	"errors"
	"os/exec"
)

// Launcher starts processes in worlds of their own, on Linux alone. Here there is none.
type Launcher struct{}

var errNotLinux = errors.New("only Linux gives a process a world of its own")

// OpenLauncher returns an error: it needs Linux.
func OpenLauncher() (*Launcher, error) { return nil, errNotLinux }

// Start returns an error, as OpenLauncher.
func (l *Launcher) Start(World, *exec.Cmd) (*Process, error) { return nil, errNotLinux }

// Done returns nil: it is never closed.
func (l *Launcher) Done() <-chan struct{} { return nil }

// Close does nothing.
func (l *Launcher) Close() {}

// BecomeLauncher returns: no process is a launcher here.
func BecomeLauncher() {}
