package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// buildPatience is how long building maru may take, and a start, which builds
// what functions have changed.
const buildPatience = 5 * time.Minute

// maru is the host, built from the module of the current folder.
type maru struct {
	binary, template string
}

// coldFunctions is how many functions of the template nobody has called when
// a cold request is measured.
const coldFunctions = 7

// buildMaru builds the host into dir, and by a first start the functions of the
// template, so that every later start finds them up to date.
func buildMaru(ctx context.Context, dir string) (*maru, error) {
	ctx, cancel := context.WithTimeout(ctx, buildPatience)
	defer cancel()
	root, err := moduleRoot(ctx)
	if err != nil {
		return nil, err
	}
	m := &maru{
		binary:   filepath.Join(dir, "maru"),
		template: filepath.Join(root, "local", "bench", "testdata", "template.yaml"),
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", m.binary, "./local")
	build.Dir = root
	build.Cancel = func() error { return build.Process.Signal(os.Interrupt) } // so that go ends its compilers
	build.WaitDelay = stopPatience
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building maru: %w\n%s", err, out)
	}
	s, err := m.start(ctx)
	if err != nil {
		return nil, fmt.Errorf("building the functions: %w", err)
	}
	s.stop()
	return m, nil
}

func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("asking go for the module: %w", err)
	}
	file := strings.TrimSpace(string(out))
	if file == "" || file == os.DevNull {
		return "", errors.New("the current folder is not in maru's module")
	}
	return filepath.Dir(file), nil
}

// start starts maru on a free port. What it logs for each request is made and
// then thrown away, so that the disk has no part in what is measured.
func (m *maru) start(ctx context.Context) (*server, error) {
	ctx, cancel := context.WithTimeout(ctx, buildPatience)
	defer cancel()
	return startServer(ctx, exec.Command(m.binary, "start-api",
		"-t", m.template, "-p", "0", "--lambda-port", "0", "--redis", "memory", "-l", os.DevNull))
}

// startUp is what the beginning of a host's life costs.
type startUp struct {
	Ready  time.Duration   `json:"ready_ns"`         // from its start to the first 200
	Cold   []time.Duration `json:"cold_ns"`          // first requests to functions
	Memory int64           `json:"memory,omitempty"` // at rest before any request, bytes; 0 is unknown
}

// measureStart starts a host for its first requests. It takes three looks: at
// the memory of a host at rest, at the time to the first answer, and at requests
// to functions that have no environment yet.
func (m *maru) measureStart(ctx context.Context) (u startUp, err error) {
	begin := time.Now()
	s, err := m.start(ctx)
	if err != nil {
		return u, err
	}
	defer s.stop()
	opened := time.Now()
	u.Memory = residentMemory(s.process.PID())
	begin = begin.Add(time.Since(opened)) // looking is not starting
	if _, err := firstRequest(ctx, subject{name: "http-api", address: s.address, path: "/http"}); err != nil {
		return u, err
	}
	u.Ready = time.Since(begin)
	for i := range coldFunctions {
		d, err := firstRequest(ctx, subject{name: "a cold function", address: s.address, path: fmt.Sprintf("/cold/%d", i+1)})
		if err != nil {
			return u, err
		}
		u.Cold = append(u.Cold, d)
	}
	return u, nil
}

// firstRequest sends one request on a new connection and says how long its
// answer took, without the connecting.
func firstRequest(ctx context.Context, s subject) (time.Duration, error) {
	g, err := dial(ctx, s, 1)
	if err != nil {
		return 0, err
	}
	defer g.close()
	o, err := g.run(ctx, 0)
	if err != nil {
		return 0, fmt.Errorf("requesting %s: %w", s.path, err)
	}
	return o.latencies.quantile(1), nil
}
