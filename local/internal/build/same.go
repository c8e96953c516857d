package build

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// settled gives the folder of a function's build before dir, the new one, if it has the
// same content; else dir. A function whose code comes out as it was is thus run from
// where it was, and a host sees that it need not be started again. What cannot be
// compared is new.
func (b *Builder) settled(logicalID, dir string) string {
	sum, err := b.contentSum(dir)
	if err != nil {
		return dir
	}
	key := sha256.Sum256([]byte("before\n" + logicalID))
	file := b.entryPath(key[:])
	used := len(b.locks)
	if before, ok := b.lookupEntry(file); ok && before.Content == sum {
		// A function may have written into its folder.
		if now, err := b.contentSum(before.Dir); err == nil && now == sum {
			b.discard(dir)
			return before.Dir
		}
	}
	for _, lock := range b.locks[used:] { // of the one before, which is not used
		lock.Close()
	}
	b.locks = b.locks[:used]
	b.record(file, entry{State: fingerprint(nil), Content: sum}, dir)
	return dir
}

// discard deletes a folder of a build, and the build if it held no other. It is
// housekeeping: what cannot be deleted stays until nobody uses it.
func (b *Builder) discard(dir string) {
	os.RemoveAll(dir)
	build := filepath.Dir(dir)
	if entries, err := os.ReadDir(build); err != nil || len(entries) > 1 { // the lock is one
		return
	}
	b.locks = slices.DeleteFunc(b.locks, func(lock *os.File) bool {
		own := filepath.Dir(lock.Name()) == build
		if own {
			lock.Close()
		}
		return own
	})
	os.RemoveAll(build)
}

// contentSum sums up the files of a build: their paths, permissions and contents. What
// was installed for good is known by where links lead to it. What Python compiles
// beside its sources does not count.
func (b *Builder) contentSum(dir string) (string, error) {
	t := tree{
		but:       []string{"__pycache__"},
		installed: b.installedDir(),
		note:      func(w io.Writer, name, path string, _ fs.FileInfo) error { return addFile(w, name, path) },
	}
	return t.sum(dir)
}

// revision sums up the state of the files below a folder of sources, which is not
// that of a build: their paths, permissions, sizes and times of change, up to one that
// cannot be read.
func revision(dir string) string {
	t := tree{
		but: []string{".git", ".maru", ".aws-sam", "__pycache__"},
		note: func(w io.Writer, name, _ string, info fs.FileInfo) error {
			_, err := fmt.Fprintf(w, "%q %v %d %d\n", name, info.Mode(), info.Size(), info.ModTime().UnixNano())
			return err
		},
	}
	sum, err := t.sum(dir)
	if err != nil {
		return sum + ": " + err.Error()
	}
	return sum
}

// tree sums up what is below a folder. Links count as what they lead to, since code is
// often shared by them; a folder that was met before counts once.
type tree struct {
	but       []string // names of folders that are left out
	installed string   // links into this folder are noted, not followed; empty for none
	// note writes what counts of a file, its name below the folder too.
	note func(w io.Writer, name, path string, info fs.FileInfo) error

	root string   // the folder, as it is without links
	met  []string // folders, as they are without links
}

func (t *tree) sum(dir string) (sum string, err error) {
	h := sha256.New()
	if t.root, err = filepath.EvalSymlinks(dir); err != nil {
		return "", err
	}
	if info, err := os.Lstat(dir); err == nil && info.Mode().Type() != fs.ModeSymlink {
		dir = t.root
	}
	err = t.add(h, dir, ".")
	return hex.EncodeToString(h.Sum(nil)), err
}

// add adds what is at a path, under a name.
func (t *tree) add(w io.Writer, path, name string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if info.Mode().Type() == fs.ModeSymlink {
		return t.addLink(w, path, name)
	}
	return t.addReal(w, path, name, info)
}

func (t *tree) addLink(w io.Writer, path, name string) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil || t.installed != "" && within(t.installed, real) || real != t.root && within(real, t.root) {
		// It leads nowhere, to what does not change, or to a folder around all.
		to, err := os.Readlink(path)
		fmt.Fprintf(w, "%q to %q\n", name, to)
		return err
	}
	info, err := os.Stat(real)
	if err != nil {
		return err
	}
	return t.addReal(w, real, name, info)
}

// within reports whether a path is that of a folder or of something in it.
func within(folder, path string) bool {
	return path == folder || strings.HasPrefix(path, strings.TrimSuffix(folder, string(filepath.Separator))+string(filepath.Separator))
}

// addReal adds what is no link.
func (t *tree) addReal(w io.Writer, path, name string, info fs.FileInfo) error {
	switch {
	case info.IsDir() && !slices.Contains(t.met, path):
		t.met = append(t.met, path)
		return t.addFolder(w, path, name)
	case info.Mode().IsRegular():
		return t.note(w, name, path, info)
	}
	return nil
}

func (t *tree) addFolder(w io.Writer, path, name string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if slices.Contains(t.but, e.Name()) {
			continue
		}
		if err := t.add(w, filepath.Join(path, e.Name()), filepath.Join(name, e.Name())); err != nil {
			return err
		}
	}
	return nil
}
