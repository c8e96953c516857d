//go:build !unix

package http1

import "syscall"

// ended returns false: here Go gives no way to look into a socket without reading
// from it. That the client is gone is seen by whoever reads next.
func ended(syscall.RawConn) bool { return false }

// refused returns false: here a reset is told to nobody but the next reader.
func refused(syscall.RawConn) bool { return false }
