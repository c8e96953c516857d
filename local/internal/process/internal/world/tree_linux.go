package world

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// tree is a copy of a part of this machine's file system that is not attached yet.
type tree struct {
	fd     int
	target string // where it goes in the world
}

// What holds for a tree and what is mounted in it, besides what held already.
const (
	readOnly = unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV
	device   = unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NOEXEC
	asIs     = 0
)

// copyTree copies what is at a path of this machine, with the mounts in it: an ordinary
// user may not leave those out, since they may hide something. mount_setattr(2) only
// adds, so what the machine has locked stays.
func copyTree(source, target string, attributes uint64) (*tree, error) {
	fd, err := unix.OpenTree(unix.AT_FDCWD, source, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE)
	if err != nil {
		return nil, pathError("mounting", source, err)
	}
	t := &tree{fd: fd, target: target}
	if attributes == asIs {
		return t, nil
	}
	set := unix.MountAttr{Attr_set: attributes}
	if err := unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH|unix.AT_RECURSIVE, &set); err != nil {
		t.close()
		return nil, pathError("protecting", source, err)
	}
	return t, nil
}

func (t *tree) close() { unix.Close(t.fd) }

// attach attaches the tree where it goes, with a folder or a file to attach it to.
func (t *tree) attach() error {
	var stat unix.Stat_t
	if err := unix.Fstat(t.fd, &stat); err != nil {
		return pathError("reading", t.target, err)
	}
	folder := t.target
	isFolder := stat.Mode&unix.S_IFMT == unix.S_IFDIR
	if !isFolder {
		folder = filepath.Dir(t.target)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if !isFolder {
		if err := touch(t.target); err != nil {
			return err
		}
	}
	if err := unix.MoveMount(t.fd, "", unix.AT_FDCWD, t.target, unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
		return pathError("mounting", t.target, err)
	}
	return nil
}

// touch makes an empty file where there is nothing, without opening it; see nameUser.
func touch(path string) error {
	if err := unix.Mknod(path, unix.S_IFREG|0o644, 0); err != nil && !errors.Is(err, unix.EEXIST) {
		return pathError("making", path, err)
	}
	return nil
}

// pathError returns an error as those of package os.
func pathError(op, path string, err error) error { return &os.PathError{Op: op, Path: path, Err: err} }
