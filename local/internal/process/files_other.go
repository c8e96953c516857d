//go:build !linux

package process

// LimitFiles does nothing: this system sets no limits of another process.
func (p *Process) LimitFiles(uint64) {}
