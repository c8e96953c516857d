package lambda_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

// The runtimes below speak to the Runtime API by hand, to do what
// aws-lambda-go never does. What they see they answer with, as a list of
// "STATUS BODY".

func init() {
	handlers["states"] = func() { rawRuntime(stateErrors) }
	handlers["several-connections"] = func() { severalConnections() }
	handlers["init-error"] = func() {
		call("POST", "/runtime/init/error", `{"errorType":"`+os.Getenv("ERROR_TYPE")+`","errorMessage":"no table"}`)
		os.Exit(1)
	}
	handlers["next-twice"] = func() {
		first, id := next()
		second, again := next()
		call("POST", "/runtime/invocation/"+id+"/response", fmt.Sprintf("[%t, %t]", first == second, id == again))
		next()
	}
	handlers["gate"] = func() {
		for {
			_, id := next()
			passGate()
			call("POST", "/runtime/invocation/"+id+"/response", "null")
		}
	}
}

var client = &http.Client{Transport: &http.Transport{}}

func call(method, path, body string) string {
	r, err := http.NewRequest(method, "http://"+os.Getenv("AWS_LAMBDA_RUNTIME_API")+"/2018-06-01"+path, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	return do(r)
}

func do(r *http.Request) string {
	response, err := client.Do(r)
	if err != nil {
		panic(err)
	}
	return textOf(response)
}

// textOf returns "STATUS BODY".
func textOf(response *http.Response) string {
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("%d %s", response.StatusCode, strings.TrimSpace(string(answer)))
}

func next() (event, id string) {
	response, err := client.Get("http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/next")
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	return string(body), response.Header.Get("Lambda-Runtime-Aws-Request-Id")
}

// rawRuntime answers every invocation with what a function saw.
func rawRuntime(f func(id string) []string) {
	var seen []string
	for {
		_, id := next()
		if seen == nil {
			seen = f(id)
			call("POST", "/runtime/invocation/"+id+"/response", "null")
			seen = append(seen, call("POST", "/runtime/invocation/"+id+"/response", "null"))
			continue
		}
		answer, _ := json.Marshal(seen)
		call("POST", "/runtime/invocation/"+id+"/response", string(answer))
	}
}

func stateErrors(id string) []string {
	return []string{
		call("GET", "/ping", ""),
		call("POST", "/runtime/invocation/other/response", "1"),
		call("POST", "/runtime/invocation/other/error", "1"),
		call("POST", "/runtime/init/error", "{}"),
		call("GET", "/runtime/nowhere", ""),
	}
}

// TestRuntimeAPIStates (D.2) has what is refused, as AWS's own emulator refuses it.
func TestRuntimeAPIStates(t *testing.T) {
	l, _ := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 1}, lambdatest.NewFunction(t, "states"))
	run(t, l, "fn")
	var got []string
	invoke(t, l, &got)
	const failed = `403 {"errorType":"InvalidStateTransition","errorMessage":"State transition from %s to %s failed for runtime. Error: State transition is not allowed"}`
	want := []string{
		"200 pong",
		`400 {"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}`,
		`400 {"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}`,
		fmt.Sprintf(failed, "Running", "InitError"),
		"404 404 page not found",
		fmt.Sprintf(failed, "ResponseSent", "InvocationResponse"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A runtime may ask for events on one connection and answer on another, or use
// a new one every time, as a shell script with curl does.
func severalConnections() {
	asking := &http.Client{Transport: &http.Transport{}}
	once := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for i := 0; ; i++ {
		for n, c := range []*http.Client{asking, once} {
			client = c
			_, id := next()
			client = []*http.Client{once, asking}[(i+n)%2]
			if got := call("POST", "/runtime/invocation/"+id+"/response", fmt.Sprint(2*i+n)); !strings.HasPrefix(got, "202") {
				panic(got)
			}
		}
	}
}

func TestSeveralConnections(t *testing.T) {
	l, log := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 1}, lambdatest.NewFunction(t, "several-connections"))
	for i := range 40 {
		got, err := l.Invoke(t.Context(), lambda.Request{Function: "fn", Event: []byte("{}")})
		if err != nil || string(got) != fmt.Sprint(i) {
			t.Fatalf("invocation %d: got %s, %v\n%s", i, got, err, log)
		}
	}
}

// TestInitErrorIsTheResult (D.8), as the runtime wrote it.
func TestInitErrorIsTheResult(t *testing.T) {
	f := lambdatest.NewFunction(t, "init-error")
	f.Environment = map[string]string{"ERROR_TYPE": "Function.BadConfig"}
	l, _ := lambdatest.Start(t, f)
	r := lambdatest.Run(t, l, lambda.Request{})
	want := `{"errorType":"Function.BadConfig","errorMessage":"no table"}`
	if r.FunctionError != "Unhandled" || r.ErrorType != "Function.BadConfig" || string(r.Payload) != want {
		t.Errorf("got %s %s %s, want the runtime's own error", r.FunctionError, r.ErrorType, r.Payload)
	}
}

// A runtime that asks again before it has answered gets the same event.
func TestNextTwice(t *testing.T) {
	l, _ := lambdatest.Start(t, lambdatest.NewFunction(t, "next-twice"))
	got, err := l.Invoke(t.Context(), lambda.Request{Function: "fn", Event: []byte(`{"n":1}`)})
	if err != nil || string(got) != "[true, true]" {
		t.Errorf("got %s, %v; want the same event under the same ID", got, err)
	}
}

