// Command bench measures the speed of maru beside servers that do less, in one
// run on one machine:
//
//	bare       net/http answering hello
//	proxy      httputil.ReverseProxy in front of another bare
//	http-api   maru with a function behind an HTTP API
//	rest-api   the same function behind a REST API
//
// Each is a process of its own. They take turns within each round, under the
// same load generator, which keeps a number of connections busy. Ratios are
// taken within a round, so that they say something even on a machine that others
// use too; absolute figures do not. Besides, each round measures a start of
// maru and cold requests.
//
//	go run ./local/bench
//	go run ./local/bench -rounds 3 -compare .maru/bench/result.json
//	go run ./local/bench -peers
//	go run ./local/bench -peer mine=http://127.0.0.1:4000/hello
//	go run ./local/bench -maru /tmp/maru-before
//
// With -peers it starts other hosts that are installed, each with a function of
// the same answer, and measures them in the same rounds; see knownPeers.
//
// With -maru it measures another maru in the same rounds, which says more than
// -compare, whose two results are of two times. That maru runs the same functions from
// a template of its own; of two rounds it comes first in one and last in the other.
// For that of the commit before:
//
//	git worktree add ../before HEAD~1
//	go build -C ../before -o /tmp/maru-before ./local
//	make bench BENCHFLAGS='-maru /tmp/maru-before'
//
// What it leaves out: TLS, request bodies, large responses, functions that
// take time. CPU, context switches and memory are measured on Linux alone.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if role := os.Getenv(roleVariable); role != "" {
		fmt.Fprintln(os.Stderr, serveRole(role, os.Stderr))
		os.Exit(1)
	}
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

// options are the command's flags.
type options struct {
	rounds             int
	duration, warmUp   time.Duration
	connections        []int
	peers              []subject // those that the user has started
	startPeers         bool
	other              string // the program of the other maru; empty for none
	json, svg, compare string
}

// run runs a command line and returns its exit code: 0 also if targets were
// missed; 1 if something could not be measured, if only one answer was wrong, or
// after SIGINT or SIGTERM; 2 for a wrong flag.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2
	}
	if err := o.run(ctx, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return 1
	}
	return 0
}

// parse reads the command line; what is wrong has been told on stderr.
func parse(args []string, stderr io.Writer) (options, error) {
	o := options{connections: []int{1, 4, 16, 64}}
	dir := filepath.Join(".maru", "bench")
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&o.rounds, "rounds", 5, "how many times everything is measured")
	flags.DurationVar(&o.duration, "duration", time.Second, "how long each measurement lasts")
	flags.DurationVar(&o.warmUp, "warm-up", 200*time.Millisecond, "the load before each measurement")
	flags.Func("connections", "the numbers of connections (default 1,4,16,64)", o.setConnections)
	flags.Func("peer", "NAME=URL of one more server on this machine, which answers hello; may be given several times", o.addPeer)
	flags.BoolVar(&o.startPeers, "peers", false, peersUsage(knownPeers))
	flags.Func("maru", maruUsage, o.setOther)
	flags.StringVar(&o.json, "json", filepath.Join(dir, "result.json"), "write all that was measured to this file")
	flags.StringVar(&o.svg, "svg", filepath.Join(dir, "result.svg"), "write a chart to this file")
	flags.StringVar(&o.compare, "compare", "", "show the change since the result in this JSON file")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if err := o.check(flags.Args()); err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return o, err
	}
	return o, nil
}

// maruUsage says what -maru does, and how to come by another maru.
const maruUsage = "also measure the maru at `PATH`, built from another commit, and show the ratio of\n" +
	"this module's figures to its own; for the commit before:\n" +
	"git worktree add ../before HEAD~1\n" +
	"go build -C ../before -o /tmp/maru-before ./local\n" +
	"go run ./local/bench -maru /tmp/maru-before"

// setOther takes the program of the other maru.
func (o *options) setOther(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("want a program, such as go build makes of ./local")
	}
	o.other, err = filepath.Abs(path)
	return err
}

func (o *options) setConnections(list string) error {
	o.connections = nil
	for item := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(item)
		if err != nil || n < 1 || n > 1000 {
			return fmt.Errorf("%q is not a number from 1 to 1000", item)
		}
		if slices.Contains(o.connections, n) {
			return fmt.Errorf("%d is there twice", n)
		}
		o.connections = append(o.connections, n)
	}
	return nil
}

// addPeer takes a server that somebody else has started. It has to be on this
// machine: over a network it would not be the server that is measured.
func (o *options) addPeer(text string) error {
	name, address, _ := strings.Cut(text, "=")
	u, err := url.Parse(address)
	if err != nil || name == "" || u.Scheme != "http" {
		return errors.New("want NAME=http://127.0.0.1:PORT/PATH")
	}
	if ip := net.ParseIP(u.Hostname()); ip == nil || !ip.IsLoopback() || u.Port() == "" {
		return fmt.Errorf("%q is not a loopback address with a port", u.Host)
	}
	taken := func(s subject) bool { return s.name == name }
	if slices.Contains(subjectNames, name) || slices.Contains(otherNames, name) || slices.ContainsFunc(o.peers, taken) {
		return fmt.Errorf("the name %q is taken", name)
	}
	o.peers = append(o.peers, subject{name: name, address: u.Host, path: u.RequestURI()})
	return nil
}

// check says what flag does not look at.
func (o *options) check(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected argument %q", rest[0])
	case o.rounds < 1:
		return errors.New("-rounds has to be 1 or more")
	case o.duration <= 0 || o.duration > time.Minute:
		return errors.New("-duration has to be more than 0 and at most 1m")
	case o.warmUp < 0 || o.warmUp > time.Minute:
		return errors.New("-warm-up has to be 0 to 1m")
	}
	return nil
}

// run measures and writes what was found. An earlier result is read before, so
// that it may lie where the new one goes.
func (o *options) run(ctx context.Context, stdout, stderr io.Writer) error {
	var earlier *result
	if o.compare != "" {
		var err error
		if earlier, err = readResult(o.compare); err != nil {
			return err
		}
	}
	r, err := measure(ctx, *o, stderr)
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	if err != nil {
		return err
	}
	report(stdout, r)
	if earlier != nil {
		compare(stdout, earlier, r)
	}
	if err := errors.Join(r.write(o.json), writeFile(o.svg, chart(r))); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "\nwritten: %s, %s\n", o.json, o.svg)
	return nil
}
