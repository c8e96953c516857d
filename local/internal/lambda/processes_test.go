package lambda_test

import (
	"os"
	"syscall"
)

// kill kills a process that need not be this one's child (SIGKILL). The error says
// that it had ended.
func kill(pid int) error {
	p, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	return p.Kill()
}

// exists reports whether there is a process of this number, if only one that nobody
// has waited for yet.
func exists(pid int) bool {
	p, err := os.FindProcess(pid)
	return err == nil && p.Signal(syscall.Signal(0)) == nil
}
