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
	// otherNames are maruNames of the other maru, where there is one.
	otherNames = []string{otherName + "-" + httpAPIName, otherName + "-" + restAPIName}
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
	marus    []*maru   // this module's and, where there is one, the other
	servers  []*server // all that run, to be stopped
	// turns are the subjects in their order, those together that are held against
	// each other.
	turns  [][]subject
	result *result
}

// measure runs the harness. It leaves no process and no temporary file behind,
// however it ends.
func measure(ctx context.Context, o options, progress io.Writer) (*result, error) {
	b := &bench{options: o, progress: progress, result: &result{
		Begun: time.Now().Round(time.Second), Go: runtime.Version(),
		System: runtime.GOOS + "/" + runtime.GOARCH, CPUs: runtime.NumCPU(),
		Rounds: o.rounds, Duration: o.duration, Connections: o.connections, Other: o.other,
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
	b.result.Memory = residentMemory(b.marus[0].host.process.PID())
	for _, m := range b.marus[1:] {
		b.result.OtherMemory = residentMemory(m.host.process.PID())
	}
	return b.result, nil
}

// open starts everything that is measured.
func (b *bench) open(ctx context.Context, dir string) error {
	if err := b.openMarus(ctx, dir); err != nil {
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
	b.turns = [][]subject{
		{{bareName, bare.address, "/", bare.process.PID()}},
		{{proxyName, proxy.address, "/", proxy.process.PID()}},
		b.ofMarus(httpAPIName, "/http"),
		b.ofMarus(restAPIName, "/rest"),
	}
	peers := b.peers
	if b.startPeers {
		peers = append(peers, b.openPeers(ctx, b.marus[0].project, knownPeers)...)
	}
	for _, p := range peers {
		b.turns = append(b.turns, []subject{p})
	}
	for _, s := range slices.Concat(b.turns...) {
		b.result.Subjects = append(b.result.Subjects, s.name)
	}
	return b.heat(ctx)
}

// openMarus starts this module's maru and the other one, each in a folder of its own.
func (b *bench) openMarus(ctx context.Context, dir string) error {
	m, err := buildMaru(ctx, filepath.Join(dir, "maru"))
	if err != nil {
		return err
	}
	b.marus = []*maru{m}
	if b.other != "" {
		other := &maru{name: otherName, binary: b.other, project: m.project}
		if err := other.prepare(ctx, filepath.Join(dir, otherName)); err != nil {
			return fmt.Errorf("starting the other maru: %w", err)
		}
		b.marus = append(b.marus, other)
	}
	for _, m := range b.marus {
		if m.host, err = b.keep(m.start(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// ofMarus are the subjects of a name, one of each maru.
func (b *bench) ofMarus(name, path string) []subject {
	var all []subject
	for _, m := range b.marus {
		all = append(all, m.subject(name, path))
	}
	return all
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
	for _, s := range slices.Concat(b.turns...) {
		if _, err := b.sample(ctx, s, slices.Max(b.connections)); err != nil {
			return err
		}
	}
	return nil
}

// round measures everything once, the subjects next to each other in time. The
// one that is first changes from round to round.
func (b *bench) round(ctx context.Context, round int) error {
	for _, m := range inTurn(b.marus, round) {
		u, err := m.measureStart(ctx)
		if err != nil {
			return fmt.Errorf("measuring a start: %w", err)
		}
		u.Round = round
		b.result.Starts = append(b.result.Starts, u)
	}
	for _, n := range b.connections {
		for _, subject := range b.order(round) {
			s, err := b.sample(ctx, subject, n)
			if err != nil {
				return err
			}
			s.Round = round
			b.result.Samples = append(b.result.Samples, s)
		}
	}
	return nil
}

// order is the one in which a round takes the subjects.
func (b *bench) order(round int) []subject {
	var all []subject
	for i := range b.turns {
		all = append(all, inTurn(b.turns[(i+round)%len(b.turns)], round)...)
	}
	return all
}

// inTurn returns what is held against each other in the order of a round: from back
// to front in every other one, so that none of two is favoured.
func inTurn[T any](all []T, round int) []T {
	all = slices.Clone(all)
	if round%2 == 0 {
		slices.Reverse(all)
	}
	return all
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
