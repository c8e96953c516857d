//go:build unix

package http1

import "syscall"

// ended reports whether the peer has closed the socket, and leaves in it what can be
// read. A socket that this process has closed has ended too.
func ended(raw syscall.RawConn) bool {
	var n int
	var peekErr error
	err := raw.Control(func(fd uintptr) {
		var b [1]byte
		n, _, peekErr = syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	})
	return err != nil || peekErr == nil && n == 0 || peekErr == syscall.ECONNRESET
}

// refused reports whether a reset has come for what was written, as SO_ERROR of
// getsockopt(2) has it, once.
func refused(raw syscall.RawConn) bool {
	var code int
	err := raw.Control(func(fd uintptr) {
		code, _ = syscall.GetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_ERROR)
	})
	return err == nil && (syscall.Errno(code) == syscall.EPIPE || syscall.Errno(code) == syscall.ECONNRESET)
}
