package redis

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"maru/local/internal/filelock"
	"maru/local/internal/process"
)

// addressFile is where a running server's address stands, for other hosts of
// the same folder. lockFile is held by the host that started it.
const (
	addressFile = "address"
	lockFile    = "lock"
)

// startTimeout bounds the wait for a started server: a long append-only file
// takes a while to be read.
const startTimeout = 30 * time.Second

// startServer starts program with its data in c.Dir, or joins the one that
// another host has started there: two servers must not write one file.
func startServer(ctx context.Context, program string, c Config) (*Server, error) {
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the Redis folder: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(c.Dir, lockFile), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("locking the Redis folder: %w", err)
	}
	if !filelock.TryLock(lock) {
		lock.Close()
		return join(ctx, c.Dir)
	}
	s, err := launch(ctx, program, c)
	if err != nil {
		lock.Close()
		return nil, err
	}
	stop := s.close
	s.close = func() error { return errors.Join(stop(), lock.Close()) }
	return s, nil
}

// join uses the server that another host has started in dir. That host may have
// begun just now, so its address is waited for.
func join(ctx context.Context, dir string) (*Server, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	s := new(Server)
	err := poll(ctx, func() error {
		raw, err := os.ReadFile(filepath.Join(dir, addressFile))
		if err != nil {
			return err
		}
		s.URL = "redis://" + strings.TrimSpace(string(raw))
		s.Description = fmt.Sprintf("%s, started by another maru in this folder and ended by it", s.URL)
		return ping(ctx, s.URL)
	})
	if err != nil {
		return nil, fmt.Errorf("joining the Redis of another maru in %s (or use --redis URL): %w", dir, err)
	}
	return s, nil
}

// launch starts program and waits until it answers.
func launch(ctx context.Context, program string, c Config) (*Server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	said := new(lastWords)
	cmd := exec.Command(program, "--port", port, "--bind", "127.0.0.1", "--dir", c.Dir,
		"--appendonly", "yes", "--save", "", "--daemonize", "no", "--maxmemory-policy", "noeviction")
	cmd.Stdout, cmd.Stderr = said, said
	child, err := process.Start(cmd, syscall.SIGTERM)
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", program, err)
	}
	address := net.JoinHostPort("127.0.0.1", port)
	if err := await(ctx, child, address); err != nil {
		terminate(child)
		return nil, fmt.Errorf("starting %s in %s: %w\n%s", filepath.Base(program), c.Dir, err, said)
	}
	err = os.WriteFile(filepath.Join(c.Dir, addressFile), []byte(address+"\n"), 0o644)
	if err != nil {
		terminate(child)
		return nil, fmt.Errorf("noting the address of Redis: %w", err)
	}
	return &Server{
		URL:         "redis://" + address,
		Description: fmt.Sprintf("%s at %s, data kept in %s", filepath.Base(program), address, c.Dir),
		close: func() error {
			terminate(child)
			return os.Remove(filepath.Join(c.Dir, addressFile))
		},
	}, nil
}

// lastWords keeps the end of what a server prints, for the case that it does not
// start.
type lastWords struct {
	mu   sync.Mutex
	text []byte
}

// kept is how many bytes lastWords keeps.
const kept = 1 << 10

// Write keeps the end of p.
func (l *lastWords) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	l.text = l.text[max(0, len(l.text)-kept):]
	return len(p), nil
}

// String returns what is kept, from the beginning of a line.
func (l *lastWords) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := string(l.text)
	if _, lines, found := strings.Cut(text, "\n"); found && len(text) == kept {
		text = lines
	}
	return strings.TrimSpace(text)
}

// await waits until the server answers, or has ended.
func await(ctx context.Context, child *process.Process, address string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	return poll(ctx, func() error {
		select {
		case <-child.Done():
			cancel()
			return fmt.Errorf("it ended at once: %v", child.Err())
		default:
			return ping(ctx, "redis://"+address)
		}
	})
}

// poll calls try until it succeeds or ctx is done, and returns its last error.
func poll(ctx context.Context, try func() error) error {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-ticker.C:
		}
	}
}

// terminate lets the server write its file and end.
func terminate(child *process.Process) {
	child.Terminate()
	select {
	case <-child.Done():
	case <-time.After(10 * time.Second):
		child.Kill()
		<-child.Done()
	}
}
