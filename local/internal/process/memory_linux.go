package process

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// PeakMemory returns the most memory that the child has had resident, in bytes:
// VmHWM of proc_pid_status(5) while it runs, ru_maxrss of getrusage(2) when it
// has ended. 0 means that it is not known: on systems other than Linux while
// the child runs.
func (p *Process) PeakMemory() int64 {
	select {
	case <-p.done:
		return p.cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
	default:
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID()))
	if err != nil {
		return 0
	}
	_, rest, ok := bytes.Cut(status, []byte("VmHWM:"))
	if !ok {
		return 0
	}
	line, _, _ := bytes.Cut(rest, []byte("kB"))
	kB, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 10, 64)
	if err != nil {
		return 0
	}
	return kB << 10
}
