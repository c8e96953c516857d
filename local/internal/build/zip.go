package build

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxUnzipped is how long the files of a function may be in all (Lambda quotas,
// "Deployment package (.zip file archive) size"), in bytes.
const maxUnzipped = 250 << 20

// isZip reports whether a file is a zip archive, whatever its name.
func isZip(path string) bool {
	r, err := zip.OpenReader(path)
	if err == nil {
		r.Close()
	}
	return !errors.Is(err, zip.ErrFormat) && !errors.Is(err, io.EOF)
}

// unzip links dir to what the archive holds.
func (b *Builder) unzip(_ context.Context, t Target, dir string) (bool, error) {
	code, fresh, err := b.unzipped(t)
	if err != nil {
		return false, err
	}
	// Node finds modules from where a file really is, so the folder is a link as
	// a whole, not each of its entries.
	if err := os.Remove(dir); err != nil {
		return false, err
	}
	return fresh, os.Symlink(code, dir)
}

// unzipped returns a folder with what the archive holds, which is unpacked once
// for each content.
func (b *Builder) unzipped(t Target) (dir string, fresh bool, err error) {
	f, err := os.Open(t.CodeURI)
	if err != nil {
		return "", false, fmt.Errorf("opening the archive: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	size, err := io.Copy(h, f)
	if err != nil {
		return "", false, fmt.Errorf("reading the archive: %w", err)
	}
	dir, fresh, err = b.once(hex.EncodeToString(h.Sum(nil)), "zip", func(dir string) error {
		return unpack(dir, f, size, maxUnzipped)
	})
	if err != nil {
		return "", false, fmt.Errorf("unpacking %s: %w", t.CodeURI, err)
	}
	return dir, fresh, nil
}

var errTooLong = fmt.Errorf("the archive unpacks to more than %d MB, which Lambda does not take", maxUnzipped>>20)

// unpack writes the files of an archive below dir. Names and links that lead out
// of it are errors, and so are more than limit bytes in all, whatever the
// archive says of its files' sizes.
func unpack(dir string, r io.ReaderAt, size, limit int64) error {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, f := range archive.File {
		n, err := unpackFile(root, f, limit)
		if err != nil {
			return fmt.Errorf("%q: %w", f.Name, err)
		}
		limit -= n
	}
	return nil
}

// unpackFile writes one file of an archive and returns its length.
func unpackFile(root *os.Root, f *zip.File, limit int64) (int64, error) {
	name := filepath.FromSlash(f.Name)
	if !filepath.IsLocal(name) {
		return 0, errors.New("the name leads out of the archive")
	}
	if f.FileInfo().IsDir() {
		return 0, root.MkdirAll(name, 0o755)
	}
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return 0, err
	}
	from, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer from.Close()
	limited := io.LimitReader(from, limit+1)
	if f.Mode().Type() == fs.ModeSymlink {
		return 0, unpackLink(root, name, limited)
	}
	// The bits are the archive's, as on AWS, but that this host may read it.
	to, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, f.Mode().Perm()|0o444)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(to, limited)
	if n > limit {
		err = errTooLong
	}
	return n, errors.Join(err, to.Close())
}

// unpackLink makes a link to what is within the archive. What its path means is
// plain only where no other link stands above it.
func unpackLink(root *os.Root, name string, r io.Reader) error {
	target, err := io.ReadAll(io.LimitReader(r, 4096))
	if err != nil {
		return err
	}
	for above := filepath.Dir(name); above != "."; above = filepath.Dir(above) {
		if info, err := root.Lstat(above); err != nil || info.Mode().Type() == fs.ModeSymlink {
			return errors.Join(errors.New("the link stands below another"), err)
		}
	}
	if to := string(target); filepath.IsAbs(to) || !filepath.IsLocal(filepath.Join(filepath.Dir(name), to)) {
		return errors.New("the link leads out of the archive")
	}
	return root.Symlink(string(target), name)
}
