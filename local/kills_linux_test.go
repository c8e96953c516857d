package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"maru/local/hosttest"
	"maru/local/internal/process/processtest"
)

// killed is a template of the functions of testdata/killed, already built.
const killed = `
Transform: AWS::Serverless-2016-10-31
Parameters: {Dir: {Type: String}}
Globals: {Function: {Runtime: provided.al2023, CodeUri: code, Timeout: 300, MemorySize: 512, Environment: {Variables: {DIR: !Ref Dir}}}}
Resources:
  Requests:
    Type: AWS::Serverless::Function
    Properties:
      Handler: requests
      Events:
        Rest: {Type: Api, Properties: {Method: GET, Path: '/rest/{n}'}}
        Http: {Type: HttpApi, Properties: {Method: GET, Path: '/http/{n}'}}
  Events:
    Type: AWS::Serverless::Function
    Properties: {Handler: events}
  Stream:
    Type: AWS::Serverless::Function
    Properties: {Handler: stream, FunctionUrlConfig: {AuthType: NONE, InvokeMode: RESPONSE_STREAM}}
`

// buildKilled makes a folder of its own for the template and the functions, whose
// processes processesIn finds by it. The functions share the folder notes with the
// test; those that a host has left behind end with it.
func buildKilled(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	t.Cleanup(func() {
		for _, pid := range processesIn(dir) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	})
	buildFunction(t, filepath.Join(dir, "code", "bootstrap"), "./testdata/killed", "")
	if err := os.Mkdir(filepath.Join(dir, "notes"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "template.yaml"), []byte(killed), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// processesIn gives the processes that run an executable of a folder. Those that
// have ended are not among them, waited for or not.
func processesIn(dir string) (pids []int) {
	links, _ := filepath.Glob("/proc/[0-9]*/exe") // of a sound pattern: cannot fail
	for _, link := range links {
		executable, err := os.Readlink(link)
		if err != nil || !strings.HasPrefix(executable, dir+"/") {
			continue // another user's, or it has ended
		}
		var pid int
		if _, err := fmt.Sscanf(link, "/proc/%d/exe", &pid); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// Of the requests to a host whose environments are killed at random, those in a
// killed environment fail and no other, none runs twice, and nothing is left of
// any in the end.
func TestRequestsWhileEnvironmentsAreKilled(t *testing.T) {
	http.DefaultClient.CloseIdleConnections() // of tests before
	checkNothingLeft := processtest.Before(t)
	dir := buildKilled(t)
	var answers []answer
	var victims map[int]bool
	t.Run("load", func(t *testing.T) { // the host ends with it
		h := hosttest.Start(t, filepath.Join(dir, "template.yaml"),
			hosttest.Parameter("Dir", filepath.Join(dir, "notes")), hosttest.Log(io.Discard))
		stop := killAtRandom(dir)
		answers = ask(t, h.URL, inCI(10_000, 1_500), 64)
		victims = stop()
		t.Logf("%d environments run, %d were killed", len(processesIn(dir)), len(victims))
	})
	checkAnswers(t, answers, whoRan(t, readLives(t, filepath.Join(dir, "notes")), victims), victims)
	if pids := processesIn(dir); len(pids) > 0 {
		t.Errorf("got processes %v after the end of the host, want none", pids)
	}
	checkNothingLeft()
}

// killAtRandom kills a process of a folder every 50 ms until it is stopped, which
// tells the ones that it was.
func killAtRandom(dir string) (stop func() map[int]bool) {
	victims := map[int]bool{}
	stopped := make(chan struct{})
	var killing sync.WaitGroup
	killing.Go(func() {
		ticker := time.NewTicker(50 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-stopped:
				return
			case <-ticker.C:
			}
			if pids := processesIn(dir); len(pids) > 0 {
				pid := pids[rand.IntN(len(pids))]
				if syscall.Kill(pid, syscall.SIGKILL) == nil {
					victims[pid] = true
				}
			}
		}
	})
	return func() map[int]bool {
		close(stopped)
		killing.Wait()
		return victims
	}
}

// answer is what a client got.
type answer struct {
	status int
	body   string
}

// failures are the answers to a request whose environment was killed.
var failures = map[string]answer{
	"rest": {502, `{"message": "Internal server error"}`},
	"http": {500, `{"message":"Internal Server Error"}`},
}

// api is the kind of API that the request of a number goes to.
func api(n int) string {
	if n%2 == 0 {
		return "rest"
	}
	return "http"
}

// ask sends n requests over so many connections and returns the answers by the
// requests' numbers.
func ask(t *testing.T, base string, n, connections int) []answer {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: connections}
	defer transport.CloseIdleConnections()
	v := &visitor{t: t, client: &http.Client{Transport: transport}}
	answers := make([]answer, n)
	var next atomic.Int64
	var clients sync.WaitGroup
	for range connections {
		clients.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				answers[i] = v.get(fmt.Sprintf("%s/%s/%d", base, api(i), i))
			}
		})
	}
	clients.Wait()
	return answers
}

