//go:build !linux

package process

import "os"

// memory is what is known of a child's memory: nothing.
type memory struct{}

func (m *memory) begin(int64) {}
func (m *memory) end(int64)   {}

func ownPeak() int64                { return 0 }
func peakOf(*os.ProcessState) int64 { return 0 }

// PeakMemory returns 0: this system does not tell it of a running process.
func (p *Process) PeakMemory() int64 { return 0 }
