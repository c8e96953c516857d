// Package host puts the parts of the local host together: it reads a template,
// builds the functions, finds a Redis, and opens the doors.
//
//	template.Load ─▶ build.Build ─▶ lambda.New ─▶ gateway.New ─▶ doors
//	                 redis.Open ──────┤
//	                 async.Open ──────┘
//
// The order of a start is chosen so that what is wrong is said at once: the
// template and the files beside it first, then the ports, then what takes long.
package host

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"maru/local/internal/async"
	"maru/local/internal/build"
	"maru/local/internal/cgroup"
	"maru/local/internal/gateway"
	"maru/local/internal/lambda"
	"maru/local/internal/managed"
	"maru/local/internal/redis"
	"maru/local/internal/server"
	"maru/local/internal/template"
)

// Host is a running host. It must be closed.
type Host struct {
	Stack  *template.Stack
	Lambda *lambda.Lambda
	// APIAddr and LambdaAddr are the addresses of the doors that are open.
	APIAddr, LambdaAddr net.Addr

	config  Config
	cgroup  *cgroup.Tree // nil where the memory of functions is measured
	out     *lineWriter  // what is said to the user
	logs    *lineWriter  // what log and the functions write
	log     *slog.Logger
	redis   *redis.Server
	queue   *async.Queue // nil where nothing is invoked asynchronously
	builder *build.Builder
	built   map[string]build.Result
	// configured are the functions as Lambda has them.
	configured []*lambda.Function
	// runtimes are the managed ones, by their identifiers.
	runtimes map[string]*managed.Runtime
	// opt are the folders of functions' layers, by the functions' logical IDs.
	opt map[string]string
	// certificates are what the APIs are served with; nil for HTTP.
	certificates []tls.Certificate

	gateway *gateway.Gateway
	static  *static
	servers []*server.Server
	// named tells whether the system finds the doors' names; nil where nobody asked.
	named   <-chan bool
	failed  chan error
	serving sync.WaitGroup
}

// stateDir is the folder beside the template in which builds and data are kept.
const stateDir = ".maru"

// Start starts a host and returns when its doors are open. ctx ends the start,
// not the host. An error leaves nothing behind.
func Start(ctx context.Context, c Config) (*Host, error) {
	if c.Template == "" {
		c.Template = "template.yaml"
	}
	if c.Output == nil {
		c.Output = io.Discard
	}
	h := &Host{config: c, out: newLineWriter(c.Output), failed: make(chan error, 2)}
	if h.logs = h.out; c.Log != nil {
		h.logs = newLineWriter(c.Log)
	}
	h.log = slog.New(slog.NewTextHandler(h.logs, &slog.HandlerOptions{Level: c.level(), ReplaceAttr: brief}))
	if err := h.start(ctx); err != nil {
		closing, cancel := context.WithCancel(context.Background())
		cancel()
		return nil, errors.Join(err, h.Close(closing))
	}
	return h, nil
}

func (h *Host) start(ctx context.Context) (err error) {
	// A template can ask for the address of a function URL, so the port is taken
	// first; that it cannot be is said after what is wrong with the template.
	apis, taken := listen(h.config.APIAddress, "--port")
	var invokes net.Listener
	defer func() {
		if err != nil {
			err = errors.Join(err, closeListener(apis), closeListener(invokes))
		}
	}()
	environment, err := h.read(apis)
	if err := cmp.Or(err, taken); err != nil {
		return err
	}
	if invokes, err = listen(h.config.LambdaAddress, h.config.lambdaFlag()); err != nil {
		return err
	}
	if err := h.keepOutOfGit(); err != nil {
		return err
	}
	if apis != nil {
		h.lookUpName(ctx)
	}
	h.announceStack()
	for _, line := range environment.unused {
		fmt.Fprintf(h.out, "  %s\n", line)
	}
	h.openCgroup()
	if err := h.prepare(ctx, environment); err != nil {
		return err
	}
	return h.open(apis, invokes)
}

// read reads the template, the variables that functions get beside it, and the
// certificate. Function URLs have their addresses on apis; where that is nil, AWS's.
func (h *Host) read(apis net.Listener) (*environment, error) {
	options := h.config.Options
	if apis != nil {
		options.URL = func(logicalID string) string { return h.config.door(apis.Addr(), logicalID) + "/" }
	}
	var err error
	if h.Stack, err = template.Load(h.config.Template, options); err != nil {
		return nil, err
	}
	// What is set for the functions that only leaves out is no mistake.
	environment, err := newEnvironment(h.config, h.Stack)
	if err != nil {
		return nil, err
	}
	if h.certificates, err = h.config.certificates(); err != nil {
		return nil, err
	}
	return environment, h.only()
}

