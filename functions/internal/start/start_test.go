package start_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"

	"maru/functions/internal/runtimetest"
	"maru/functions/internal/start"
)

func TestMain(m *testing.M) {
	runtimetest.Main(m, func() { start.Method(http.MethodPost, os.Getenv("REDIS_URL")) })
}

// A function answers its own method from the Redis that it was given.
func TestMethod(t *testing.T) {
	variable := "REDIS_URL=redis://" + miniredis.RunT(t).Addr()
	for method, want := range map[string]int{"POST": http.StatusCreated, "GET": http.StatusMethodNotAllowed} {
		event := runtimetest.Request(method, "/users", `{"name":"kim","password":"correct horse"}`)
		if got := runtimetest.Invoke(t, event, variable).StatusCode; got != want {
			t.Errorf("%s /users: got %d, want %d", method, got, want)
		}
	}
}

// A Redis that is away is the requests' trouble, and does not keep the function from starting.
func TestMethodWithoutRedis(t *testing.T) {
	event := runtimetest.Request("POST", "/users", `{"name":"kim","password":"correct horse"}`)
	if got, want := runtimetest.Invoke(t, event, "REDIS_URL=redis://127.0.0.1:1").StatusCode, http.StatusServiceUnavailable; got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}

// A URL that cannot be read ends the init phase with one line of JSON that says why.
func TestMethodWithUnreadableURL(t *testing.T) {
	function := exec.Command(os.Args[0])
	function.Env = []string{"AWS_LAMBDA_RUNTIME_API=127.0.0.1:1", "REDIS_URL=http://:secret@redis.example"}
	var stderr bytes.Buffer
	function.Stderr = &stderr
	err := function.Run()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.ExitCode() != 1 {
		t.Errorf("got %v, want exit status 1", err)
	}
	var line struct{ Level, Msg, Error string }
	if err := json.Unmarshal(stderr.Bytes(), &line); err != nil {
		t.Fatalf("got %q on stderr, want one line of JSON: %v", &stderr, err)
	}
	if line.Level != "ERROR" || line.Msg != "connecting to Redis" || !strings.Contains(line.Error, "scheme") || strings.Contains(line.Error, "secret") {
		t.Errorf("got log line %+v, want an error that says what is wrong with the scheme and no password", line)
	}
}

// Neither a main nor this package is compiled with go-redis's Client: in each package
// that is, the compiler generates its methods again.
func TestCompiledWithoutClient(t *testing.T) {
	out, err := exec.Command("go", "list", "-export", "-f", "{{.Name}} {{.ImportPath}} {{.Export}}", "maru/functions/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	mains := 0
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		name, path := fields[0], fields[1]
		switch name {
		case "main":
			mains++
		case "start", "api": // The API's shows that the object of one that is compiled with it is told apart.
		default:
			continue
		}
		object, err := os.ReadFile(fields[2])
		if err != nil {
			t.Fatal(err)
		}
		if got, want := bytes.Contains(object, []byte("go-redis/v9.baseClient;")), name == "api"; got != want {
			t.Errorf("%s: compiled with Client: %t, want %t", path, got, want)
		}
	}
	if mains < 8 {
		t.Errorf("got %d mains, want one for each method", mains)
	}
}
