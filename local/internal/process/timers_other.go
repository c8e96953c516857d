//go:build !linux

package process

// relaxed returns start: only Linux lets a thread say how late timers may be.
func relaxed(start func() error) func() error { return start }
