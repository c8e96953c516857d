package host

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"maru/local/internal/async"
	"maru/local/internal/process/processtest"
)

// environments gives the environments of a stack that run, its hosts' too, by process
// ID: their variables CODE.
func (s *stack) environments() map[string]string {
	codes := map[string]string{}
	files, _ := filepath.Glob("/proc/[0-9]*/environ") // of a sound pattern: cannot fail
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(raw, []byte("LAMBDA_TASK_ROOT="+s.dir+"/")) {
			continue // another user's, or it has ended
		}
		_, code, _ := strings.Cut(string(raw), "\x00CODE=")
		code, _, _ = strings.Cut(code, "\x00")
		codes[filepath.Base(filepath.Dir(file))] = code
	}
	return codes
}

// answers are what clients were answered by one path: the process IDs, by the code.
type answers struct {
	mu     sync.Mutex
	pids   map[string]map[string]bool
	n      int
	failed []error
}

func (a *answers) add(code, pid string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.n++
	if err != nil {
		a.failed = append(a.failed, err)
		return
	}
	if a.pids == nil {
		a.pids = map[string]map[string]bool{}
	}
	if a.pids[code] == nil {
		a.pids[code] = map[string]bool{}
	}
	a.pids[code][pid] = true
}

// Two deployments take each other's place 100 times, 20 where it has to be short, while
// 16 clients ask. No request
// fails, each answer is of one of the two and whole, what is the same in both keeps its
// processes, and nothing is left over.
func TestDeployUnderLoad(t *testing.T) {
	s := newStack(t)
	versions := [][]string{
		{function("Kept", "code", "0", built), function("Changed", "code", "1", built), function("Either", "code", "1", "")},
		{function("Kept", "code", "0", built), function("Changed", "code", "2", built), strings.Replace(function("Or", "code", "2", built), "/or", "/either", 1)},
	}
	s.write(versions[0]...)
	checkNothingLeft := processtest.Before(t)
	h := s.start()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	seen := map[string]*answers{"/kept": {}, "/changed": {}, "/either": {}}
	paths := []string{"/kept", "/changed", "/either"}
	ctx, stop := context.WithCancel(t.Context())
	var clients sync.WaitGroup
	for i := range 16 {
		clients.Go(func() {
			for n := i; ctx.Err() == nil; n++ {
				path := paths[n%len(paths)]
				seen[path].add(get(client, h, path))
			}
		})
	}
	deployments := 100
	if testing.Short() {
		deployments = 20
	}
	for i := range deployments {
		s.write(versions[(i+1)%2]...)
		change, err := h.redeploy(t.Context())
		if err != nil {
			t.Error(err)
		}
		if want := []string{"Kept"}; !slices.Equal(change.Kept, want) {
			t.Errorf("got %+v, want Kept alone to be kept", change)
		}
	}
	stop()
	clients.Wait()
	h.retiring.Wait()

	asked := 0
	for path, want := range map[string][]string{"/kept": {"0"}, "/changed": {"1", "2"}, "/either": {"1", "2"}} {
		a := seen[path]
		asked += a.n
		var codes []string
		for code := range a.pids {
			codes = append(codes, code)
		}
		if slices.Sort(codes); !slices.Equal(codes, want) || len(a.failed) > 0 {
			t.Errorf("%s: got the codes %q, want %q; %d of %d requests failed: %v",
				path, codes, want, len(a.failed), a.n, errors.Join(a.failed[:min(3, len(a.failed))]...))
		}
	}
	t.Logf("%d requests during %d deployments", asked, deployments)
	if deployments%2 != 0 || len(h.alive) != 1 {
		t.Errorf("got %d deployments that are in use, want one", len(h.alive))
	}
	running := s.environments()
	for pid := range seen["/kept"].pids["0"] {
		if running[pid] != "0" {
			t.Errorf("process %s of Kept is gone", pid)
		}
	}
	for pid, code := range running {
		if code != "0" && code != "1" {
			t.Errorf("process %s runs the code %q, which is not deployed", pid, code)
		}
	}
	builds, err := filepath.Glob(filepath.Join(s.dir, ".maru/build/*T*"))
	// Two deployments are in use when a third clears away: Kept's build, of each two more.
	if most, kept := 1+3*2, 3; err != nil || len(builds) > most+kept {
		t.Errorf("got %d builds, %v, want those in use and a few", len(builds), err)
	}
	s.close(h)
	client.CloseIdleConnections()
	if running := s.environments(); len(running) > 0 {
		t.Errorf("got processes %v after the end of the host, want none", running)
	}
	checkNothingLeft()
}

// doomed starts a host of the stack in a process of its own, and gives the address of
// its Invoke API and what has it deploy.
func (s *stack) doomed() (host *exec.Cmd, address string, deploy func()) {
	s.t.Helper()
	self, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	host = exec.Command(self)
	host.Env = append(os.Environ(), doomedTemplate+"="+s.file)
	in, inErr := host.StdinPipe()
	out, outErr := host.StdoutPipe()
	if err := errors.Join(inErr, outErr, host.Start()); err != nil {
		s.t.Fatal(err)
	}
	address, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		s.t.Fatal(err)
	}
	return host, strings.TrimSpace(address), func() { in.Write([]byte("\n")) }
}

// A host is killed while it deploys. The next start is as any other, and what was
// invoked asynchronously before runs on the new code.
func TestKilledWhileDeploying(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	t.Cleanup(func() { // what the killed host left
		for pid := range s.environments() {
			if n, err := strconv.Atoi(pid); err == nil {
				_ = syscall.Kill(n, syscall.SIGKILL)
			}
		}
	})
	events := func(handler, code string) string {
		return strings.Replace(function("Events", handler, code, built), "      Handler:",
			"      EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: SQS}}}\n      Handler:", 1)
	}
	s.write(events("sleep", "1"), function("Other", "code", "1", ""))
	host, address, deploy := s.doomed()
	request, err := http.NewRequest("POST", "http://"+address+"/2015-03-31/functions/Events/invocations", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Invocation-Type", "Event")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != 202 {
		t.Fatalf("got status %d of the Invoke API, want 202", response.StatusCode)
	}
	hanging := filepath.Join(s.dir, "hanging")
	s.write(events("code", "2"), strings.Replace(function("Other", "init-hang", "2", ""), "{CODE:", "{HANGING: "+hanging+", CODE:", 1))
	deploy()
	waitFor(t, hanging)
	if err := host.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = host.Wait() // says that it was killed

	s.write(events("code", "2"), function("Other", "code", "2", ""))
	h := s.open()
	wantCode(t, h, "/other", "2")
	messages := filepath.Join(s.dir, ".maru/async", async.MessagesFile)
	waitFor(t, messages)
	content, err := os.ReadFile(messages)
	if err != nil || !bytes.Contains(content, []byte(`"responsePayload":{"statusCode":200`)) || !bytes.Contains(content, []byte("2222")) {
		t.Errorf("got the message %.300s, %v, want what the new code answered", content, err)
	}
}
