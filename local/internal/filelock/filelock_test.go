package filelock_test

import (
	"os"
	"path/filepath"
	"testing"

	"maru/local/internal/filelock"
)

// Locks belong to an opened file, so that one process can show what two would see.
func TestLocks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, second := open(t, path), open(t, path)
	if err := filelock.TryRLock(first); err != nil {
		t.Fatal(err)
	}
	if err := filelock.TryRLock(second); err != nil {
		t.Errorf("a second reader: got %v, want a lock", err)
	}
	second.Close()
	third := open(t, path)
	if filelock.TryLock(third) {
		t.Error("got a lock of its own on what a reader has locked")
	}
	first.Close()
	if !filelock.TryLock(third) {
		t.Error("got no lock when all others had closed the file")
	}
	if err := filelock.TryRLock(open(t, path)); err == nil {
		t.Error("a reader got a lock on what another has locked for itself alone")
	}
	if third.Close(); filelock.TryLock(third) {
		t.Error("got a lock on a closed file")
	}
}

func open(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}
