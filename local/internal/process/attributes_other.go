//go:build unix && !linux

package process

import "syscall"

// bind asks for a process group.
func bind(a *syscall.SysProcAttr, _ syscall.Signal) { a.Setpgid = true }
