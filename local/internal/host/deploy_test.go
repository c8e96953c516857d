package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	awslambda "github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"

	"maru/local/internal/filelock"
	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

func init() {
	// code answers with the variable CODE, long enough to be written in pieces, and
	// with its process ID.
	handlers["code"] = func() {
		awslambda.Start(func() (events.APIGatewayV2HTTPResponse, error) {
			return events.APIGatewayV2HTTPResponse{
				StatusCode: 200, Body: strings.Repeat(os.Getenv("CODE"), bodyLength),
				Headers: map[string]string{"pid": fmt.Sprint(os.Getpid())},
			}, nil
		})
	}
	// hold answers when the file that CODE names is there.
	handlers["hold"] = func() {
		awslambda.Start(func() (string, error) {
			if err := os.WriteFile(os.Getenv("CODE")+".begun", nil, 0o600); err != nil {
				return "", err
			}
			for !exists(os.Getenv("CODE")) {
				time.Sleep(5 * time.Millisecond)
			}
			return "held", nil
		})
	}
	handlers["init-exit"] = func() { os.Exit(3) }
	handlers["init-hang"] = func() {
		if file := os.Getenv("HANGING"); file != "" {
			_ = os.WriteFile(file, nil, 0o600)
		}
		select {}
	}
}

const bodyLength = 100_000

// stack is a template that tests change, in a folder with a bootstrap and a makefile
// that gives it to functions that are built.
type stack struct {
	t         *testing.T
	dir, file string
}

func newStack(t *testing.T) *stack {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &stack{t, dir, filepath.Join(dir, "template.yaml")}
	s.change(0)
	lambdatest.Bootstrap(t, filepath.Join(dir, "code"))
	return s
}

// put writes a file of the stack.
func (s *stack) put(name, content string) {
	s.t.Helper()
	path := filepath.Join(s.dir, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o600)); err != nil {
		s.t.Fatal(err)
	}
}

// function is one of the template, whose GET route is below its name.
func function(logicalID, handler, code, more string) string {
	return fmt.Sprintf(`
  %s:
    Type: AWS::Serverless::Function
%s
    Properties:
      Handler: %s
      Environment: {Variables: {CODE: "%s"}}
      Events: {Api: {Type: HttpApi, Properties: {Path: /%s, Method: GET}}}
`, logicalID, more, handler, code, strings.ToLower(logicalID))
}

// built has a function built by the makefile.
const built = "    Metadata: {BuildMethod: makefile}"

// write makes functions those of the template.
func (s *stack) write(functions ...string) {
	s.t.Helper()
	s.put("template.yaml", `Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: provided.al2023, CodeUri: code, Timeout: 30, MemorySize: 128}}
Resources:
`+strings.Join(functions, ""))
}

