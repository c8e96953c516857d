package main

import (
	"bytes"
	"context"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The test binary is the servers to compare with, as bench itself is, and peers.
func TestMain(m *testing.M) {
	if answers, ok := os.LookupEnv(fakeVariable); ok {
		log.Fatal(serveFake(strings.Fields(answers), os.Args[1]))
	}
	if os.Getenv(roleVariable) != "" {
		main()
	}
	os.Exit(m.Run())
}

// TestBench runs everything, for a moment: real servers, the real maru. The
// earlier result lies where the new one goes.
func TestBench(t *testing.T) {
	if testing.Short() {
		t.Skip("builds maru and runs it under load")
	}
	file, svg := filepath.Join(t.TempDir(), "new", "result.json"), filepath.Join(t.TempDir(), "result.svg")
	if err := newResult(1.6).write(file); err != nil {
		t.Fatal(err)
	}
	args := []string{"-maru", buildOther(t), "-compare", file, "-rounds", "2", "-duration", "30ms", "-warm-up", "10ms", "-connections", "1,16", "-json", file, "-svg", svg}
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), args, &stdout, &stderr); code != 0 {
		t.Fatalf("got exit code %d and %s, want 0", code, &stderr)
	}
	for _, want := range []string{`connections +bare +proxy +http-api +other-http-api +rest-api +other-rest-api`, `rest-api at 16 connections: req/s to proxy .* (met|missed)`, `cold request .* (met|missed)`, `change since 2026-03-01 09:30`,
		`this maru beside /.*other-maru: `, `rest-api at 16 connections: req/s +[\d,]+ +[\d,]+ +\d+\.\d\d`, `host memory at rest, after all rounds .* MB +\d`} {
		if !regexp.MustCompile(want).Match(stdout.Bytes()) {
			t.Errorf("got %s, want %s in it", &stdout, want)
		}
	}
	r, err := readResult(file)
	if err != nil {
		t.Fatal(err)
	}
	checkResult(t, r)
	if drawn, err := os.ReadFile(svg); err != nil || !bytes.Equal(drawn, chart(r)) {
		t.Errorf("got a chart of %d bytes and error %v, want that of the result", len(drawn), err)
	}
	noChildren(t)
}

// buildOther builds the maru to compare with: that of this module once more.
func buildOther(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "other-maru")
	if out, err := exec.Command("go", "build", "-o", path, "maru/local").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

func checkResult(t *testing.T, r *result) {
	t.Helper()
	if got, want := len(r.Samples), 2*2*6; got != want {
		t.Errorf("got %d samples, want %d", got, want)
	}
	if got, want := len(r.Starts), 2*2; got != want {
		t.Errorf("got %d starts, want %d", got, want)
	}
	for _, s := range r.Samples {
		if s.Requests == 0 || s.P50 <= 0 || s.P50 > s.P99 || s.P99 > s.Max {
			t.Errorf("got %+v, want requests with p50 ≤ p99 ≤ max", s)
		}
		if runtime.GOOS != "linux" {
			continue
		}
		isMaru := strings.HasSuffix(s.Subject, "-api")
		if s.Host.Switches == 0 || isMaru != (s.Functions.Switches > 0) {
			t.Errorf("got %+v, want what the process used, and that of functions for maru alone", s)
		}
	}
	if runtime.GOOS == "linux" && (r.Memory < 1<<20 || r.Starts[0].Memory < 1<<20) {
		t.Errorf("got %d and %d bytes of memory, want those of a Go program", r.Memory, r.Starts[0].Memory)
	}
}

// onFirst calls a function at the first write that contains a text.
type onFirst struct {
	bytes.Buffer
	text string
	call func()
}

func (o *onFirst) Write(p []byte) (int, error) {
	if strings.Contains(string(p), o.text) {
		o.call()
	}
	return o.Buffer.Write(p)
}

