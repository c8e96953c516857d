// Package host puts the parts of the local host together: it reads a template,
// builds the functions, finds a Redis, and serves.
//
//	template.Load ─▶ build.Build ─▶ lambda.New ─▶ gateway.New ─▶ server.New
//	                 redis.Open ──────┤
//	                 async.Open ──────┘
//
// A Host is what lives as long as the process: listeners, Redis, queue, Lambda, and
// what authorizers remember. A deployment is what one reading of the template comes
// to, and another one can take its place; see deploy.go. Watching files, the
// inspector and sources of events will stand beside them.
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
	"sync"
	"sync/atomic"
	"time"

	"maru/local/internal/async"
	"maru/local/internal/cgroup"
	"maru/local/internal/gateway"
	"maru/local/internal/lambda"
	"maru/local/internal/redis"
	"maru/local/internal/server"
)

// Host is a running host: what lives as long as the process. What one reading of
// the template comes to is its deployment. It must be closed.
type Host struct {
	Lambda *lambda.Lambda
	// APIAddr and LambdaAddr are the addresses of the servers, nil for one that there is not.
	APIAddr, LambdaAddr net.Addr

	config Config
	// dir is the template's folder.
	dir    string
	cgroup *cgroup.Tree // nil where the memory of functions is measured
	out    *lineWriter  // what is said to the user
	logs   *lineWriter  // what log and the functions write
	log    *slog.Logger
	redis  *redis.Server // nil until a deployment declares one
	queue  *async.Queue  // nil where nothing is invoked asynchronously
	// certificates are what the APIs are served with; nil for HTTP.
	certificates []tls.Certificate
	static       *static
	memory       gateway.Memory

	servers       []*server.Server
	apis, invokes *server.Server // those of servers that are open
	failed        chan error
	serving       sync.WaitGroup
	// named tells whether the system finds the hosts' names; nil where nobody asked.
	named <-chan bool

	current   atomic.Pointer[deployment]
	deploying sync.Mutex // held by deploy, and guards lingering
	// lingering are functions that Lambda runs for earlier deployments alone.
	lingering []*lambda.Function
	retiring  sync.WaitGroup
	mu        sync.Mutex
	alive     []*deployment   // whose code is in use: the current one is the last; guarded by mu
	life      context.Context // ends with the host
	end       context.CancelFunc
}

// stateDir is the folder beside the template in which builds and data are kept.
const stateDir = ".maru"

// Start starts a host and returns when it serves. ctx ends the start,
// not the host. An error leaves nothing behind.
func Start(ctx context.Context, c Config) (*Host, error) {
	if c.Template == "" {
		c.Template = "template.yaml"
	}
	if c.Output == nil {
		c.Output = io.Discard
	}
	h := &Host{config: c, out: newLineWriter(c.Output), failed: make(chan error, 2)}
	h.life, h.end = context.WithCancel(context.Background())
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
	first, err := h.read(addressOf(apis))
	if err == nil {
		h.dir = first.stack.Dir
		h.certificates, err = h.config.certificates()
	}
	if err := cmp.Or(err, taken); err != nil {
		return err
	}
	if invokes, err = listen(h.config.LambdaAddress, h.config.lambdaFlag()); err != nil {
		return err
	}
	if err := h.keepOutOfGit(); err != nil {
		return err
	}
	if h.static, err = openStatic(h.dir, h.config.StaticDir, h.log); err != nil {
		return err
	}
	if apis != nil {
		h.lookUpName(ctx, first.stack)
	}
	first.announceStack()
	for _, line := range first.environment.unused {
		fmt.Fprintf(h.out, "  %s\n", line)
	}
	h.openCgroup()
	if _, err := h.deploy(ctx, first); err != nil {
		return err
	}
	return h.open(apis, invokes)
}

// addressOf is that of a listener; nil for none.
func addressOf(l net.Listener) net.Addr {
	if l == nil {
		return nil
	}
	return l.Addr()
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

// openRedis finds the Redis for a deployment that declares one, unless it is there:
// that of --redis, else of a REDIS_URL that is set outside the template for all
// functions, else it starts one.
func (h *Host) openRedis(ctx context.Context, d *deployment) error {
	if h.redis != nil || !d.environment.declares(redisVariable) {
		return nil
	}
	url := h.config.Redis
	if url == "" {
		url = d.environment.outside(redisVariable)
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
func (h *Host) stateDir(name string) string { return below(h.dir, name) }

// below is a folder below the state folder of a template's.
func below(dir, name string) string { return filepath.Join(dir, stateDir, name) }

// Wait returns when ctx is done, or with an error when a server failed. The host
// has still to be closed.
func (h *Host) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-h.failed:
		return err
	}
}

// Close stops the host: it closes the servers, lets running invocations finish
// until ctx is done, and stops the environments and the Redis it started. It
// waits for all of these.
func (h *Host) Close(ctx context.Context) error {
	h.stopDeploying()
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
	h.retiring.Wait()
	if h.redis != nil {
		errs = append(errs, h.redis.Close())
	}
	for _, d := range h.alive {
		d.close()
	}
	errs = append(errs, h.cgroup.Close()) // when the children have ended
	h.logs.Flush()
	h.out.Flush()
	return errors.Join(errs...)
}

// stopDeploying cuts short what is being deployed. No other deployment comes after.
func (h *Host) stopDeploying() {
	h.end()
	h.deploying.Lock()
	defer h.deploying.Unlock() // none is at work now
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

// LongestTimeout is the longest that a function may run, of the stack as it is and as
// requests under way still have it: how long Close may have to wait for these.
func (h *Host) LongestTimeout() time.Duration {
	var longest time.Duration
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, d := range h.alive {
		for _, f := range d.functions {
			longest = max(longest, f.Timeout)
		}
	}
	return longest
}
