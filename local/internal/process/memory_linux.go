package process

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// memory is what is known of a child's memory.
type memory struct {
	// inherited is the most that the child's ru_maxrss can have from what forked it:
	// the two share their memory from vfork to exec, and the kernel counts it as the
	// child's.
	inherited int64

	mu    sync.Mutex // guards the fields below
	ended bool       // and waited for
	statm *os.File   // nil before the first look and after the last
	peak  int64
	asked time.Time // when the kernel was asked for the peak
}

// peakAge is how old the kernel's answer may be while the child's memory is
// below it.
const peakAge = time.Second

// peakSlack is how far statm, which sums up counters of several processors
// roughly, may go over the peak before the kernel is asked again, in bytes.
const peakSlack = 256 << 10

// PeakMemory returns the most memory that the child has had resident, in bytes:
// VmHWM of proc_pid_status(5) while it runs; when it has ended ru_maxrss of
// getrusage(2) or, where that may be that of what forked it, what was seen last. 0 means
// that it is not known, as always on systems other than Linux.
//
// It may be called after every piece of a child's work. The kernel takes long to
// write status, ten times as long as statm; so that is asked for the peak only
// where statm shows more memory than the last one, or after a second.
func (p *Process) PeakMemory() int64 {
	m := &p.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended {
		return m.peak
	}
	if p.resident() <= m.peak+peakSlack && time.Since(m.asked) < peakAge {
		return m.peak
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID()))
	if err != nil {
		return m.peak
	}
	m.peak, m.asked = kilobytes(status, "VmHWM:"), time.Now()
	return m.peak
}

// begin is called when the child has been started by a process whose own peak was
// inherited bytes.
func (m *memory) begin(inherited int64) { m.inherited = inherited }

// end is called when the child has been waited for: peak is its ru_maxrss in bytes.
// What is kept open of it is given up.
func (m *memory) end(peak int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended = true
	if peak > m.inherited {
		m.peak = max(peak, m.peak)
	}
	if m.statm != nil {
		m.statm.Close()
	}
}

// ownPeak returns the most memory that this process has had, in bytes.
func ownPeak() int64 {
	var own syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &own) // cannot fail
	return int64(own.Maxrss) << 10
}

// peakOf returns that of a child that has ended.
func peakOf(state *os.ProcessState) int64 {
	if state == nil {
		return 0 // it could not be waited for
	}
	return int64(state.SysUsage().(*syscall.Rusage).Maxrss) << 10
}

// resident returns the memory that the running child has now, in bytes; 0
// where it cannot be read. The memory's mutex is held.
func (p *Process) resident() int64 {
	m := &p.memory
	if m.statm == nil {
		var err error
		if m.statm, err = os.Open(fmt.Sprintf("/proc/%d/statm", p.PID())); err != nil {
			return 0
		}
	}
	var b [128]byte
	n, err := syscall.Pread(int(m.statm.Fd()), b[:], 0) // one call, where ReadAt makes another for the end
	if err != nil {
		return 0
	}
	fields := bytes.Fields(b[:n])
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(string(fields[1]), 10, 64)
	return pages * int64(os.Getpagesize())
}

// kilobytes returns a field of /proc/PID/status in bytes, 0 where it is missing.
func kilobytes(status []byte, field string) int64 {
	_, rest, _ := bytes.Cut(status, []byte(field))
	number, _, _ := bytes.Cut(rest, []byte("kB"))
	kB, _ := strconv.ParseInt(string(bytes.TrimSpace(number)), 10, 64)
	return kB << 10
}