func TestInterrupted(t *testing.T) {
	if testing.Short() {
		t.Skip("builds maru and runs it")
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stderr := &onFirst{text: "round 1 of", call: cancel}
	dir := t.TempDir()
	args := []string{"-duration", "100ms", "-rounds", "1000", "-connections", "1", "-json", filepath.Join(dir, "r.json")}
	begin := time.Now()
	if got, want := run(ctx, args, new(bytes.Buffer), stderr), 1; got != want {
		t.Errorf("got exit code %d, want %d", got, want)
	}
	if !strings.Contains(stderr.String(), "bench: interrupted\n") {
		t.Errorf("got %q, want that it was interrupted", stderr)
	}
	if took := time.Since(begin); took > 30*time.Second {
		t.Errorf("it took %s to end", took)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("got %v written, want nothing", left)
	}
	noChildren(t)
}

// noChildren checks that this process has no child any more.
func noChildren(t *testing.T) {
	t.Helper()
	for pid := range observe(os.Getpid()) {
		if pid != os.Getpid() {
			t.Errorf("process %d is still there", pid)
		}
	}
}

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		args string
		want func(*options)
	}{
		{"", func(*options) {}},
		{"-rounds 2 -duration 10ms", func(o *options) { o.rounds, o.duration = 2, 10*time.Millisecond }},
		{"-connections 8,2", func(o *options) { o.connections = []int{8, 2} }},
		{"-peer other=http://127.0.0.1:3000/dev/hello?a=b", func(o *options) {
			o.peers = []subject{{name: "other", address: "127.0.0.1:3000", path: "/dev/hello?a=b"}}
		}},
		{"-maru " + executable(t), func(o *options) { o.other = executable(t) }},
		{"-peers", func(o *options) { o.startPeers = true }},
		{"-json a -svg b -compare c", func(o *options) { o.json, o.svg, o.compare = "a", "b", "c" }},
	} {
		want := options{
			rounds: 5, duration: time.Second, warmUp: 200 * time.Millisecond, connections: []int{1, 4, 16, 64},
			json: filepath.Join(".maru", "bench", "result.json"), svg: filepath.Join(".maru", "bench", "result.svg"),
		}
		tt.want(&want)
		got, err := parse(strings.Fields(tt.args), new(bytes.Buffer))
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(options{}, subject{})); diff != "" || err != nil {
			t.Errorf("%q: error %v, difference (-want +got):\n%s", tt.args, err, diff)
		}
	}
}

func TestParseWrong(t *testing.T) {
	for args, want := range map[string]string{
		"-rounds 0":                                "-rounds has to be 1 or more",
		"-duration 0s":                             "-duration has to be more than 0",
		"-warm-up -1s":                             "-warm-up has to be 0 to 1m",
		"-connections 0":                           `"0" is not a number from 1 to 1000`,
		"-connections 1,x":                         `"x" is not a number from 1 to 1000`,
		"-connections 4,1,4":                       "4 is there twice",
		"-peer x":                                  "want NAME=http://127.0.0.1:PORT/PATH",
		"-peer x=http://a:80":                      `"a:80" is not a loopback address with a port`,
		"-peer x=http://[::1":                      "want NAME=http://127.0.0.1:PORT/PATH",
		"-peer x=http://10.0.0.1:80/":              `"10.0.0.1:80" is not a loopback address with a port`,
		"-peer proxy=http://127.0.0.1:80":          `the name "proxy" is taken`,
		"-peer other-rest-api=http://127.0.0.1:80": `the name "other-rest-api" is taken`,
		"-maru /nowhere/maru":                      "stat /nowhere/maru: no such file or directory",
		"-maru .":                                  "want a program",
		"other":                                    `unexpected argument "other"`,
		"-unknown":                                 "flag provided but not defined",
	} {
		var stderr bytes.Buffer
		if got := run(t.Context(), strings.Fields(args), new(bytes.Buffer), &stderr); got != 2 {
			t.Errorf("%q: got exit code %d, want 2", args, got)
		}
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("%q: got %q, want %q in it", args, &stderr, want)
		}
	}
}

func TestRunWithoutEarlierResult(t *testing.T) {
	var stderr bytes.Buffer
	missing := filepath.Join(t.TempDir(), "missing.json")
	if got := run(t.Context(), []string{"-compare", missing}, new(bytes.Buffer), &stderr); got != 1 {
		t.Errorf("got exit code %d, want 1 before anything is measured", got)
	}
	if want := "reading an earlier result: open " + missing; !strings.Contains(stderr.String(), want) {
		t.Errorf("got %q, want %q in it", &stderr, want)
	}
}
