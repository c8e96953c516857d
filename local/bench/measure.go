package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

// The subjects of every run.
const (
	bareName    = "bare"
	proxyName   = "proxy"
	httpAPIName = "http-api"
	restAPIName = "rest-api"
)

var (
	subjectNames = []string{bareName, proxyName, httpAPIName, restAPIName}
	maruNames    = subjectNames[2:] // targets are set for these
)

// subject is an address that answers 200 with the greeting, and how fast it
// does is measured. To measure one more kind of server, append it in open; or to
// knownPeers if it may not be installed.
type subject struct {
	name    string
	address string // host:port on this machine
	path    string
	pid     int // the process whose use of the machine is measured; 0 for none
}

// bench is a run of the harness.
type bench struct {
	options
	progress io.Writer
	maru     *maru
	host     *server   // maru under load
	servers  []*server // all that run, to be stopped
	subjects []subject
	result   *result
}

// measure runs the harness. It leaves no process and no temporary file behind,
// however it ends.
func measure(ctx context.Context, o options, progress io.Writer) (*result, error) {
	b := &bench{options: o, progress: progress, result: &result{
		Begun: time.Now().Round(time.Second), Go: runtime.Version(),
		System: runtime.GOOS + "/" + runtime.GOARCH, CPUs: runtime.NumCPU(),
		Rounds: o.rounds, Duration: o.duration, Connections: o.connections,
	}}
	dir, err := os.MkdirTemp("", "maru-bench-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for maru: %w", err)
	}
	defer os.RemoveAll(dir)
	defer b.close()
	fmt.Fprintln(progress, "building maru and its functions …")
	if err := b.open(ctx, dir); err != nil {
		return nil, err
	}
	for round := 1; round <= o.rounds; round++ {
		fmt.Fprintf(progress, "round %d of %d …\n", round, o.rounds)
		if err := b.round(ctx, round); err != nil {
			return nil, err
		}
	}
	b.result.Memory = residentMemory(b.host.process.PID())
	return b.result, nil
}

// open starts everything that is measured.
func (b *bench) open(ctx context.Context, dir string) (err error) {
	if b.maru, err = buildMaru(ctx, dir); err != nil {
		return err
	}
	if b.host, err = b.keep(b.maru.start(ctx)); err != nil {
		return err
	}
	bare, err := b.startRole(ctx, "bare")
	if err != nil {
		return err
	}
	backend, err := b.startRole(ctx, "bare")
	if err != nil {
		return err
	}
	proxy, err := b.startRole(ctx, "proxy http://"+backend.address)
	if err != nil {
		return err
	}
	b.subjects = append([]subject{
		{bareName, bare.address, "/", bare.process.PID()},
		{proxyName, proxy.address, "/", proxy.process.PID()},
		{httpAPIName, b.host.address, "/http", b.host.process.PID()},
		{restAPIName, b.host.address, "/rest", b.host.process.PID()},
	}, b.peers...)
	if b.startPeers {
		b.subjects = append(b.subjects, b.openPeers(ctx, filepath.Dir(b.maru.template), knownPeers)...)
	}
	for _, s := range b.subjects {
		b.result.Subjects = append(b.result.Subjects, s.name)
	}
	return b.heat(ctx)
}

func (b *bench) startRole(ctx context.Context, role string) (*server, error) {
	cmd, err := roleCommand(role)
	if err != nil {
		return nil, err
	}
	return b.keep(startServer(ctx, cmd))
}

// keep notes a server for close.
func (b *bench) keep(s *server, err error) (*server, error) {
	if err == nil {
		b.servers = append(b.servers, s)
	}
	return s, err
}

func (b *bench) close() {
	for _, s := range b.servers {
		s.stop()
	}
}

// heat puts the greatest load on each subject once, so that every environment
// and every connection that a round needs is there before the first.
func (b *bench) heat(ctx context.Context) error {
	for _, s := range b.subjects {
		if _, err := b.sample(ctx, s, slices.Max(b.connections)); err != nil {
			return err
		}
	}
	return nil
}

// round measures everything once, the subjects next to each other in time. The
// one that is first changes from round to round.
func (b *bench) round(ctx context.Context, round int) error {
	u, err := b.maru.measureStart(ctx)
	if err != nil {
		return fmt.Errorf("measuring a start: %w", err)
	}
	b.result.Starts = append(b.result.Starts, u)
	for _, n := range b.connections {
		for i := range b.subjects {
			s, err := b.sample(ctx, b.subjects[(i+round)%len(b.subjects)], n)
			if err != nil {
				return err
			}
			s.Round = round
			b.result.Samples = append(b.result.Samples, s)
		}
	}
	return nil
}

// sample measures one subject, after a short load that is not measured.
func (b *bench) sample(ctx context.Context, s subject, connections int) (sample, error) {
	failed := func(err error) (sample, error) {
		return sample{}, fmt.Errorf("measuring %s at %s: %w", s.name, count(connections, "connection"), err)
	}
	g, err := dial(ctx, s, connections)
	if err != nil {
		return failed(err)
	}
	defer g.close()
	if _, err := g.run(ctx, b.warmUp); err != nil {
		return failed(err)
	}
	before := observe(s.pid)
	o, err := g.run(ctx, b.duration)
	if err != nil {
		return failed(err)
	}
	own, children := observe(s.pid).since(before, s.pid)
	return sample{
		Subject: s.name, Connections: connections,
		Requests: int(o.latencies.total), Elapsed: o.elapsed,
		P50: o.latencies.quantile(0.5), P99: o.latencies.quantile(0.99), Max: o.latencies.quantile(1),
		Host: own, Functions: children,
	}, nil
}
