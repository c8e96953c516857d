package managed

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

// installed installs a client of two files, and describes all that is in dir then.
func installed(t *testing.T, dir, main string) (path string, files map[string]fs.FileInfo) {
	t.Helper()
	path, err := install(dir, fstest.MapFS{
		"x/main": {Data: []byte(main)}, "x/part": {Data: []byte("part")}, "y/other": {Data: []byte("of another client")},
	}, "x/main")
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	files = map[string]fs.FileInfo{}
	for _, path := range paths {
		if files[path], err = os.Stat(path); err != nil {
			t.Fatal(err)
		}
	}
	return path, files
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A client that is there is left alone; a file that differs or is missing is
// replaced as a whole.
func TestInstall(t *testing.T) {
	dir := t.TempDir()
	path, first := installed(t, dir, "one")
	part := filepath.Join(filepath.Dir(path), "part")
	if len(first) != 2 || content(t, path) != "one" || content(t, part) != "part" {
		t.Errorf("got %v, want the client's two files", first)
	}
	_, again := installed(t, dir, "one")
	for path := range first {
		if !os.SameFile(first[path], again[path]) || !first[path].ModTime().Equal(again[path].ModTime()) {
			t.Errorf("%s was there and was written again", path)
		}
	}
	if err := os.WriteFile(path, []byte("on"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(part); err != nil {
		t.Fatal(err)
	}
	if _, third := installed(t, dir, "one"); len(third) != 2 || os.SameFile(first[path], third[path]) || content(t, path) != "one" || content(t, part) != "part" {
		t.Errorf("got %v, want the client's two files, the first of them another", third)
	}
}

// Two versions of a client, as of two hosts, have no file in common.
func TestInstallVersions(t *testing.T) {
	dir := t.TempDir()
	one, _ := installed(t, dir, "one")
	two, files := installed(t, dir, "two")
	if len(files) != 4 || content(t, one) != "one" || content(t, two) != "two" {
		t.Errorf("got %v, want both clients", files)
	}
}
