// Package filelock locks files against other processes, without waiting. A lock
// belongs to the opened file and ends when that is closed, at the latest with the
// process, however it ends (flock(2); on Windows LockFileEx).
//
// It leaves out what no caller needs: waiting for a lock, and giving one up without
// closing the file. Locks tell the processes of this host apart, not those of several
// that share a network folder.
package filelock

import "os"

// TryLock locks an open file for this process alone and reports whether nobody else
// holds a lock on it.
func TryLock(f *os.File) bool { return lock(f, exclusive) == nil }

// TryRLock locks an open file for this process and all others that call TryRLock.
// The error tells that somebody holds it alone, or that the file cannot be locked.
func TryRLock(f *os.File) error { return lock(f, shared) }