// get sends a request that has to be answered, whatever the answer is.
func (v *visitor) get(url string) answer {
	response, err := v.client.Get(url)
	if err != nil {
		v.t.Error(err)
		return answer{}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Error(err)
	}
	return answer{response.StatusCode, string(body)}
}

// life is what an environment has noted.
type life struct {
	pid   int
	begun []int // the numbers of its requests
	ended int   // how many of them it has ended: all, or all but the last
}

// last reports whether a request is the last that the environment began.
func (l *life) last(n int) bool { return l.begun[len(l.begun)-1] == n }

// finished reports whether the environment has ended a request that it began.
func (l *life) finished(n int) bool { return !l.last(n) || l.ended == len(l.begun) }

// readLives reads the notes of each environment.
func readLives(t *testing.T, notes string) (lives []*life) {
	t.Helper()
	files, err := os.ReadDir(notes)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(notes, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		var l life
		if l.pid, err = strconv.Atoi(file.Name()); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			var n int
			if _, err := fmt.Sscanf(line, "begin %d\n", &n); err == nil {
				l.begun = append(l.begun, n)
			} else {
				l.ended++
			}
		}
		lives = append(lives, &l)
	}
	return lives
}

// whoRan gives the environment of each request that one began. None runs twice,
// and none is left unfinished but where its environment was killed.
func whoRan(t *testing.T, lives []*life, victims map[int]bool) map[int]*life {
	t.Helper()
	ran := map[int]*life{}
	for _, l := range lives {
		for _, n := range l.begun {
			if ran[n] != nil {
				t.Errorf("request %d ran in environments %d and %d", n, ran[n].pid, l.pid)
			}
			ran[n] = l
		}
		if l.ended < len(l.begun) && !victims[l.pid] {
			t.Errorf("environment %d, which was not killed, ended %d of %d requests", l.pid, l.ended, len(l.begun))
		}
	}
	return ran
}

// checkAnswers compares what clients got with what the environments noted. A
// request that one of them had begun has failed if, and only if, it was killed
// before it answered. One that was killed in the moment between reading an event
// and noting it has failed a request that nobody began.
func checkAnswers(t *testing.T, answers []answer, ran map[int]*life, victims map[int]bool) {
	t.Helper()
	var cut, unanswered, unnoted int
	for n, got := range answers {
		l, failed := ran[n], got == failures[api(n)]
		switch {
		case l == nil && failed:
			unnoted++
		case l == nil:
			t.Errorf("request %d: got %v, and no environment began it", n, got)
		case l.finished(n) && got == answer{200, fmt.Sprint(n, " ", l.pid)}:
		case failed && victims[l.pid] && l.last(n) && l.finished(n):
			unanswered++
		case failed && victims[l.pid] && l.last(n):
			cut++
		default:
			t.Errorf("request %d: got %v, though environment %d began it, killed: %t, and ended it: %t", n, got, l.pid, victims[l.pid], l.finished(n))
		}
	}
	t.Logf("%d requests, %d environments killed: %d requests failed before their end, %d before their answer, %d before they were noted",
		len(answers), len(victims), cut, unanswered, unnoted)
	if cut == 0 || cut+unanswered+unnoted > len(victims) {
		t.Errorf("%d environments killed, and %d requests failed", len(victims), cut+unanswered+unnoted)
	}
}
