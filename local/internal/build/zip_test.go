package build

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// file is a file of an archive.
type file struct {
	name, content string
	mode          fs.FileMode
}

func archive(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		header := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
		header.SetMode(f.mode)
		to, err := w.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write([]byte(f.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUnpack(t *testing.T) {
	for _, test := range []struct {
		name  string
		files []file
		want  string // in the error; empty for none
	}{
		{"folders and links", []file{{"a/b/c.txt", "c", 0o644}, {"d/", "", fs.ModeDir | 0o755}, {"a/l", "b/c.txt", fs.ModeSymlink}, {"bootstrap", "x", 0o755}}, ""},
		{"a name that leads out", []file{{"../x", "", 0o644}}, "leads out"},
		{"one that leads out on its way", []file{{"a/../../x", "", 0o644}}, "leads out"},
		{"an absolute name", []file{{"/x", "", 0o644}}, "leads out"},
		{"a link that leads out", []file{{"a/l", "../../x", fs.ModeSymlink}}, "leads out"},
		{"an absolute link", []file{{"l", "/etc", fs.ModeSymlink}}, "leads out"},
		{
			"through links that lead out together",
			[]file{{"q/", "", fs.ModeDir | 0o755}, {"a/b", "../q", fs.ModeSymlink}, {"a/b/l", "../../x", fs.ModeSymlink}, {"q/l/y", "", 0o644}},
			"stands below another",
		},
		{"the same name twice", []file{{"a", "1", 0o644}, {"a", "2", 0o644}}, "file exists"},
		{"too long", []file{{"a", strings.Repeat("0", 600), 0o644}, {"b", strings.Repeat("0", 600), 0o644}}, "unpacks to more than"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "deep", "dir")
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			raw := archive(t, test.files...)
			err := unpack(dir, bytes.NewReader(raw), int64(len(raw)), 1000)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			checkWithin(t, dir)
		})
	}
}

// checkWithin fails where something was written beside dir.
func checkWithin(t *testing.T, dir string) {
	t.Helper()
	for above := dir; filepath.Base(above) != "deep"; above = filepath.Dir(above) {
		if entries, _ := os.ReadDir(filepath.Dir(above)); len(entries) != 1 {
			t.Errorf("got %v in %s, want %s alone", entries, filepath.Dir(above), filepath.Base(above))
		}
	}
}

func TestZip(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "code.zip")
	build := func(files ...file) Result {
		t.Helper()
		if err := os.WriteFile(path, archive(t, files...), 0o644); err != nil {
			t.Fatal(err)
		}
		b := &Builder{Dir: filepath.Join(dir, ".maru")}
		defer b.Close()
		results, err := b.Build(t.Context(), []Target{{LogicalID: "Z", CodeURI: path, Runtime: "provided.al2023"}})
		if err != nil {
			t.Fatal(err)
		}
		return results["Z"]
	}
	for _, test := range []struct {
		name  string
		files []file
		fresh bool
		err   bool
	}{
		{"first", []file{{"bootstrap", "1", 0o755}}, true, false},
		{"the same", []file{{"bootstrap", "1", 0o755}}, false, false},
		{"another", []file{{"bootstrap", "2", 0o755}}, true, false},
		{"without a bootstrap", []file{{"a", "2", 0o755}}, false, true},
		{"broken", []file{{"../bootstrap", "2", 0o755}}, false, true},
	} {
		r := build(test.files...)
		if r.Fresh != test.fresh || (r.Err != nil) != test.err {
			t.Errorf("%s: got %+v, want fresh %t, an error %t", test.name, r, test.fresh, test.err)
		}
		if want := path + " has no bootstrap at its top"; test.name == "without a bootstrap" && r.Err.Error() != want {
			t.Errorf("%s: got %v, want %s", test.name, r.Err, want)
		}
		if test.err {
			continue
		}
		if got, err := os.ReadFile(filepath.Join(r.Dir, "bootstrap")); err != nil || string(got) != test.files[0].content {
			t.Errorf("%s: got %q, %v", test.name, got, err)
		}
		if info, err := os.Stat(filepath.Join(r.Dir, "bootstrap")); err != nil || info.Mode().Perm() != 0o755 {
			t.Errorf("%s: got %v, want a file that can be run", test.name, info.Mode())
		}
	}
}

// Whatever an archive holds, nothing is written outside the folder, and no more
// than the limit.
func FuzzUnpack(f *testing.F) {
	f.Add(archive(f, file{"a/b", "c", 0o644}, file{"l", "a", fs.ModeSymlink}))
	f.Add(archive(f, file{"../x", "c", 0o644}))
	f.Add([]byte("PK"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		const limit = 1 << 10
		dir := filepath.Join(t.TempDir(), "deep", "dir")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		err := unpack(dir, bytes.NewReader(raw), int64(len(raw)), limit)
		checkWithin(t, dir)
		var written int64
		_ = filepath.Walk(dir, func(_ string, info fs.FileInfo, err error) error {
			if err == nil && info.Mode().IsRegular() {
				written += info.Size()
			}
			return nil
		})
		if err == nil && written > limit {
			t.Errorf("%d bytes were written, want no more than %d", written, limit)
		}
	})
}
