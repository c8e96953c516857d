package build

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// kept is how many builds nobody uses are left for a later start.
const kept = 3

// lockName is the file in each build's folder that hosts using it hold a shared
// lock on.
const lockName = ".lock"

// newDir makes a folder for a build and marks it as used.
func (b *Builder) newDir() (string, error) {
	dir, err := os.MkdirTemp(b.Dir, time.Now().UTC().Format("20060102T150405.000-"))
	if err != nil {
		return "", fmt.Errorf("making a build folder: %w", err)
	}
	return dir, b.use(dir)
}

// use marks a build as used until Close.
func (b *Builder) use(dir string) error {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return fmt.Errorf("locking a build: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); err != nil {
		f.Close()
		return fmt.Errorf("locking a build: %w", err)
	}
	b.locks = append(b.locks, f)
	return nil
}

// prune deletes old builds that no host uses. It is housekeeping: what cannot
// be deleted stays.
func (b *Builder) prune() {
	entries, _ := os.ReadDir(b.Dir)
	var dirs []string
	for _, e := range entries {
		if e.IsDir() {
			dirs = append(dirs, filepath.Join(b.Dir, e.Name()))
		}
	}
	slices.Sort(dirs) // names begin with the time
	for _, dir := range dirs[:max(0, len(dirs)-kept)] {
		f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			os.RemoveAll(dir)
		}
		f.Close()
	}
}
