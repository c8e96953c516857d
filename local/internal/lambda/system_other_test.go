//go:build !unix

package lambda_test

import (
	"net"
	"syscall"
	"testing"
)

func makeFIFO(t *testing.T, _ string) { t.Skip("only Unix has named pipes in folders") }

// detached is for a process that leaves the process group: here there is none.
func detached() *syscall.SysProcAttr { return nil }

func awaitInput(net.Conn) { panic("only Unix lets a program look at what has come") }
