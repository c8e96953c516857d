// Package host puts the parts of the local host together: it reads a template,
// builds the functions, finds a Redis, and opens the doors.
//
//	template.Load ─▶ build.Build ─▶ lambda.New ─▶ gateway.New ─▶ doors
//	                 redis.Open ──────┘
//
// The order of a start is chosen so that what is wrong is said at once: the
// template first, then the ports, then what takes long.
package host

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"maru/local/internal/build"
	"maru/local/internal/gateway"
	"maru/local/internal/lambda"
	"maru/local/internal/managed"
	"maru/local/internal/redis"
	"maru/local/internal/template"
)

// Config is what Start needs. Its zero value serves template.yaml of the
// current folder, on no door.
type Config struct {
	// Template is the path of the template; "template.yaml" where empty.
	Template string
	// Options are those of template.Load.
	Options template.Options
	// APIAddress and LambdaAddress are where the APIs and the Invoke API listen,
	// as host:port; empty for not at all. Port 0 takes a free one.
	APIAddress, LambdaAddress string
	// Hosts are names besides loopback's under which the Invoke API may be called.
	Hosts []string
	// EnvVars is the path of a JSON file with environment variables; empty for none.
	EnvVars string
	// Environ is the shell's environment, as os.Environ gives it.
	Environ []string
	// Redis is redis.Config.URL.
	Redis string
	// Only names the functions to build; nil for all.
	Only []string
	// DisableAuthorizer lets requests pass where a route asks for authorization.
	DisableAuthorizer bool
	// TunnelPrivate lets CONNECT reach loopback and private addresses.
	TunnelPrivate bool
	// MaxEnvironments is lambda.Config's.
	MaxEnvironments int
	// Output gets what is said to the user: what was built, which doors are
	// open, that the host is ready; nil discards it.
	Output io.Writer
	// Log gets what happens from then on: requests, and what functions print;
	// Output where nil.
	Log io.Writer
}

// Host is a running host. It must be closed.
type Host struct {
	Stack  *template.Stack
	Lambda *lambda.Lambda
	// APIAddr and LambdaAddr are the addresses of the doors that are open.
	APIAddr, LambdaAddr net.Addr

	config  Config
	out     *lineWriter // what is said to the user
	logs    *lineWriter // what log and the functions write
	log     *slog.Logger
	redis   *redis.Server
	builder *build.Builder
	built   map[string]build.Result
	// runtimes are the managed ones, by their identifiers.
	runtimes map[string]*managed.Runtime
	gateway  *gateway.Gateway
	servers  []*http.Server
	failed   chan error
	serving  sync.WaitGroup
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
	h.log = slog.New(slog.NewTextHandler(h.logs, &slog.HandlerOptions{ReplaceAttr: brief}))
	if err := h.start(ctx); err != nil {
		closing, cancel := context.WithCancel(context.Background())
		cancel()
		return nil, errors.Join(err, h.Close(closing))
	}
	return h, nil
}

