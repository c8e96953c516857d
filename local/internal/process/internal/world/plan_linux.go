package world

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"
)

// plan is a world before it is made: everything is copied from the machine first, since
// the world's root hides it. After that, all paths are the world's.
type plan struct {
	trees []*tree
	links [][2]string // where a symbolic link points to, and its path
	below []string    // folders that are visible in /tmp
}

// machine are the folders of the system that are shown as they are, where they exist: the
// last ones are those of NixOS and Guix.
var machine = []string{"/bin", "/etc", "/lib", "/lib32", "/lib64", "/libexec", "/libx32", "/sbin", "/usr", "/gnu", "/nix"}

// own are the folders that a world fills itself.
var own = []string{"/dev", "/opt", "/proc", "/tmp", "/var"}

// empty are those that a world has besides, with nothing in them unless it is shown.
var empty = []string{"/home", "/mnt", "/root", "/run", "/srv", "/sys", "/var/task"}

// devices are all that a world has, where they exist.
var devices = []string{"/dev/full", "/dev/null", "/dev/random", "/dev/urandom", "/dev/zero"}

// devLinks are what programs expect in /dev besides.
var devLinks = [][2]string{
	{"/proc/self/fd", "/dev/fd"}, {"/proc/self/fd/0", "/dev/stdin"},
	{"/proc/self/fd/1", "/dev/stdout"}, {"/proc/self/fd/2", "/dev/stderr"},
}

// newPlan copies from the machine what a world has. It must be closed.
func newPlan(w World) (*plan, error) {
	p := &plan{links: slices.Clone(devLinks)}
	err := p.fill(w)
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *plan) close() {
	for _, t := range p.trees {
		t.close()
	}
}

// fill copies in an order in which what is nested comes later.
func (p *plan) fill(w World) error {
	for _, path := range machine {
		if err := p.show(path, path); err != nil {
			return err
		}
	}
	if err := p.showAll("/var", "/var", "task", "runtime", "lang"); err != nil {
		return err
	}
	for _, path := range devices {
		if err := p.add(path, path, device); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if err := p.add("/proc", "/proc", asIs); err != nil {
		return err
	}
	visible, err := further(w.Visible)
	if err != nil {
		return err
	}
	if err := p.showLambda(w, visible); err != nil {
		return err
	}
	for _, path := range append(visible, resolver()...) {
		if err := p.add(path, path, readOnly); err != nil {
			return err
		}
	}
	return nil
}

// showLambda adds Lambda's folders. Where something else is to be seen in /opt, that is
// a folder of its own with what the layers have.
func (p *plan) showLambda(w World, visible []string) error {
	folders := []struct{ source, target string }{
		{w.Task, "/var/task"}, {w.Runtime, "/var/runtime"}, {w.Lang, "/var/lang"}, {w.Opt, "/opt"},
	}
	for _, f := range folders {
		if f.source == "" {
			continue
		}
		err := isFolder(f.source)
		shared := slices.ContainsFunc(visible, func(path string) bool { return within(path, f.target) })
		switch {
		case err != nil:
		case shared:
			err = p.showAll(f.source, f.target)
		default:
			err = p.add(f.source, f.target, readOnly)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// isFolder says why a path is not that of a folder.
func isFolder(path string) error {
	if !filepath.IsAbs(path) {
		return pathError("mounting", path, unix.EINVAL)
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return pathError("mounting", path, unix.ENOTDIR)
	}
	return nil
}

// add copies what is at source.
func (p *plan) add(source, target string, attributes uint64) error {
	t, err := copyTree(source, target, attributes)
	if err != nil {
		return err
	}
	p.trees = append(p.trees, t)
	if within(target, "/tmp") {
		p.below = append(p.below, target)
	}
	return nil
}

// show adds a folder or a file of the machine, or a symbolic link as what it is. One that
// is missing is none.
func (p *plan) show(source, target string) error {
	info, err := os.Lstat(source)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&os.ModeSymlink == 0:
		return p.add(source, target, readOnly)
	}
	link, err := os.Readlink(source)
	p.links = append(p.links, [2]string{link, target})
	return err
}

// showAll adds what is in a folder, but for some names.
func (p *plan) showAll(source, target string, but ...string) error {
	entries, err := os.ReadDir(source)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if slices.Contains(but, e.Name()) {
			continue
		}
		if err := p.show(filepath.Join(source, e.Name()), filepath.Join(target, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// further returns of folders that are to be visible those that are not so already.
func further(visible []string) (folders []string, err error) {
	visible = slices.Sorted(slices.Values(visible)) // outer ones first
	shown := append(slices.Clone(machine), "/var")
	for _, path := range visible {
		path = filepath.Clean(path)
		covers := func(folder string) bool { return within(folder, path) }
		switch {
		case !filepath.IsAbs(path), slices.ContainsFunc(own, covers):
			return nil, pathError("making visible", path, unix.EINVAL)
		case slices.ContainsFunc(shown, func(folder string) bool { return within(path, folder) }):
			continue
		}
		shown = append(shown, path)
		folders = append(folders, path)
	}
	return folders, nil
}

// within reports whether a path is a folder's, or that of something in it.
func within(path, folder string) bool {
	below, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(below)
}

// resolver returns what a world needs besides to look up names: a service that keeps
// /etc/resolv.conf leaves a symbolic link there, and replaces the file that this points
// to. So its folder is shown, unless that has much else.
func resolver() []string {
	path, err := filepath.EvalSymlinks("/etc/resolv.conf")
	if err != nil || within(path, "/etc") {
		return nil
	}
	if folder := filepath.Dir(path); filepath.Dir(folder) != "/" {
		path = folder
	}
	missing, err := further([]string{path})
	if err != nil {
		return nil
	}
	return missing
}
