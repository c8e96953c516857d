package main

import (
	"bytes"
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

// maru is a host to be measured: the one of the current folder's module, or another,
// whose name comes before those of its subjects.
type maru struct {
	name     string // empty for that of this module
	binary   string
	project  string  // the folder of testdata
	template string  // in a folder of its own, since what hosts keep lies beside it
	host     *server // the one under load
}

// otherName is that of the other maru.
const otherName = "other"

// coldFunctions is how many functions of the template nobody has called when
// a cold request is measured.
const coldFunctions = 7

// buildMaru builds the host of the current folder's module and prepares it in dir.
func buildMaru(ctx context.Context, dir string) (*maru, error) {
	ctx, cancel := context.WithTimeout(ctx, buildPatience)
	defer cancel()
	root, err := moduleRoot(ctx)
	if err != nil {
		return nil, err
	}
	m := &maru{binary: filepath.Join(dir, "maru"), project: filepath.Join(root, "local", "bench", "testdata")}
	build := exec.CommandContext(ctx, "go", "build", "-o", m.binary, "./local")
	build.Dir = root
	build.Cancel = func() error { return build.Process.Signal(os.Interrupt) } // so that go ends its compilers
	build.WaitDelay = stopPatience
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building maru: %w\n%s", err, out)
	}
	return m, m.prepare(ctx, dir)
}

// prepare puts the template into dir, and builds by a first start its functions, so
// that every later start finds them up to date.
func (m *maru) prepare(ctx context.Context, dir string) error {
	text, err := os.ReadFile(filepath.Join(m.project, "template.yaml"))
	if err != nil {
		return err
	}
	code := fmt.Appendf(nil, "CodeUri: %q", filepath.Join(m.project, "function"))
	text = bytes.Replace(text, []byte("CodeUri: function/"), code, 1)
	m.template = filepath.Join(dir, "template.yaml")
	if err := writeFile(m.template, text); err != nil {
		return err
	}
	s, err := m.start(ctx)
	if err != nil {
		return fmt.Errorf("building the functions: %w", err)
	}
	s.stop()
	return nil
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

// subject is what this maru serves at a path.
func (m *maru) subject(name, path string) subject {
	return subject{m.subjectName(name), m.host.address, path, m.host.process.PID()}
}

// subjectName is how a subject of every maru is called where it is this one's.
func (m *maru) subjectName(name string) string {
	if m.name == "" {
		return name
	}
	return m.name + "-" + name
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
	Round  int             `json:"round,omitempty"`
	Maru   string          `json:"maru,omitempty"`   // whose start it is; empty for that of this module
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
	u.Maru = m.name
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
