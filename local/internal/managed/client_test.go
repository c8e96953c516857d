package managed_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"maru/local/internal/lambda/lambdatest"
)

// A runtime client asks for events and answers them on one connection, with the
// lengths of both told.
func TestClientsKeepTheirConnection(t *testing.T) {
	for runtime, files := range map[string][2]string{
		python: {"app.py", "def handler(e, c): return e"},
		nodejs: {"app.js", "exports.handler = async (e) => e"},
	} {
		t.Run(runtime, func(t *testing.T) {
			r := find(t, runtime)
			f := lambdatest.Deploy(t, map[string]string{files[0]: files[1]})
			api := newRuntimeAPI(t, 3)
			cmd := exec.CommandContext(t.Context(), r.Command[0], r.Command[1:]...)
			cmd.Env = []string{
				"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(api.URL, "http://"), "LAMBDA_TASK_ROOT=" + f.Dir, "_HANDLER=app.handler",
				"AWS_LAMBDA_FUNCTION_NAME=fn", "AWS_LAMBDA_FUNCTION_VERSION=1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128",
				"AWS_LAMBDA_LOG_GROUP_NAME=g", "AWS_LAMBDA_LOG_STREAM_NAME=s",
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				if got := <-api.answers; got != "7 application/json" {
					t.Errorf("got %q, want the event back", got)
				}
			}
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			if api.connections != 1 {
				t.Errorf("got %d connections, want one", api.connections)
			}
		})
	}
}

type runtimeAPI struct {
	*httptest.Server
	answers     chan string
	connections int
}

// newRuntimeAPI serves a Runtime API that has a number of events.
func newRuntimeAPI(t *testing.T, events int) *runtimeAPI {
	api := &runtimeAPI{answers: make(chan string, events)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, r *http.Request) {
		if events--; events < 0 {
			<-r.Context().Done()
			return
		}
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "id")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", "1")
		_, _ = io.WriteString(w, "7")
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/id/response", func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		api.answers <- string(body) + " " + r.Header.Get("Content-Type")
	})
	api.Server = httptest.NewUnstartedServer(mux)
	api.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			api.connections++
		}
	}
	api.Start()
	t.Cleanup(api.Close)
	return api
}
