package build

import (
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A link to a file is the file, one to a folder leads to the same folder; what
// is no code is left out.
func TestCopyTree(t *testing.T) {
	dir := t.TempDir()
	src, dst := filepath.Join(dir, "src"), filepath.Join(dir, "dst")
	for _, name := range []string{
		"a.py", "lib/b.py", "node_modules/m/i.js", ".git/HEAD", "lib/__pycache__/b.pyc", "env/pyvenv.cfg", "env/bin/x", ".maru/build/x", ".env",
		"../shared/c.py", "../one.py", "../dst/keep",
	} {
		path := filepath.Join(src, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{"shared": "../shared", "one.py": "../one.py", "gone": "../gone"} {
		if err := os.Symlink(target, filepath.Join(src, name)); err != nil {
			t.Fatal(err)
		}
	}
	socket, err := net.Listen("unix", filepath.Join(src, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()

	if err := copyTree(dst, src, isLeft); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	_ = filepath.WalkDir(dst, func(path string, entry fs.DirEntry, _ error) error {
		if info, err := entry.Info(); err == nil && !entry.IsDir() {
			rel, _ := filepath.Rel(dst, path)
			got[rel] = info.Mode().String()
		}
		return nil
	})
	want := map[string]string{
		"a.py": "-rw-r-----", "lib/b.py": "-rw-r-----", ".env": "-rw-r-----", "one.py": "-rw-r-----", "keep": "-rw-r-----",
		"shared": "Lrwxrwxrwx",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if c, err := os.ReadFile(filepath.Join(dst, "shared/c.py")); err != nil || string(c) != "../shared/c.py" {
		t.Errorf("got %q, %v through the link", c, err)
	}
}

// A start for one function does not cost the others what was installed for them.
func TestInstalledIsKept(t *testing.T) {
	dir := t.TempDir()
	start := func(keys ...string) (installed []string) {
		b := &Builder{Dir: dir}
		defer b.Close()
		for _, key := range keys {
			_, fresh, err := b.once(key, "python", func(string) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			if fresh {
				installed = append(installed, key)
			}
		}
		if _, err := b.Build(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		return installed
	}
	all := []string{"a", "b", "c", "d", "e", "f"}
	if diff := cmp.Diff(all, start(all...)); diff != "" {
		t.Errorf("first start (-want +got):\n%s", diff)
	}
	for range 5 {
		start("f")
	}
	if got := start(all...); got != nil {
		t.Errorf("got %v installed again, want none", got)
	}
}

// What could not be filled is not taken for something that was.
func TestOnceAfterAnError(t *testing.T) {
	b := &Builder{Dir: t.TempDir()}
	defer b.Close()
	if _, _, err := b.once("k", "python", func(string) error { return fs.ErrInvalid }); err == nil {
		t.Error("got no error of fill")
	}
	if _, fresh, err := b.once("k", "python", func(string) error { return nil }); err != nil || !fresh {
		t.Errorf("got fresh %t, %v; want it filled anew", fresh, err)
	}
}