// only leaves those functions in the stack that Config.Only names.
func (h *Host) only() error {
	if h.config.Only == nil {
		return nil
	}
	var names []string
	for _, f := range h.Stack.Functions {
		names = append(names, f.LogicalID)
	}
	for _, name := range h.config.Only {
		if !slices.ContainsFunc(h.Stack.Functions, func(f *template.Function) bool { return f.AnswersTo(name) }) {
			return fmt.Errorf("function %q is not in %s; it has %s", name, h.Stack.File, strings.Join(names, ", "))
		}
	}
	h.Stack.Functions = slices.DeleteFunc(h.Stack.Functions, func(f *template.Function) bool {
		return !slices.ContainsFunc(h.config.Only, f.AnswersTo)
	})
	return nil
}

// prepare builds the functions and finds the Redis, at the same time, and
// makes the functions known to Lambda.
func (h *Host) prepare(ctx context.Context, environment *environment) error {
	var redisErr error
	var opening sync.WaitGroup
	if environment.declares(redisVariable) {
		opening.Go(func() { redisErr = h.openRedis(ctx, environment) })
	}
	buildErr := h.build(ctx)
	opening.Wait()
	if err := errors.Join(buildErr, redisErr); err != nil {
		return err
	}
	if h.redis != nil {
		environment.local[redisVariable] = h.redis.URL
	}
	h.configured = h.functions(environment)
	if err := h.openQueue(); err != nil {
		return err
	}
	h.Lambda = lambda.New(lambda.Config{
		Functions:       h.configured,
		Log:             h.log,
		Output:          h.logs,
		Cgroup:          h.cgroup,
		MaxEnvironments: h.config.MaxEnvironments,
		Freeze:          h.config.Freeze,
	})
	h.startQueue()
	return nil
}

// openCgroup divides the host's cgroup before there are children in it. Most users have
// none of their own, so why not is said only to those who ask.
func (h *Host) openCgroup() {
	var err error
	if h.cgroup, err = cgroup.Open(); err != nil {
		h.log.Debug("memory is measured: the host has no cgroup of its own", "error", err)
		return
	}
	h.log.Debug("memory is held to its limits by the kernel", "cgroup", h.cgroup)
}

// openRedis finds the Redis of --redis, else that of a REDIS_URL that is set
// outside the template for all functions, else starts one.
func (h *Host) openRedis(ctx context.Context, environment *environment) error {
	url := h.config.Redis
	if url == "" {
		url = environment.outside(redisVariable)
	}
	var err error
	h.redis, err = redis.Open(ctx, redis.Config{URL: url, Dir: h.stateDir("redis")})
	return err
}

// keepOutOfGit makes the state folder, and keeps it out of the user's repository.
func (h *Host) keepOutOfGit() error {
	if err := os.MkdirAll(h.stateDir("."), 0o755); err != nil {
		return fmt.Errorf("making the folder for builds and data: %w", err)
	}
	file := h.stateDir(".gitignore")
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	return os.WriteFile(file, []byte("*\n"), 0o644)
}

// stateDir returns the absolute path of a folder below the state folder.
func (h *Host) stateDir(name string) string {
	return filepath.Join(h.Stack.Dir, stateDir, name)
}

// Wait returns when ctx is done, or with an error when a door failed. The host
// has still to be closed.
func (h *Host) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-h.failed:
		return err
	}
}

// Close stops the host: it closes the doors, lets running invocations finish
// until ctx is done, and stops the environments and the Redis it started. It
// waits for all of these.
func (h *Host) Close(ctx context.Context) error {
	var errs []error
	if h.queue != nil {
		h.queue.Stop()
	}
	errs = append(errs, h.closeServers(ctx))
	if h.static != nil {
		errs = append(errs, h.static.root.Close())
	}
	if h.Lambda != nil {
		h.Lambda.Close(ctx)
	}
	if h.queue != nil { // its attempts have ended with Lambda
		errs = append(errs, h.queue.Close())
	}
	h.serving.Wait()
	if h.redis != nil {
		errs = append(errs, h.redis.Close())
	}
	if h.builder != nil {
		h.builder.Close()
	}
	errs = append(errs, h.cgroup.Close()) // when the children have ended
	h.logs.Flush()
	h.out.Flush()
	return errors.Join(errs...)
}

// closeServers closes all servers at once, so that none takes requests while another
// one finishes. An end of ctx is no error, of theirs or of the host: it is how a user
// stops what does not finish.
func (h *Host) closeServers(ctx context.Context) error {
	errs := make([]error, len(h.servers))
	var closing sync.WaitGroup
	for i, s := range h.servers {
		closing.Go(func() { errs[i] = s.Close(ctx) })
	}
	closing.Wait()
	return errors.Join(errs...)
}

// LongestTimeout is the longest a function of the stack may run: how long Close
// may have to wait for what is running.
func (h *Host) LongestTimeout() time.Duration {
	var longest time.Duration
	for _, f := range h.Stack.Functions {
		longest = max(longest, f.Timeout)
	}
	return longest
}
