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
)

// settled gives the folder of a function's build before dir, the new one, if it has the
// same content; else dir. A function whose code comes out as it was is thus run from
// where it was, and a host sees that it need not be started again. What cannot be
// compared is new.
func (b *Builder) settled(logicalID, dir string) string {
	sum, err := contentSum(dir)
	if err != nil {
		return dir
	}
	key := sha256.Sum256([]byte("before\n" + logicalID))
	file := b.entryPath(key[:])
	if before, ok := b.lookup(file); ok {
		if old, err := contentSum(before); err == nil && old == sum {
			b.discard(dir)
			return before
		}
	}
	b.record(file, entry{State: fingerprint(nil)}, dir)
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

// contentSum sums up the files below a folder: their paths, permissions and contents,
// and where links lead. What Python compiles beside its sources does not count.
func contentSum(dir string) (string, error) {
	return treeSum(dir, []string{"__pycache__"}, func(w io.Writer, path string, info fs.FileInfo) error {
		switch info.Mode().Type() {
		case fs.ModeSymlink:
			to, err := os.Readlink(path)
			fmt.Fprintf(w, "%q\n", to)
			return err
		case 0:
			f, err := os.Open(path)
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = io.Copy(w, f)
			return err
		}
		return nil
	})
}

// revision sums up the state of the files below a folder of sources, which is not
// that of a build: their paths, permissions, sizes and times of change, up to one that
// cannot be read. It is quick.
func revision(dir string) string {
	sum, err := treeSum(dir, []string{".git", ".maru", ".aws-sam", "__pycache__"}, func(w io.Writer, _ string, info fs.FileInfo) error {
		_, err := fmt.Fprintln(w, info.ModTime().UnixNano())
		return err
	})
	if err != nil {
		return sum + ": " + err.Error()
	}
	return sum
}

// treeSum sums up what is below a folder, but in folders of some names: the path, mode
// and size of each file, and what note writes of it.
func treeSum(dir string, but []string, note func(w io.Writer, path string, info fs.FileInfo) error) (string, error) {
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if path != dir && slices.Contains(but, entry.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%q %s %d\n", rel, info.Mode(), info.Size())
		return note(h, path, info)
	})
	return hex.EncodeToString(h.Sum(nil)), err
}