func (h *Host) start(ctx context.Context) error {
	var err error
	if h.Stack, err = template.Load(h.config.Template, h.config.Options); err != nil {
		return err
	}
	if err := h.only(); err != nil {
		return err
	}
	environment, err := newEnvironment(h.config, h.Stack)
	if err != nil {
		return err
	}
	apis, err := listen(h.config.APIAddress, "--port")
	if err != nil {
		return err
	}
	invokes, err := listen(h.config.LambdaAddress, "--lambda-port")
	if err != nil {
		return errors.Join(err, closeListener(apis))
	}
	h.announceStack()
	if err := h.prepare(ctx, environment); err != nil {
		return errors.Join(err, closeListener(apis), closeListener(invokes))
	}
	return h.open(apis, invokes)
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
		if !slices.ContainsFunc(h.Stack.Functions, func(f *template.Function) bool { return f.LogicalID == name || f.Name == name }) {
			return fmt.Errorf("function %q is not in %s; it has %s", name, h.Stack.File, strings.Join(names, ", "))
		}
	}
	h.Stack.Functions = slices.DeleteFunc(h.Stack.Functions, func(f *template.Function) bool {
		return !slices.Contains(h.config.Only, f.LogicalID) && !slices.Contains(h.config.Only, f.Name)
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
	h.Lambda = lambda.New(lambda.Config{
		Functions:       h.functions(environment),
		Log:             h.log,
		Output:          h.logs,
		MaxEnvironments: h.config.MaxEnvironments,
	})
	return nil
}

// openRedis finds the Redis of --redis, else that of REDIS_URL in the shell or
// in .env, else starts one.
func (h *Host) openRedis(ctx context.Context, environment *environment) error {
	url := h.config.Redis
	if url == "" {
		url = environment.outside(redisVariable)
	}
	var err error
	h.redis, err = redis.Open(ctx, redis.Config{URL: url, Dir: h.stateDir("redis")})
	return err
}

// stateDir returns the absolute path of a folder below the state folder.
func (h *Host) stateDir(name string) string {
	return filepath.Join(h.Stack.Dir, stateDir, name)
}

// build builds the functions. One that cannot be built is told of in built.
func (h *Host) build(ctx context.Context) error {
	begin := time.Now()
	targets, unbuildable := h.targets(ctx)
	h.builder = &build.Builder{Dir: h.stateDir("build"), Output: h.out}
	var err error
	if h.built, err = h.builder.Build(ctx, targets); err != nil {
		return err
	}
	maps.Copy(h.built, unbuildable)
	h.announceBuild(time.Since(begin))
	return nil
}

// targets returns what is to be built, and what became of the functions that
// this machine cannot run at all. It finds the managed runtimes, and says where
// one is not of the template's version.
func (h *Host) targets(ctx context.Context) ([]build.Target, map[string]build.Result) {
	var targets []build.Target
	unbuildable := map[string]build.Result{}
	runtimes := managed.Runtimes{Dir: h.stateDir("runtime")}
	h.runtimes = map[string]*managed.Runtime{}
	for _, f := range h.Stack.Functions {
		target := build.Target{LogicalID: f.LogicalID, CodeURI: f.CodeURI, Runtime: f.Runtime, Method: f.BuildMethod}
		if f.Unsupported != "" {
			unbuildable[f.LogicalID] = build.Result{Err: errors.New(f.Unsupported)}
			continue
		}
		if managed.Managed(f.Runtime) {
			r, err := runtimes.Find(ctx, f.Runtime)
			if err != nil {
				unbuildable[f.LogicalID] = build.Result{Err: err}
				continue
			}
			if h.runtimes[f.Runtime] == nil && r.Warning != "" {
				fmt.Fprintf(h.out, "  %s\n", r.Warning)
			}
			h.runtimes[f.Runtime], target.Interpreter = r, r.Interpreter
		}
		targets = append(targets, target)
	}
	return targets, unbuildable
}

// functions turns the template's functions into Lambda's.
func (h *Host) functions(environment *environment) []*lambda.Function {
	var functions []*lambda.Function
	for _, f := range h.Stack.Functions {
		built := h.built[f.LogicalID]
		runtime := cmp.Or(h.runtimes[f.Runtime], new(managed.Runtime))
		functions = append(functions, &lambda.Function{
			Command: runtime.Command, RuntimeVariables: runtime.Variables,
			LogicalID: f.LogicalID, Name: f.Name, ARN: f.ARN,
			Runtime: f.Runtime, Handler: f.Handler, Dir: built.Dir,
			Timeout: f.Timeout, MemorySize: f.MemorySize,
			Environment:         environment.of(f),
			ReservedConcurrency: f.ReservedConcurrency,
			Unavailable:         built.Err,
		})
	}
	return functions
}

// open opens the doors.
func (h *Host) open(apis, invokes net.Listener) error {
	if apis != nil {
		var err error
		if h.gateway, err = gateway.New(h.gatewayConfig()); err != nil {
			return errors.Join(err, closeListener(apis), closeListener(invokes))
		}
		h.APIAddr = apis.Addr()
		server := &http.Server{ErrorLog: slog.NewLogLogger(h.log.Handler(), slog.LevelWarn)}
		h.gateway.Configure(server)
		h.serve(server, h.gateway.Listen(apis))
	}
	if invokes != nil {
		h.LambdaAddr = invokes.Addr()
		h.serve(&http.Server{
			Handler:           lambda.LocalOnly(h.Lambda.Handler(), h.config.Hosts...),
			ReadHeaderTimeout: 10 * time.Second,
			ErrorLog:          slog.NewLogLogger(h.log.Handler(), slog.LevelWarn),
		}, invokes)
	}
	h.announceDoors()
	return nil
}

func (h *Host) gatewayConfig() gateway.Config {
	methods := map[string]string{}
	for _, f := range h.Stack.Functions {
		for _, method := range f.Methods {
			methods[method] = f.LogicalID
		}
	}
	return gateway.Config{
		APIs: h.Stack.APIs, Methods: methods,
		AccountID: h.Stack.AccountID, Region: h.Stack.Region,
		Invoker: h.Lambda, Log: h.log,
		DisableAuthorizer: h.config.DisableAuthorizer,
		Tunnel:            gateway.Tunnel{AllowPrivate: h.config.TunnelPrivate},
	}
}

func (h *Host) serve(server *http.Server, l net.Listener) {
	h.servers = append(h.servers, server)
	h.serving.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			h.failed <- fmt.Errorf("serving %s: %w", l.Addr(), err)
		}
	})
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
	for _, server := range h.servers {
		if err := server.Shutdown(ctx); err != nil {
			errs = append(errs, server.Close())
		}
	}
	if h.gateway != nil {
		h.gateway.Close(ctx)
	}
	if h.Lambda != nil {
		h.Lambda.Close(ctx)
	}
	h.serving.Wait()
	if h.redis != nil {
		errs = append(errs, h.redis.Close())
	}
	if h.builder != nil {
		h.builder.Close()
	}
	h.logs.Flush()
	h.out.Flush()
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
