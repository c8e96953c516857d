package world

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// carryOut makes the world on this thread, which is in a namespace of its own.
func (p *plan) carryOut() error {
	if err := newRoot(); err != nil {
		return err
	}
	for _, path := range slices.Concat(own, empty) {
		if err := os.MkdirAll(path, 0o755); err != nil {
			return err
		}
	}
	for _, link := range p.links {
		if err := unix.Symlink(link[0], link[1]); err != nil {
			return pathError("linking", link[1], err)
		}
	}
	for _, t := range p.trees {
		if err := t.attach(); err != nil {
			return err
		}
	}
	if err := nameUser(); err != nil {
		return err
	}
	set := unix.MountAttr{Attr_set: readOnly}
	if err := unix.MountSetattr(unix.AT_FDCWD, "/", 0, &set); err != nil {
		return pathError("protecting", "/", err)
	}
	return nil
}

// newRoot makes an empty file system this thread's root. It is mounted on a folder that
// every machine has, and hides that for a moment.
func newRoot() error {
	const base = "/tmp"
	if err := unix.Mount("tmpfs", base, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755"); err != nil {
		return pathError("mounting", base, err)
	}
	if err := unix.Chdir(base); err != nil {
		return pathError("changing to", base, err)
	}
	// With both arguments ".", the old root ends up over the new one (pivot_root(2)).
	if err := unix.PivotRoot(".", "."); err != nil {
		return pathError("changing", "/", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return pathError("unmounting", "the machine's root", err)
	}
	return nil
}

// nameUser has the users of the world's /etc/passwd be the machine's and Lambda's: some
// programs end where their user has no name.
//
// The file is made in a file system of its own. In the root, the descriptor by which it
// is written could be for a moment also that of a child which another thread forks,
// and would keep the root from becoming read-only.
func nameUser() error {
	const path, draft, base = "/etc/passwd", "/run/passwd", "/run"
	users, err := withLambdaUser(path)
	if err != nil || users == nil {
		return err
	}
	if err := unix.Mount("tmpfs", base, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755"); err != nil {
		return pathError("mounting", base, err)
	}
	defer unix.Unmount(base, unix.MNT_DETACH) // what is attached elsewhere stays
	if err := os.WriteFile(draft, users, 0o644); err != nil {
		return err
	}
	t, err := copyTree(draft, path, readOnly)
	if err != nil {
		return err
	}
	defer t.close()
	return t.attach()
}

// withLambdaUser returns a file of users with Lambda's first; nil where the machine has
// its users elsewhere.
func withLambdaUser(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil, nil
	}
	users, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	b := fmt.Appendf(nil, "sbx_user1051:x:%d:%d::/home/sbx_user1051:/sbin/nologin\n", User, Group)
	for line := range strings.Lines(string(users)) {
		if fields := strings.Split(line, ":"); len(fields) < 3 || fields[2] != strconv.Itoa(User) {
			b = append(b, line...)
		}
	}
	return b, nil
}
