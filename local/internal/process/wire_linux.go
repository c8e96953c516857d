package process

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Between the host and its launcher there is one connection for requests; each brings
// one more, for what there is to say of its process: so nobody sorts answers, and none
// waits for another's. All keep messages apart (SOCK_SEQPACKET).
//
//	host ──request, descriptors──▶ launcher
//	     ◀──answer──                        when it has started, or could not
//	     ◀──ending──                        when it has been waited for

// request asks for a process. Its message carries the descriptors of the connection for
// the answer, of standard input, output and error, and of the cgroup where it is in one.
type request struct {
	World     World
	Path, Dir string
	Args, Env []string
	InCgroup  bool
}

// answer says what became of a request, or of the launcher's own beginning.
type answer struct {
	Failure *failure // nil where the process has started
	PID     int      // as the host sees it
}

// failure is an error in a form that can be sent.
type failure struct {
	Op, Path string
	Errno    syscall.Errno
}

// ending says how a process ended.
type ending struct {
	Status syscall.WaitStatus
	Peak   int64 // its peak memory in bytes; 0 where it may be the launcher's
}

// How large messages may be. A request has all variables and arguments; the kernel
// takes about 200 KB, where nobody has changed net.core.wmem_default.
const (
	maxRequest = 128 << 10
	maxAnswer  = 16 << 10
	maxEnding  = 512
	maxFiles   = 5
)

// failed returns the failure that an error tells of. One without a number, which only a
// fault of this package could have, is told as EINVAL.
func failed(err error) *failure {
	f := &failure{Op: err.Error(), Errno: syscall.EINVAL}
	if named, ok := errors.AsType[*fs.PathError](err); ok {
		f.Op, f.Path = named.Op, named.Path
	}
	errors.As(err, &f.Errno)
	return f
}

// err returns the error that a failure tells of, with the words of package os.
func (f *failure) err() error {
	if f == nil {
		return nil
	}
	return &fs.PathError{Op: f.Op, Path: f.Path, Err: f.Errno}
}

// pair returns the two ends of a connection: one for this process, and one to be sent to
// another and closed here.
func pair() (near *net.UnixConn, far *os.File, err error) {
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	far = os.NewFile(uintptr(ends[1]), "connection")
	near, err = connection(os.NewFile(uintptr(ends[0]), "connection"))
	if err != nil {
		far.Close()
		return nil, nil, err
	}
	return near, far, nil
}

// connection returns the connection that a file is, and closes the file.
func connection(f *os.File) (*net.UnixConn, error) {
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return nil, err
	}
	u, ok := c.(*net.UnixConn)
	if !ok {
		return nil, errors.Join(errors.New("the descriptor is not a Unix socket"), c.Close())
	}
	return u, nil
}

// send sends one message with descriptors, which stay open here.
func send(to *net.UnixConn, message any, descriptors ...int) error {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(message); err != nil {
		return err
	}
	if b.Len() > maxRequest {
		return fmt.Errorf("arguments and variables of %d bytes: %w", b.Len(), syscall.E2BIG)
	}
	var rights []byte
	if len(descriptors) > 0 {
		rights = unix.UnixRights(descriptors...)
	}
	_, _, err := to.WriteMsgUnix(b.Bytes(), rights, nil)
	return err
}

// receive returns the next message, in b, and the files that came with it. The end of
// the connection is io.EOF.
func receive(from *net.UnixConn, b []byte) (message []byte, files []*os.File, err error) {
	rights := make([]byte, unix.CmsgSpace(maxFiles*4))
	n, oobn, _, _, err := from.ReadMsgUnix(b, rights)
	if err != nil {
		return nil, nil, err
	}
	if n == 0 {
		return nil, nil, io.EOF
	}
	messages, err := unix.ParseSocketControlMessage(rights[:oobn])
	if err != nil {
		return nil, nil, err
	}
	for _, m := range messages {
		descriptors, err := unix.ParseUnixRights(&m)
		if err != nil {
			return nil, nil, err
		}
		for _, fd := range descriptors {
			files = append(files, os.NewFile(uintptr(fd), "received"))
		}
	}
	return b[:n], files, nil
}

// receiveInto receives a message without descriptors of at most limit bytes.
func receiveInto(from *net.UnixConn, limit int, message any) error {
	b, _, err := receive(from, make([]byte, limit))
	if err != nil {
		return err
	}
	return decode(b, message)
}

func decode(b []byte, message any) error { return gob.NewDecoder(bytes.NewReader(b)).Decode(message) }
