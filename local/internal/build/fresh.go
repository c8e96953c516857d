package build

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// entry says from what a folder was built. It is kept in a file of its own,
// named by a key for what else decides what is built, beside the builds.
type entry struct {
	// Dir is the folder, one below that of its build.
	Dir string
	// Sources are the folders and files that went into it.
	Sources []string
	// State is what fingerprint said of Sources before the build.
	State string
	// Content is what contentSum said of Dir after it, in entries of settled.
	Content string
}

// lookup returns the folder of an entry's file that is still true to its sources.
func (b *Builder) lookup(file string) (string, bool) {
	e, ok := b.lookupEntry(file)
	return e.Dir, ok
}

// lookupEntry is lookup for the whole entry.
func (b *Builder) lookupEntry(file string) (e entry, ok bool) {
	raw, err := os.ReadFile(file)
	if err != nil || json.Unmarshal(raw, &e) != nil || fingerprint(e.Sources) != e.State {
		return entry{}, false
	}
	// Used first, then looked at: another host may be deleting it.
	if b.use(filepath.Dir(e.Dir), 0) != nil || !exists(e.Dir) {
		return entry{}, false
	}
	return e, true
}

// once returns a folder that fill has filled, now or at an earlier start with
// the same key. The key stands for all that fill makes use of.
func (b *Builder) once(key, name string, fill func(dir string) error) (dir string, fresh bool, err error) {
	sum := sha256.Sum256([]byte(name + "\n" + key))
	file := b.entryPath(sum[:])
	if dir, ok := b.lookup(file); ok {
		return dir, false, nil
	}
	if dir, err = b.newDir(b.installedDir(), name); err == nil {
		err = fill(dir)
	}
	if err != nil {
		return "", false, err
	}
	b.record(file, entry{State: fingerprint(nil)}, dir)
	return dir, true, nil
}

func (b *Builder) entryPath(key []byte) string {
	return filepath.Join(b.Dir, hex.EncodeToString(key[:12])+".json")
}

// entryFile names the file of a target's entry by everything but its sources
// that decides what is built.
func (b *Builder) entryFile(t Target) string {
	h := sha256.New()
	goCommand, _ := exec.LookPath("go")
	settings, _ := os.UserConfigDir() // of go env -w
	fmt.Fprintln(h, t.CodeURI, goCommand, fingerprint([]string{goCommand, filepath.Join(settings, "go", "env")}))
	for _, name := range []string{"GOFLAGS", "GOAMD64", "GOARM64", "GOEXPERIMENT", "GOTOOLCHAIN", "GOWORK"} {
		fmt.Fprintln(h, name, os.Getenv(name))
	}
	return b.entryPath(h.Sum(nil))
}

// record remembers from what a folder was built. Where that cannot be written,
// the next start builds again.
func (b *Builder) record(file string, e entry, dir string) {
	e.Dir = dir
	if raw, err := json.Marshal(e); err == nil {
		_ = os.WriteFile(file, raw, 0o644)
	}
}

// listed is what `go list` says of a package.
type listed struct {
	Dir, ImportPath string
	Standard        bool
	Module          *struct {
		Main    bool
		GoMod   string
		Replace *struct{ Version string }
	}
	EmbedFiles, Deps []string
}

// local reports whether a package may change: it is not in the standard library
// and not a released module, which never does.
func (p *listed) local() bool {
	if p.Standard || p.Module == nil {
		return false
	}
	return p.Module.Main || p.Module.Replace != nil && p.Module.Replace.Version == ""
}

// entries returns, by logical ID, the sources of each target and their state. It
// is called before the build, so that a change during it is not missed. What
// cannot be listed has no entry.
func (g *goRun) entries(targets []Target) map[string]entry {
	packages := g.list(targets)
	entries := map[string]entry{}
	for _, p := range packages {
		for _, t := range targets {
			if same(p.Dir, t.CodeURI) {
				sources := p.sources(packages)
				entries[t.LogicalID] = entry{Sources: sources, State: fingerprint(sources)}
			}
		}
	}
	return entries
}

func same(a, b string) bool {
	if a == b {
		return true
	}
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(x, y)
}

// list returns the targets' packages and all that they import, by import path.
func (g *goRun) list(targets []Target) map[string]*listed {
	args := []string{"-deps", "-e", "-tags", goTags, "-json=Dir,ImportPath,Standard,Module,EmbedFiles,Deps"}
	for _, t := range targets {
		args = append(args, g.packageOf(t))
	}
	out, _, err := g.run("list", args...)
	if err != nil {
		return nil
	}
	packages := map[string]*listed{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(listed)
		if decoder.Decode(p) != nil {
			return packages
		}
		packages[p.ImportPath] = p
	}
}

// sources returns the folders and files that go into a package's binary: those
// of every local package it imports, what these embed, and what fixes the
// versions of the others.
func (p *listed) sources(packages map[string]*listed) []string {
	set := map[string]bool{}
	for _, name := range append(slices.Clone(p.Deps), p.ImportPath) {
		dep := packages[name]
		if dep == nil || !dep.local() {
			continue
		}
		set[dep.Dir] = true
		for _, file := range dep.EmbedFiles {
			// A file that is added beside it may be embedded, too.
			set[filepath.Join(dep.Dir, filepath.Dir(file))+everything] = true
		}
		root := filepath.Dir(dep.Module.GoMod)
		for _, name := range []string{"go.mod", "go.sum", "vendor/modules.txt"} {
			set[filepath.Join(root, name)] = true
		}
		for above := root; above != filepath.Dir(above); above = filepath.Dir(above) {
			set[filepath.Join(above, "go.work")] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// everything after a folder's path stands for all that is in the folder, and not
// only for Go's sources.
const everything = "/*"

// fingerprint sums up the state of files and folders: of each file, and of each
// Go source in a folder, the size and the time of its last change. Something
// that is missing counts as that.
func fingerprint(sources []string) string {
	h := sha256.New()
	note := func(path string) {
		if info, err := os.Stat(path); err == nil {
			fmt.Fprintln(h, path, info.Size(), info.ModTime().UnixNano())
		}
	}
	for _, path := range sources {
		path, all := strings.CutSuffix(path, everything)
		entries, err := os.ReadDir(path)
		if err != nil {
			note(path)
			continue
		}
		for _, e := range entries {
			if all || isSource(e.Name()) {
				note(filepath.Join(path, e.Name()))
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// isSource reports whether a file of a package's folder can be part of a build
// without being embedded. Tests are not.
func isSource(name string) bool {
	return !strings.HasSuffix(name, "_test.go") &&
		slices.Contains([]string{".go", ".s", ".syso"}, filepath.Ext(name))
}
