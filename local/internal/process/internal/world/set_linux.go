package world

import (
	"bytes"
	"encoding/gob"
	"runtime"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"
)

// Set is the worlds that processes are in, or are about to start in. Its methods may be
// called at once.
type Set struct {
	mu   sync.Mutex            // guards the map and the numbers of users
	made map[string]*Namespace // by key
}

// Namespace is a world that is made. It lasts as long as somebody has entered it or a
// process is in it, and leaves nothing behind.
type Namespace struct {
	key   string
	users int // processes, and starts of some

	once  sync.Once // makes the fields below
	fd    int
	below []string // folders that are visible in /tmp
	err   error
}

// NewSet returns a set without worlds.
func NewSet() *Set { return &Set{made: map[string]*Namespace{}} }

// key tells a world from others: all of it but the size of /tmp, which each process has
// of its own.
func key(w World) string {
	w.TmpSize = 0
	var b bytes.Buffer
	_ = gob.NewEncoder(&b).Encode(w) // a buffer takes everything
	return b.String()
}

// Enter returns a world, which it makes where nobody is in it. Others who enter that one
// wait meanwhile, nobody else. It has to be left. An error names the folder that is the
// reason.
func (s *Set) Enter(description World) (*Namespace, error) {
	k := key(description)
	s.mu.Lock()
	w := s.made[k]
	if w == nil {
		w = &Namespace{key: k, fd: -1}
		s.made[k] = w
	}
	w.users++
	s.mu.Unlock()
	w.once.Do(func() { w.make(description) })
	if w.err != nil {
		s.Leave(w)
		return nil, w.err
	}
	return w, nil
}

// Leave gives a world up where nobody else is in it. Processes in it keep it.
func (s *Set) Leave(w *Namespace) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w.users--; w.users > 0 {
		return
	}
	delete(s.made, w.key)
	if w.fd >= 0 {
		unix.Close(w.fd)
	}
}

// make makes the namespace, on a thread that is locked to a goroutine and ends with it;
// see Join.
func (w *Namespace) make(description World) {
	done := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer close(done)
		var p *plan
		if p, w.err = newPlan(description); w.err != nil {
			return
		}
		defer p.close()
		w.below = p.below
		if w.err = unix.Unshare(unix.CLONE_NEWNS | unix.CLONE_FS); w.err != nil {
			w.err = pathError("making a namespace of mounts for", "/", w.err)
			return
		}
		if w.err = p.carryOut(); w.err == nil {
			w.fd, w.err = unix.Open("/proc/thread-self/ns/mnt", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		}
	}()
	<-done
}

// Join moves the calling thread into a copy of the world that has a /tmp of its own, of a
// size in bytes.
//
// What is in a namespace of mounts is a thread, not a process. So the caller's goroutine
// has to be locked to its thread, and must never be unlocked again: the thread ends with
// the goroutine, and nothing else ever runs on it. Nor does another thread inherit what
// it is in: once a goroutine is locked, Go starts threads only from one that is kept for
// this and was never locked (startTemplateThread in runtime/proc.go). It must not be the
// main thread, which does not end.
func (w *Namespace) Join(tmpSize int64) error {
	// setns(2) takes no thread that shares its working directory with others.
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return pathError("leaving", "the threads' folder", err)
	}
	if err := unix.Setns(w.fd, unix.CLONE_NEWNS); err != nil {
		return pathError("entering", "the world", err)
	}
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return pathError("copying", "the world", err)
	}
	return mountTmp(tmpSize, w.below)
}

// mountTmp mounts a /tmp with the folders that are to be seen in it, which so far are in
// the world's own.
func mountTmp(size int64, below []string) error {
	if size == 0 {
		size = 512 << 20
	}
	var shown []*tree
	for _, path := range below {
		t, err := copyTree(path, path, readOnly)
		if err != nil {
			return err
		}
		defer t.close()
		shown = append(shown, t)
	}
	options := "mode=1777,size=" + strconv.FormatInt(size, 10)
	if err := unix.Mount("tmpfs", "/tmp", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, options); err != nil {
		return pathError("mounting", "/tmp", err)
	}
	for _, t := range shown {
		if err := t.attach(); err != nil {
			return err
		}
	}
	return nil
}
