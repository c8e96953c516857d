package process

import "syscall"

// bind asks for a process group, and for an end with the host.
func bind(a *syscall.SysProcAttr, orphaned syscall.Signal) {
	a.Setpgid, a.Pdeathsig = true, orphaned
}
