package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// peer is a host of others that bench starts itself where it is installed. The
// folder of testdata that has its name holds a project with one function, which
// answers the greeting; the peer's commands run in there.
type peer struct {
	name    string
	path    string                     // of the function
	probe   []string                   // a command that succeeds where the peer is installed
	serve   func(port string) []string // a command that serves the project on 127.0.0.1
	install string                     // a command that installs it
}

// knownPeers are what -peers looks for. Both serve as they do by default, but
// that nothing is compiled for debugging or watched for changes meanwhile.
var knownPeers = []peer{
	{
		name: "serverless-offline", path: "/hello",
		probe: []string{"serverless", "offline", "--help"}, // fails without the plugin
		serve: func(port string) []string {
			return []string{"serverless", "offline", "--host", "127.0.0.1", "--httpPort", port, "--lambdaPort", "0"}
		},
		install: "npm install --global serverless@3 serverless-offline@13",
	},
	{
		name: "cargo-lambda", path: "/",
		probe: []string{"cargo", "lambda", "--version"},
		serve: func(port string) []string {
			return []string{"cargo", "lambda", "watch", "--release", "--ignore-changes", "--invoke-address", "127.0.0.1", "--invoke-port", port}
		},
		install: "pip install cargo-lambda, beside a Rust toolchain",
	},
}

// peersUsage says what -peers does, and what it takes for installed.
func peersUsage(peers []peer) string {
	text := "also start and measure the peers that are installed:"
	for _, p := range peers {
		text += fmt.Sprintf("\n%s, where %q succeeds (%s)", p.name, strings.Join(p.probe, " "), p.install)
	}
	return text
}

// openPeers starts those peers that are installed, whose projects are in
// folder, and returns them as subjects. Of one that is not, or that does not
// bear the greatest load, it tells why and goes on without it. A server that
// the user has given the name of a peer stands in for it.
func (b *bench) openPeers(ctx context.Context, folder string, peers []peer) []subject {
	var opened []subject
	for _, p := range peers {
		if slices.ContainsFunc(b.peers, func(s subject) bool { return s.name == p.name }) {
			continue
		}
		fmt.Fprintf(b.progress, "starting %s …\n", p.name)
		s, err := b.openPeer(ctx, p, filepath.Join(folder, p.name))
		if err != nil {
			fmt.Fprintf(b.progress, "%s is not measured: %v\n", p.name, err)
			continue
		}
		opened = append(opened, s)
	}
	return opened
}

func (b *bench) openPeer(ctx context.Context, p peer, project string) (subject, error) {
	ctx, cancel := context.WithTimeout(ctx, buildPatience)
	defer cancel()
	if err := p.installed(ctx, project); err != nil {
		return subject{}, err
	}
	server, err := p.start(ctx, project)
	if err != nil {
		return subject{}, err
	}
	s := subject{p.name, server.address, p.path, server.process.PID()}
	err = server.await(ctx, func() error {
		_, err := b.sample(ctx, s, slices.Max(b.connections))
		return err
	})
	if err != nil {
		return subject{}, server.giveUp(err)
	}
	b.servers = append(b.servers, server)
	return s, nil
}

// installed returns an error that says how to install the peer if it is not.
func (p peer) installed(ctx context.Context, project string) error {
	probe := exec.CommandContext(ctx, p.probe[0], p.probe[1:]...)
	probe.Dir = project
	if err := probe.Run(); err != nil {
		return fmt.Errorf("%s: %w; to install it: %s", strings.Join(p.probe, " "), err, p.install)
	}
	return nil
}

// start starts the peer and waits until its function answers, which has been
// built then. The port is one that was free a moment ago: peers do not all take
// port 0, or say which one they got.
func (p peer) start(ctx context.Context, project string) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(address)
	command := p.serve(port)
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = project
	s, err := launch(cmd)
	if err != nil {
		return nil, err
	}
	s.address = address
	err = s.await(ctx, func() error {
		_, err := firstRequest(ctx, subject{name: p.name, address: address, path: p.path})
		return err
	})
	if err != nil {
		return nil, s.giveUp(err)
	}
	return s, nil
}

// askInterval is the pause before a peer that has not answered is asked again.
const askInterval = 100 * time.Millisecond

// await asks a server until it answers in time; it is an error if an answer is
// not right. Nothing but asking tells of each peer when it is ready: one builds
// its function meanwhile, another starts a thread for each of many connections.
func (s *server) await(ctx context.Context, ask func() error) error {
	again := time.NewTicker(askInterval)
	defer again.Stop()
	for {
		err := ask()
		if err == nil || errors.As(err, new(wrongAnswer)) {
			return err
		}
		select {
		case <-s.ended:
			return errEnded
		case <-ctx.Done():
			return fmt.Errorf("%w after %w", ctx.Err(), err)
		case <-again.C:
		}
	}
}
