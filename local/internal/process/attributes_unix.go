//go:build unix && !linux

package process

import "syscall"

// bind asks for a process group. Nothing ends the child with the host here.
func bind(a *syscall.SysProcAttr, _ syscall.Signal) { a.Setpgid = true }
