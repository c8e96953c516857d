//go:build !unix

package process

import "syscall"

// bind asks for nothing: this system has no process groups.
func bind(*syscall.SysProcAttr, syscall.Signal) {}
