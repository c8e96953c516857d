//go:build !linux

package process

// memory is what is known of a child's memory: nothing.
type memory struct{}

func (m *memory) begin() {}
func (m *memory) close() {}

// PeakMemory returns 0: this system does not tell it of a running process.
func (p *Process) PeakMemory() int64 { return 0 }
