//go:build unix && !linux

package process

// PeakMemory returns 0: this system does not tell it of a running process.
func (p *Process) PeakMemory() int64 { return 0 }
