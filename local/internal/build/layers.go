package build

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Layer is a layer that is ready: what of its files goes where in /opt.
type Layer struct{ parts []part }

// part is a folder whose content a layer has below a path.
type part struct {
	from, below string
	// sources tells that the folder is a project's, of which not all is code.
	sources bool
}

// Layer makes the content of a layer ready. CodeURI is a folder or a zip archive
// of what /opt gets, or the sources for a Method: "makefile", or a runtime of
// Python or Node.js with its Interpreter, whose pip or npm then installs what a
// manifest asks for.
func (b *Builder) Layer(ctx context.Context, t Target) (Layer, error) {
	if err := b.prepare(); err != nil {
		return Layer{}, err
	}
	info, err := os.Stat(t.CodeURI)
	switch {
	case err != nil:
		return Layer{}, fmt.Errorf("finding the layer's content: %w", err)
	case !info.IsDir() && !isZip(t.CodeURI):
		return Layer{}, fmt.Errorf("%s is neither a folder nor a zip archive", t.CodeURI)
	case !info.IsDir():
		dir, _, err := b.unzipped(t)
		return Layer{[]part{{from: dir}}}, err
	case t.Method == "":
		return Layer{[]part{{from: t.CodeURI}}}, nil
	case t.Method == methodMakefile:
		dir, err := b.newDir(b.Dir, t.LogicalID)
		if err == nil {
			_, err = b.make(ctx, t, dir)
		}
		return Layer{[]part{{from: dir}}}, err
	case isPython(t.Method), isNode(t.Method):
		return b.modules(ctx, t)
	}
	return Layer{}, fmt.Errorf("build method %q is not supported for layers: use makefile, python3.* or nodejs*.x", t.Method)
}

// modules makes a layer of sources and of what they depend on, where the sources
// have nothing of that name, in the folder of /opt where "sam build" puts them
// (AWS SAM Developer Guide, "Building Lambda layers in AWS SAM").
func (b *Builder) modules(ctx context.Context, t Target) (Layer, error) {
	below, depends, install := "python", hasRequirements, b.pip
	if isNode(t.Method) {
		below, depends, install = "nodejs", hasPackages, b.npm
	}
	sources := part{from: t.CodeURI, below: below, sources: true}
	if !depends(t.CodeURI) {
		return Layer{[]part{sources}}, nil
	}
	dir, _, err := install(ctx, t)
	return Layer{[]part{{from: dir, below: below}, sources}}, err
}

// Opt returns a folder with the files of a function's layers, which is what
// /opt is on Lambda: of files of one name that of the later layer counts, and so it
// is where one has a file and another a folder. It is filled once for each content and kept as a build is.
func (b *Builder) Opt(layers ...Layer) (string, error) {
	files := fileSet{sources: map[string]string{}, folders: map[string]bool{}}
	for _, l := range layers {
		for _, p := range l.parts {
			if err := files.add(p, p.below, p.from, nil); err != nil {
				return "", fmt.Errorf("reading a layer: %w", err)
			}
		}
	}
	key, err := files.key()
	if err != nil {
		return "", fmt.Errorf("reading a layer: %w", err)
	}
	dir, _, err := b.once(key, "opt", files.copy)
	if err != nil {
		return "", fmt.Errorf("putting layers together: %w", err)
	}
	return dir, nil
}

// fileSet are files below a folder.
type fileSet struct {
	// sources has, by the path of each, the file that it is a copy of.
	sources map[string]string
	// folders are those that the files stand in, and more: it keeps those whose
	// place a file took, and those that are empty and not copied.
	folders map[string]bool
}

// enter makes a folder of a path, whatever stood there.
func (s fileSet) enter(path string) {
	delete(s.sources, path)
	s.folders[path] = true
}

// put lets a file stand at a path, whatever stood there.
func (s fileSet) put(path, source string) {
	if s.folders[path] {
		maps.DeleteFunc(s.sources, func(other, _ string) bool { return strings.HasPrefix(other, path+string(filepath.Separator)) })
	}
	s.sources[path] = source
}

// add adds the files of a part's folder from, which come to stand below a path.
// A link is what it leads to: in the place where it comes to stand it could lead
// elsewhere. One to a folder around it, above, to itself, or to nothing is left out.
func (s fileSet) add(p part, below, from string, above []string) error {
	real, err := filepath.EvalSymlinks(from)
	if err != nil || slices.Contains(above, real) {
		return err
	}
	s.enter(below)
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		path, to := filepath.Join(from, e.Name()), filepath.Join(below, e.Name())
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ELOOP):
		case err != nil:
			return err
		case info.IsDir() && p.sources && isLeft(path):
		case info.IsDir():
			if err := s.add(p, to, path, append(above, real)); err != nil {
				return err
			}
		case info.Mode().IsRegular():
			s.put(to, path)
		}
	}
	return nil
}

// key sums up the files: their paths, permissions and content.
func (s fileSet) key() (string, error) {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(s.sources)) {
		if err := addFile(h, name, s.sources[name]); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func addFile(w io.Writer, name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%q %v %d\n", name, info.Mode().Perm(), info.Size())
	_, err = io.Copy(w, f)
	return err
}

// copy writes the files to the new folder dir.
func (s fileSet) copy(dir string) error {
	for _, name := range slices.Sorted(maps.Keys(s.sources)) {
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := copyFile(to, s.sources[name]); err != nil {
			return err
		}
	}
	return nil
}
