package filelock

import (
	"os"

	"golang.org/x/sys/windows"
)

const (
	shared    = 0
	exclusive = windows.LOCKFILE_EXCLUSIVE_LOCK
)

// lock locks the first byte, whether or not the file has one.
func lock(f *os.File, how uint32) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var lockErr error
	err = raw.Control(func(handle uintptr) {
		lockErr = windows.LockFileEx(windows.Handle(handle), how|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, new(windows.Overlapped))
	})
	if err != nil {
		return err
	}
	return lockErr
}
