package main

import (
	"bufio"
	"context"
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
	// readyLine is what maru says once every door is open.
	readyLine = "Press CTRL+C to quit"
	// stopPatience is how long a server may take to stop before it is killed.
	stopPatience = 10 * time.Second
)

// addressPattern finds where a server listens in what it says.
var addressPattern = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)$`)

// server is a running process to be measured. It must be stopped.
type server struct {
	address string // host:port
	process *process.Process
	output  *os.File
	ready   chan string   // brings the address
	ended   chan struct{} // closed when the output has ended
	said    []string      // until ready; complete when ended is closed
}

// startServer starts a server and waits until it says on its standard error
// that it is ready, having said its address before that.
func startServer(ctx context.Context, cmd *exec.Cmd) (*server, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("making a pipe: %w", err)
	}
	cmd.Stderr = w
	p, err := process.Start(cmd, syscall.SIGKILL)
	w.Close()
	if err != nil {
		r.Close()
		return nil, fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	s := &server{process: p, output: r, ready: make(chan string, 1), ended: make(chan struct{})}
	go s.listen()
	select {
	case s.address = <-s.ready:
		return s, nil
	case <-s.ended:
		s.stop()
		return nil, fmt.Errorf("starting %s: it ended and said:\n%s", cmd.Path, strings.Join(s.said, "\n"))
	case <-ctx.Done():
		s.stop()
		return nil, fmt.Errorf("starting %s: %w; it said:\n%s", cmd.Path, ctx.Err(), strings.Join(s.said, "\n"))
	}
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
		s.said = append(s.said, line)
		if m := addressPattern.FindStringSubmatch(line); m != nil {
			address = m[1]
		}
	}
	_, _ = io.Copy(io.Discard, s.output)
}

// stop asks the server to end, kills it if it does not, and waits for its end.
func (s *server) stop() {
	s.process.Signal(syscall.SIGTERM)
	timeout := time.AfterFunc(stopPatience, s.process.Kill)
	defer timeout.Stop()
	<-s.process.Done()
	s.output.Close()
	<-s.ended
}
