package build

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"maru/local/internal/filelock"
)

// kept is how many builds nobody uses are left for a later start, and
// keptInstalled how many of those that once made: a start for one function should
// not cost the others their dependencies.
const (
	kept          = 3
	keptInstalled = 16
)

// lockName is the file in each build's folder that hosts using it hold a shared
// lock on.
const lockName = ".lock"

// installedDir is where the builds of once are.
func (b *Builder) installedDir() string { return filepath.Join(b.Dir, "installed") }

// newBuild makes a folder for a build below parent and marks it as used.
func (b *Builder) newBuild(parent string) (string, error) {
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", fmt.Errorf("making a build folder: %w", err)
	}
	dir, err := os.MkdirTemp(parent, time.Now().UTC().Format("20060102T150405.000-"))
	if err != nil {
		return "", fmt.Errorf("making a build folder: %w", err)
	}
	return dir, b.use(dir, os.O_CREATE)
}

// newDir makes a folder of a name in a build of its own below parent.
func (b *Builder) newDir(parent, name string) (string, error) {
	dir, err := b.newBuild(parent)
	if err != nil {
		return "", err
	}
	dir = filepath.Join(dir, name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", fmt.Errorf("making a build folder: %w", err)
	}
	return dir, nil
}

// use marks a build as used until Close. flag is os.O_CREATE for a new one, else 0.
func (b *Builder) use(dir string, flag int) error {
	f, err := os.OpenFile(filepath.Join(dir, lockName), flag|os.O_RDWR, 0o644)
	if err != nil {
		return fmt.Errorf("locking a build: %w", err)
	}
	if err := filelock.TryRLock(f); err != nil {
		f.Close()
		return fmt.Errorf("locking a build: %w", err)
	}
	b.locks = append(b.locks, f)
	return nil
}

// prune deletes builds below parent that no host uses, but the newest. It is
// housekeeping: what cannot be deleted stays.
func (b *Builder) prune(parent string, kept int) {
	entries, _ := os.ReadDir(parent)
	var dirs []string
	for _, e := range entries {
		if path := filepath.Join(parent, e.Name()); e.IsDir() && path != b.installedDir() {
			dirs = append(dirs, path)
		}
	}
	slices.Sort(dirs) // names begin with the time
	for _, dir := range dirs[:max(0, len(dirs)-kept)] {
		f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if filelock.TryLock(f) {
			os.RemoveAll(dir)
		}
		f.Close()
	}
}