// start starts a host of the stack, which the test closes if it is given none.
func (s *stack) start() *Host {
	s.t.Helper()
	h, err := Start(s.t.Context(), Config{
		Template: s.file, APIAddress: "127.0.0.1:0", Environ: os.Environ(), Output: io.Discard,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

// open is start, with a host that is closed at the end of the test.
func (s *stack) open() *Host {
	s.t.Helper()
	h := s.start()
	s.t.Cleanup(func() { s.close(h) })
	return h
}

func (s *stack) close(h *Host) {
	s.t.Helper()
	if err := h.Close(context.Background()); err != nil {
		s.t.Error(err)
	}
}

// get asks a host and gives the code that answered, and its process ID. An answer
// that is not whole or not of one code is an error, and so is a status but 200.
func get(client *http.Client, h *Host, path string) (code, pid string, err error) {
	response, err := client.Get("http://" + h.APIAddr.String() + path)
	if err != nil {
		return "", "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", "", err
	}
	code = string(body[:min(1, len(body))])
	if response.StatusCode != 200 || string(body) != strings.Repeat(code, bodyLength) {
		return "", "", fmt.Errorf("got %d with %d bytes: %.200q", response.StatusCode, len(body), body)
	}
	return code, response.Header.Get("pid"), nil
}

// wantCode checks which code of a function serves.
func wantCode(t *testing.T, h *Host, path, want string) (pid string) {
	t.Helper()
	code, pid, err := get(http.DefaultClient, h, path)
	if err != nil || code != want {
		t.Errorf("GET %s: got code %q, %v, want %s", path, code, err, want)
	}
	return pid
}

// A deployment changes what is different, and nothing else.
func TestDeploy(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.write(function("Kept", "code", "1", built), function("Changed", "code", "1", ""), function("Old", "code", "1", ""))
	h := s.open()
	kept := wantCode(t, h, "/kept", "1")
	wantCode(t, h, "/old", "1")
	s.write(function("Kept", "code", "1", built), function("Changed", "code", "2", ""), function("New", "code", "2", ""))
	change, err := h.redeploy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := Change{Kept: []string{"Kept"}, Changed: []string{"Changed"}, Added: []string{"New"}, Removed: []string{"Old"}}
	if diff := cmp.Diff(want, change); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if pid := wantCode(t, h, "/kept", "1"); pid != kept {
		t.Errorf("got the process %s, want %s as before", pid, kept)
	}
	wantCode(t, h, "/changed", "2")
	wantCode(t, h, "/new", "2")
	if _, _, err := get(http.DefaultClient, h, "/old"); err == nil || !strings.HasPrefix(err.Error(), "got 404") {
		t.Errorf("a function that was removed: got %v, want 404", err)
	}
	h.retiring.Wait()
	if _, err := h.Lambda.Run(t.Context(), lambda.Request{Function: "Old"}); err == nil {
		t.Error("a function that was removed still runs")
	}
}

// What has a new error is not deployed: the one before serves on, and who deploys
// learns why, and where.
func TestDeployWhatFails(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	fine := function("Fn", "code", "1", "")
	s.write(fine)
	s.put("go.mod", "module shop\n\ngo 1.24\n")
	s.put("fine/main.go", "package main\n\nfunc main() {}\n")
	s.put("wrong/main.go", "package main\n\nfunc main() {\n\tundefined()\n}\n")
	s.put("bad/Makefile", "build-Bad:\n\t@echo no luck; exit 1\n")
	h := s.open()
	pid := wantCode(t, h, "/fn", "1")
	for _, tt := range []struct {
		name, more string
		want       []string // in the error
	}{
		{"template", "  Bad: {Type: AWS::Serverless::Function, Properties: {Timeout: soon}}\n", []string{s.file + ":", "Timeout"}},
		{"no code", "  Bad: {Type: AWS::Serverless::Function, Properties: {Handler: code, CodeUri: nowhere}}\n", []string{s.file + ":", "nowhere"}},
		{"build", "  Bad: {Type: AWS::Serverless::Function, Metadata: {BuildMethod: makefile}, Properties: {Handler: code, CodeUri: bad}}\n", []string{s.file + ":", "Bad"}},
		{"compiler", "  Bad: {Type: AWS::Serverless::Function, Properties: {Handler: code, CodeUri: wrong}}\n", []string{"wrong/main.go:4:2: undefined: undefined"}},
		{"init ends", function("Bad", "init-exit", "2", ""), []string{s.file + ":", "function Bad does not start: Runtime.ExitError"}},
		{"init hangs", function("Bad", "init-hang", "2", ""), []string{s.file + ":", "function Bad does not start", "init phase took over 10 seconds"}},
	} {
		s.write(function("Fn", "code", "2", ""), tt.more)
		_, err := h.redeploy(t.Context())
		if err == nil {
			t.Errorf("%s: was deployed", tt.name)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %q, want %q in it", tt.name, err, want)
			}
		}
		if now := wantCode(t, h, "/fn", "1"); now != pid {
			t.Errorf("%s: got the process %s, want %s as before", tt.name, now, pid)
		}
	}
	s.write(function("Fn", "code", "2", ""))
	if _, err := h.redeploy(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantCode(t, h, "/fn", "2")
}

// What could not be built before may stay so, and may be mended.
func TestDeployBesideWhatWasBroken(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	java := "  Java: {Type: AWS::Serverless::Function, Properties: {Handler: a, Runtime: java21}}\n"
	broken := "  Bad: {Type: AWS::Serverless::Function, Properties: {Handler: code, CodeUri: later, Events: {Api: {Type: HttpApi, Properties: {Path: /bad, Method: GET}}}}}\n"
	s.write(function("Fn", "code", "1", ""), broken)
	h := s.open()
	s.write(function("Fn", "code", "2", ""), broken, java) // which this host does not run
	if _, err := h.redeploy(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantCode(t, h, "/fn", "2")
	if err := os.Symlink(filepath.Join(s.dir, "code"), filepath.Join(s.dir, "later")); err != nil {
		t.Fatal(err)
	}
	s.write(function("Fn", "code", "2", ""), strings.Replace(broken, "Handler: code,", "Handler: code, Environment: {Variables: {CODE: 3}},", 1), java)
	change, err := h.redeploy(t.Context())
	if diff := cmp.Diff(Change{Kept: []string{"Fn", "Java"}, Changed: []string{"Bad"}}, change); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	wantCode(t, h, "/bad", "3")
}

// A deployment that waits ends with who asked for it, and with the host.
func TestDeployIsCutShort(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.write(function("Fn", "code", "1", ""))
	h := s.start()
	s.write(function("Fn", "init-hang", "2", ""))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := h.redeploy(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the end of its context", err)
	}
	wantCode(t, h, "/fn", "1")
	deployed := make(chan error, 1)
	go func() {
		_, err := h.redeploy(context.Background())
		deployed <- err
	}()
	time.Sleep(100 * time.Millisecond) // either side of the init phase's begin will do
	begin := time.Now()
	s.close(h)
	if err := <-deployed; err == nil {
		t.Error("was deployed on a host that is closed")
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("the host waited %s for a deployment", took)
	}
}

// hold begins a request that its function holds until release; it gives the answer then.
func (s *stack) hold(h *Host) (release func() string) {
	answered := make(chan string, 1)
	go func() {
		response, err := http.Get("http://" + h.APIAddr.String() + "/hold")
		if err != nil {
			answered <- err.Error()
			return
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		answered <- string(body)
	}()
	waitFor(s.t, filepath.Join(s.dir, "go.begun"))
	return func() string {
		s.put("go", "")
		return <-answered
	}
}

// waitFor waits until a file is there.
func waitFor(t *testing.T, file string) {
	t.Helper()
	for range 1000 {
		if exists(file) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("no %s", file)
}

// given reports whether the build of a function was given up, so that others may
// delete it.
func given(t *testing.T, f *lambda.Function) bool {
	t.Helper()
	lock, err := os.OpenFile(filepath.Join(filepath.Dir(f.Dir), ".lock"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	return filelock.TryLock(lock)
}

// change has functions that are built come out as another build.
func (s *stack) change(n int) {
	s.t.Helper()
	self, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	s.put("code/Makefile", fmt.Sprintf("build-%%:\n\tln -s %s $(ARTIFACTS_DIR)/bootstrap\n\techo %d >$(ARTIFACTS_DIR)/n\n", self, n))
}

// A request that runs for long keeps what it may ask for, in its newest code, and
// nobody else meets it.
func TestDeployDuringALongRequest(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	hold := function("Hold", "hold", s.dir+"/go", "")
	s.write(hold, function("X", "code", "1", built), function("Y", "code", "1", ""))
	h := s.open()
	release := s.hold(h)
	s.change(2)
	s.write(hold, function("X", "code", "2", built), function("Z", "code", "2", ""))
	if _, err := h.redeploy(t.Context()); err != nil {
		t.Fatal(err)
	}
	second := h.current.Load()
	s.write(strings.Replace(hold, "Handler:", "Timeout: 3\n      Handler:", 1))
	if _, err := h.redeploy(t.Context()); err != nil {
		t.Fatal(err)
	}
	x, err := h.Lambda.Find("X", "")
	if err != nil || x.Function.Environment["CODE"] != "2" {
		t.Errorf("got %v, %v, want X with its newest code while it may be asked for", x.Function, err)
	}
	for range 200 { // until the second is over, which only new requests could ask
		if _, err = h.Lambda.Find("Z", ""); err != nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err == nil {
		t.Error("Z is there, which no request can ask for")
	}
	if given(t, second.functions[1]) {
		t.Error("the build of X was given up")
	}
	if got := h.LongestTimeout(); got != 30*time.Second {
		t.Errorf("got the longest timeout %s, want 30s", got)
	}
	if got := release(); got != "held" {
		t.Errorf("got %s, want the answer of a request that began before", got)
	}
	h.retiring.Wait()
	if _, err := h.Lambda.Find("X", ""); err == nil || len(h.alive) != 1 || len(h.lingering) != 0 {
		t.Errorf("got %d deployments, %d functions that linger, and for X %v, want one, none and an error", len(h.alive), len(h.lingering), err)
	}
	if !given(t, second.functions[1]) {
		t.Error("the build of X was not given up")
	}
}

// A host that ends keeps the code of what still runs.
func TestCloseDuringALongRequest(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.write(function("Hold", "hold", s.dir+"/go", built))
	h := s.start()
	first := h.current.Load().functions[0]
	release := s.hold(h)
	for n := range 2 {
		s.change(n + 1)
		if change, err := h.redeploy(t.Context()); err != nil || len(change.Changed) != 1 {
			t.Fatalf("got %+v, %v", change, err)
		}
	}
	closed := make(chan error, 1)
	go func() { closed <- h.Close(context.Background()) }()
	time.Sleep(100 * time.Millisecond) // for what Close must not do
	if given(t, first) {
		t.Error("the build was given up while it runs")
	}
	if got := release(); got != "held" {
		t.Errorf("got %s, want the answer", got)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

// Nothing is deployed on a host that is closed, and nothing opened.
func TestDeployAfterClose(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.write(function("Fn", "code", "1", ""))
	h := s.start()
	s.close(h)
	s.write(strings.Replace(function("Fn", "code", "2", ""), "{CODE:", `{REDIS_URL: "", CODE:`, 1))
	if _, err := h.redeploy(context.Background()); !errors.Is(err, context.Canceled) || h.redis != nil {
		t.Errorf("got %v and the Redis %v, want an error and none", err, h.redis)
	}
}

// The first deployment that declares a REDIS_URL gets one.
func TestDeployWithRedis(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.write(function("Fn", "code", "1", ""))
	h := s.open()
	for range 2 {
		s.write(strings.Replace(function("Fn", "code", "2", ""), "{CODE:", `{REDIS_URL: "", CODE:`, 1))
		if _, err := h.redeploy(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantCode(t, h, "/fn", "2")
		if got := h.current.Load().functions[0].Environment[redisVariable]; got == "" || got != h.redis.URL {
			t.Errorf("got REDIS_URL %q, want that of the host's Redis", got)
		}
	}
}

// doomedTemplate is the variable by which the test binary is a host that will be
// killed: of the template that it names.
const doomedTemplate = "DOOMED_TEMPLATE"

// runDoomed serves, and deploys again when it reads a byte.
func runDoomed(path string) {
	h, err := Start(context.Background(), Config{Template: path, LambdaAddress: "127.0.0.1:0", Environ: os.Environ()})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(h.LambdaAddr)
	_, _ = os.Stdin.Read(make([]byte, 1))
	_, err = h.redeploy(context.Background())
	fmt.Println("deployed:", err)
	os.Exit(1)
}