// TestEnvironmentVariables (D.11) has all of them; package managed holds those of a
// managed runtime against test_lambda_init_environment.
func TestEnvironmentVariables(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
		"AWS_XRAY_DAEMON_ADDRESS": "", "OF_THE_HOST": "leaks",
	} {
		t.Setenv(name, value)
	}
	f := lambdatest.NewFunction(t, "environment")
	f.Environment = map[string]string{"MINE": "한글", "AWS_REGION": "elsewhere"}
	l, _ := lambdatest.Start(t, f)
	var list []string
	invoke(t, l, &list)
	got := map[string]string{}
	for _, entry := range list {
		name, value, _ := strings.Cut(entry, "=")
		got[name] = value
	}
	for name := range got { // differ from run to run
		if name == "AWS_LAMBDA_RUNTIME_API" || name == "AWS_LAMBDA_LOG_STREAM_NAME" || name == "_X_AMZN_TRACE_ID" {
			delete(got, name)
		}
	}
	want := map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
		"AWS_DEFAULT_REGION": "eu-west-1", "AWS_REGION": "eu-west-1", "AWS_SAM_LOCAL": "true", "GOMAXPROCS": "1",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "AWS_LAMBDA_FUNCTION_NAME": "fn",
		"AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/fn", "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
		"AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000", "_AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1", "_AWS_XRAY_DAEMON_PORT": "2000",
		"LAMBDA_RUNTIME_DIR": "/var/runtime", "LAMBDA_TASK_ROOT": f.Dir, "PWD": f.Dir,
		"LANG": "en_US.UTF-8", "TZ": ":UTC", "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/bin",
		"LD_LIBRARY_PATH": "/lib64:/usr/lib64:" + f.Dir + ":" + f.Dir + "/lib:/opt/lib",
		"MINE":            "한글", "_HANDLER": "environment",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A managed runtime is a command, which finds the code in its working directory;
// its variables, and others that Lambda does not reserve, are the function's to
// change.
func TestManagedRuntime(t *testing.T) {
	f := lambdatest.NewFunction(t, "environment")
	f.Command = []string{filepath.Join(f.Dir, "bootstrap"), "client"}
	f.Dir = t.TempDir()
	f.RuntimeVariables = map[string]string{"AWS_EXECUTION_ENV": "AWS_Lambda_x1", "PATH": "/x/bin", "XPATH": "/x", "_HANDLER": "no"}
	f.Environment = map[string]string{"XPATH": "/mine", "TZ": "Asia/Seoul", "LANG": "ko_KR.UTF-8"}
	l, _ := lambdatest.Start(t, f)
	var list []string
	invoke(t, l, &list)
	for _, want := range []string{
		"AWS_EXECUTION_ENV=AWS_Lambda_x1", "PATH=/x/bin", "XPATH=/mine", "TZ=Asia/Seoul", "LANG=ko_KR.UTF-8", "_HANDLER=environment", "PWD=" + f.Dir,
	} {
		if !slices.Contains(list, want) {
			t.Errorf("got %q, want %s among them", list, want)
		}
	}
	if slices.ContainsFunc(list, func(v string) bool { return strings.HasPrefix(v, "GOMAXPROCS=") }) {
		t.Errorf("got %q, want no GOMAXPROCS", list)
	}
}

// A Go function is told how many CPUs it has in Lambda, unless it says so itself;
// a managed runtime is not.
func TestCPUs(t *testing.T) {
	tests := []struct {
		memory int
		own    map[string]string
		want   int
	}{
		{128, nil, 1}, {1769, nil, 1}, {1770, nil, min(2, runtime.NumCPU())}, {10240, nil, min(6, runtime.NumCPU())},
		{128, map[string]string{"GOMAXPROCS": "3"}, 3},
	}
	for _, tt := range tests {
		f := lambdatest.NewFunction(t, "environment")
		f.MemorySize, f.Environment = tt.memory, tt.own
		l, _ := lambdatest.Start(t, f)
		var list []string
		invoke(t, l, &list)
		if want := fmt.Sprint("GOMAXPROCS=", tt.want); !slices.Contains(list, want) {
			t.Errorf("%d MB, %v: got %q, want %s among them", tt.memory, tt.own, list, want)
		}
	}
}

func TestRuntimeVersionInTheLog(t *testing.T) {
	for identifier, want := range map[string]string{
		"provided.al2023": "provided:al2023", "python3.12": "python:3.12", "nodejs20.x": "nodejs:20.x",
	} {
		f := lambdatest.NewFunction(t, "echo")
		f.Runtime = identifier
		l, log := lambdatest.Start(t, f)
		run(t, l, "fn")
		if line := "Fn INIT_START Runtime Version: " + want + "\n"; !strings.HasPrefix(log.String(), line) {
			t.Errorf("got %s, want it to begin with %s", log, line)
		}
	}
}

// Layers are searched where they are. What a managed runtime adds, its own tests
// have.
func TestLayerVariables(t *testing.T) {
	f := lambdatest.NewFunction(t, "environment")
	f.OptDir = "/layers"
	l, _ := lambdatest.Start(t, f)
	got := string(lambdatest.Run(t, l, lambda.Request{}).Payload)
	for _, want := range []string{
		`"LD_LIBRARY_PATH=/lib64:/usr/lib64:` + f.Dir + ":" + f.Dir + `/lib:/layers/lib"`, `"PATH=/usr/local/bin:/usr/bin:/bin:/layers/bin"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s in it", got, want)
		}
	}
}
