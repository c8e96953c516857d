package managed

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

//go:embed python/bootstrap.py nodejs/*.mjs
var clients embed.FS

// install writes the files of a runtime client below dir, those in the folder of
// the one that it begins with, and returns the path of that one. Their new folder is
// named by what they hold: another version of this host, which may start
// environments at this moment, gets no mixture of its files and these.
func install(dir string, from fs.FS, client string) (string, error) {
	names, err := fs.Glob(from, path.Join(path.Dir(client), "*"))
	if err != nil {
		return "", err
	}
	files, sum := map[string][]byte{}, sha256.New()
	for _, name := range names {
		content, err := fs.ReadFile(from, name)
		if err != nil {
			return "", err
		}
		files[path.Base(name)] = content
		fmt.Fprintf(sum, "%s %d\n%s", name, len(content), content)
	}
	dir = filepath.Join(dir, fmt.Sprintf("%s-%x", path.Dir(client), sum.Sum(nil)[:6]))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	for name, content := range files {
		if err := put(filepath.Join(dir, name), content); err != nil {
			return "", err
		}
	}
	return filepath.Join(dir, path.Base(client)), nil
}

// put writes a file. Another host may run it at this moment, so it is put in place
// as a whole, and left alone where it is there.
func put(path string, content []byte) error {
	if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, content) {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
