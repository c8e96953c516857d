package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fakeVariable makes the test binary a peer whose function answers one word of
// it after the other, and the last for ever, on the port that is the first
// argument.
const fakeVariable = "BENCH_FAKE_PEER"

func serveFake(answers []string, port string) error {
	var requests atomic.Int64
	return http.ListenAndServe("127.0.0.1:"+port, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, answers[min(int(requests.Add(1)), len(answers))-1])
	}))
}

// newFake returns a peer that is this test binary, run by a shell script that
// has the port as $1 and the binary as $0.
func newFake(t *testing.T, name, answers, script string) peer {
	t.Helper()
	t.Setenv(fakeVariable, answers)
	return peer{
		name: name, path: "/", probe: []string{"true"}, install: "get " + name,
		serve: func(port string) []string { return []string{"sh", "-c", script, executable(t), port} },
	}
}

func executable(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// openFakes opens peers whose projects are empty folders, and returns what was
// told.
func openFakes(t *testing.T, o options, peers ...peer) (b *bench, opened []subject, told string) {
	t.Helper()
	folder := t.TempDir()
	for _, p := range peers {
		if err := os.Mkdir(filepath.Join(folder, p.name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	var progress bytes.Buffer
	o.connections, o.duration = []int{1, 3}, time.Millisecond
	b = &bench{options: o, progress: &progress}
	t.Cleanup(b.close)
	opened = b.openPeers(t.Context(), folder, peers)
	return b, opened, progress.String()
}

// The fake is the child of a shell that ends at SIGTERM without a word to it,
// as a peer's functions are of the peer.
func TestPeerEndsWithItsGroup(t *testing.T) {
	b, opened, told := openFakes(t, options{}, newFake(t, "fake", greeting, `"$0" "$1" & wait`))
	if len(opened) != 1 {
		t.Fatalf("got %v opened and told %q, want the fake", opened, told)
	}
	s := opened[0]
	if s.name != "fake" || s.path != "/" || s.pid != b.servers[0].process.PID() {
		t.Errorf("got %+v, want the fake and its process", s)
	}
	if want := "starting fake …\n"; told != want {
		t.Errorf("got %q told, want %q", told, want)
	}
	c, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	b.close()
	_ = c.SetReadDeadline(time.Now().Add(patience))
	if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got error %v, want the end of a connection to a process that was killed", err)
	}
	noChildren(t)
}

// Whatever is the matter with a peer, the bench goes on without it.
func TestPeerNotMeasured(t *testing.T) {
	for _, tt := range []struct {
		name, probe, answers, script string
		want                         []string
	}{
		{name: "no command", probe: "/nowhere/peer --version", want: []string{"/nowhere/peer --version: ", "no such file or directory; to install it: get peer\n"}},
		{name: "no plugin", probe: "false", want: []string{"false: exit status 1; to install it: get peer\n"}},
		{name: "ends at once", script: "echo out; echo err >&2; exit 3", want: []string{"it ended; it said:\nout\nerr\n"}},
		{name: "another answer", answers: "bye", script: `exec "$0" "$1"`, want: []string{`requesting /: 1 of 1 answers were wrong, such as: got "HTTP/1.1 200 OK" with "bye"`}},
		{name: "not up to the load", answers: "hello tired", script: `exec "$0" "$1"`, want: []string{"measuring peer at 3 connections: ", `with "tired"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newFake(t, "peer", tt.answers, tt.script)
			if tt.probe != "" {
				p.probe = strings.Fields(tt.probe)
			}
			_, opened, told := openFakes(t, options{}, p)
			if len(opened) != 0 {
				t.Errorf("got %v opened, want nothing", opened)
			}
			for _, want := range append(tt.want, "\npeer is not measured: ") {
				if !strings.Contains(told, want) {
					t.Errorf("got %q told, want %q in it", told, want)
				}
			}
			noChildren(t)
		})
	}
}

// A server that the user has started under the name of a peer is that peer.
func TestPeerOfUser(t *testing.T) {
	o := options{peers: []subject{{name: "fake"}}}
	b, opened, told := openFakes(t, o, newFake(t, "fake", greeting, `exec "$0" "$1"`))
	if len(opened) != 0 || len(b.servers) != 0 || told != "" {
		t.Errorf("got %v opened and %q told, want nothing", opened, told)
	}
}

// A peer that says nothing and answers nothing is ended when it is given up.
func TestPeerNeverAnswers(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := newFake(t, "fake", greeting, "exec tail -f /dev/null").start(ctx, t.TempDir())
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
	noChildren(t)
}

// Of a server that has said much, the end is told.
func TestServerLastWords(t *testing.T) {
	p := newFake(t, "fake", greeting, "i=1; while [ $i -le 50 ]; do echo line $i; i=$((i+1)); done")
	_, err := p.start(t.Context(), t.TempDir())
	if err == nil {
		t.Fatal("got no error of a server that has ended")
	}
	_, said, _ := strings.Cut(err.Error(), "it said:\n")
	var want []string
	for i := 50 - maxSaid + 1; i <= 50; i++ {
		want = append(want, fmt.Sprint("line ", i))
	}
	if diff := cmp.Diff(want, strings.Split(said, "\n")); diff != "" {
		t.Errorf("difference (-want +got):\n%s", diff)
	}
}

// standIn is both programs of knownPeers: asked to serve, the fake on the same
// port; asked anything else, content; outside a project, neither.
const standIn = `#!/bin/sh
[ -f serverless.yml ] || [ -f Cargo.toml ] || exit 1
while [ $# -gt 0 ]; do
	case $1 in --httpPort|--invoke-port) exec %q "$2" ;; esac
	shift
done
`

// The commands of the known peers run in their projects, here with stand-ins
// for the programs. The loads of a bench are put on both.
func TestKnownPeers(t *testing.T) {
	bin := t.TempDir()
	for _, program := range []string{"serverless", "cargo"} {
		if err := os.WriteFile(filepath.Join(bin, program), fmt.Appendf(nil, standIn, executable(t)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin)
	t.Setenv(fakeVariable, greeting)
	var progress bytes.Buffer
	b := &bench{options: options{connections: []int{2}, duration: time.Millisecond}, progress: &progress}
	defer b.close()
	var got []string
	for _, s := range b.openPeers(t.Context(), "testdata", knownPeers) {
		got = append(got, s.name+" "+s.path)
	}
	if diff := cmp.Diff([]string{"serverless-offline /hello", "cargo-lambda /"}, got); diff != "" {
		t.Errorf("told %q, difference (-want +got):\n%s", &progress, diff)
	}
}

func TestHelpNamesPeers(t *testing.T) {
	var stderr bytes.Buffer
	if got := run(t.Context(), []string{"-help"}, new(bytes.Buffer), &stderr); got != 0 {
		t.Errorf("got exit code %d, want 0", got)
	}
	for _, want := range []string{`serverless-offline, where "serverless offline --help" succeeds (npm install`, `cargo-lambda, where "cargo lambda --version" succeeds (pip install`} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("got %s, want %s in it", &stderr, want)
		}
	}
}

// Asking goes on after an answer that did not come, not after a wrong one.
func TestAwait(t *testing.T) {
	late, wrong := errors.New("late"), wrongAnswer{"HTTP/1.1 404 Not Found", ""}
	for _, tt := range []struct {
		name    string
		answers []error
		want    error
	}{
		{"at once", []error{nil}, nil},
		{"third", []error{late, late, nil}, nil},
		{"wrong", []error{late, wrong}, wrong},
	} {
		asked := 0
		got := new(server).await(t.Context(), func() error {
			asked++
			return tt.answers[asked-1]
		})
		if got != tt.want || asked != len(tt.answers) {
			t.Errorf("%s: got error %v after asking %d times, want %v after %d", tt.name, got, asked, tt.want, len(tt.answers))
		}
	}
}
