package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"

	"maru/local/internal/process"
)

const (
	// readyLine is what maru says once it serves.
	readyLine = "Press CTRL+C to quit"
	// stopPatience is how long a server may take to stop before it is killed.
	stopPatience = 10 * time.Second
	// maxSaid is how many lines are kept of what a server says.
	maxSaid = 20
)

// addressPattern finds where a server listens in what it says.
var addressPattern = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)$`)

// errEnded is why a server that ended at its start is not ready.
var errEnded = errors.New("it ended")

// server is a running process to be measured. It must be stopped.
type server struct {
	path    string // of its program
	address string // host:port
	process *process.Process
	output  *os.File
	ready   chan string   // brings the address
	ended   chan struct{} // closed when the output has ended
	said    []string      // the last lines; not to be read before ended is closed
}

// startServer starts a server and waits until it says that it is ready, having
// said its address before that.
func startServer(ctx context.Context, cmd *exec.Cmd) (*server, error) {
	s, err := launch(cmd)
	if err != nil {
		return nil, err
	}
	select {
	case s.address = <-s.ready:
		return s, nil
	case <-s.ended:
		return nil, s.giveUp(errEnded)
	case <-ctx.Done():
		return nil, s.giveUp(ctx.Err())
	}
}

// launch starts a server's process, and does not wait until it is ready.
func launch(cmd *exec.Cmd) (*server, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("making a pipe: %w", err)
	}
	cmd.Stdout, cmd.Stderr = w, w
	p, err := process.Start(cmd, syscall.SIGKILL)
	w.Close()
	if err != nil {
		r.Close()
		return nil, fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	s := &server{path: cmd.Path, process: p, output: r, ready: make(chan string, 1), ended: make(chan struct{})}
	go s.listen()
	return s, nil
}

// listen reads what the server says, to its end, so that it never has to wait
// for a reader.
func (s *server) listen() {
	defer close(s.ended)
	var address string
	for lines := bufio.NewScanner(s.output); lines.Scan(); {
		line := lines.Text()
		if line == readyLine {
			s.ready <- address
			break
		}
		if m := addressPattern.FindStringSubmatch(line); m != nil {
			address = m[1]
		}
		s.said = append(s.said[max(0, len(s.said)+1-maxSaid):], line)
	}
	_, _ = io.Copy(io.Discard, s.output)
}

// giveUp stops a server that did not get ready because of err, and returns an
// error that has its last words.
func (s *server) giveUp(err error) error {
	s.stop()
	return fmt.Errorf("starting %s: %w; it said:\n%s", s.path, err, strings.Join(s.said, "\n"))
}

// stop asks the server to end, kills it if it does not, and waits for its end.
func (s *server) stop() {
	s.process.Terminate()
	timeout := time.AfterFunc(stopPatience, s.process.Kill)
	defer timeout.Stop()
	<-s.process.Done()
	s.output.Close()
	<-s.ended
}
