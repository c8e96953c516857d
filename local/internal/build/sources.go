package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// left are folders that are no part of a function's code.
var left = []string{".git", ".maru", ".aws-sam", "node_modules", "__pycache__"}

// isLeft reports whether a folder is not copied; a virtual environment of Python
// is known by its pyvenv.cfg, whatever its name.
func isLeft(path string) bool {
	return slices.Contains(left, filepath.Base(path)) || exists(filepath.Join(path, "pyvenv.cfg"))
}

// nothing is what copyTree leaves out of code that comes built.
func nothing(string) bool { return false }

// copyTree copies the files below src to dst, save in folders to leave out. A link
// to a file is copied as the file, one to a folder leads to the same folder; one
// that leads nowhere, and what is no file, is left out.
func copyTree(dst, src string, leave func(path string) bool) error {
	src, err := filepath.EvalSymlinks(src)
	if err != nil {
		return err
	}
	return filepath.WalkDir(src, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == src {
			return err
		}
		rel, err := filepath.Rel(src, path)
		if err != nil {
			return err
		}
		to := filepath.Join(dst, rel)
		switch {
		case entry.IsDir() && leave(path):
			return fs.SkipDir
		case entry.IsDir():
			return os.Mkdir(to, 0o755)
		case entry.Type() == fs.ModeSymlink:
			return copyLink(to, path, leave)
		case entry.Type().IsRegular():
			return copyFile(to, path)
		}
		return nil
	})
}

func copyLink(to, path string, leave func(path string) bool) error {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil
	}
	info, err := os.Stat(target)
	switch {
	case err != nil:
		return err
	case info.IsDir() && !leave(path):
		return os.Symlink(target, to)
	case info.Mode().IsRegular():
		return copyFile(to, target)
	}
	return nil
}

// copyFile copies a file with its permissions.
func copyFile(to, path string) error {
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}

// linkEntries links to each entry of src from dst, save where dst has its own.
// What Python compiled is no entry: each build writes its own beside it.
func linkEntries(dst, src string) error {
	entries, err := os.ReadDir(src)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == "__pycache__" {
			continue
		}
		err := os.Symlink(filepath.Join(src, e.Name()), filepath.Join(dst, e.Name()))
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

// copyFile makes a single file the function's code, as sam packages a CodeUri
// that names one.
func (b *Builder) copyFile(_ context.Context, t Target, dir string) (bool, error) {
	return false, copyFile(filepath.Join(dir, filepath.Base(t.CodeURI)), t.CodeURI)
}

// inline writes inline code to the file that Lambda gives it, index.py or
// index.js (CloudFormation, AWS::Lambda::Function Code, ZipFile).
func (b *Builder) inline(_ context.Context, t Target, dir string) (bool, error) {
	files := map[string]string{"index.py": t.InlineCode}
	if isNode(t.Runtime) {
		// Without a package.json of its own, node would go by that of the project
		// around the build folder, whose "type" may be "module".
		files = map[string]string{"index.js": t.InlineCode, packageJSON: "{}\n"}
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			return false, fmt.Errorf("writing inline code: %w", err)
		}
	}
	return false, nil
}
