package lambda_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	awslambda "github.com/aws/aws-lambda-go/lambda"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

// script is what the function "stream" does: it writes First, waits until URL
// answers, then goes on as Then says.
type script struct {
	First, URL, Then string
}

func init() {
	handlers["stream"] = func() {
		awslambda.Start(func(_ context.Context, s script) (io.Reader, error) {
			return io.MultiReader(strings.NewReader(s.First), &second{script: s}), nil
		})
	}
	handlers["flood"] = func() {
		awslambda.Start(func(megabytes int64) (io.Reader, error) {
			return io.MultiReader(io.LimitReader(zeros{}, megabytes<<20)), nil
		})
	}
}

// second is the rest of the response, made when it is asked for.
type second struct {
	script
	rest io.Reader
}

func (s *second) Read(p []byte) (int, error) {
	if s.rest == nil {
		if s.URL != "" {
			response, err := http.Get(s.URL)
			if err != nil {
				return 0, err
			}
			response.Body.Close()
		}
		s.rest = strings.NewReader(s.Then)
	}
	switch s.Then {
	case "fail":
		return 0, errors.New("broken")
	case "exit":
		os.Exit(3)
	case "sleep":
		select {}
	}
	return s.rest.Read(p)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func (s script) event() []byte {
	return fmt.Appendf(nil, `{"First":%q,"URL":%q,"Then":%q}`, s.First, s.URL, s.Then)
}

// sink takes a stream; wrote is called with each chunk, where it is set.
type sink struct {
	bytes.Buffer
	contentType string
	wrote       func(p []byte) error
}

func (s *sink) begin(contentType string, _ time.Time) io.Writer {
	s.contentType = contentType
	return s
}

func (s *sink) Write(p []byte) (int, error) {
	if s.wrote != nil {
		if err := s.wrote(p); err != nil {
			return 0, err
		}
	}
	return s.Buffer.Write(p)
}

// A chunk is there before the function has written the next.
func TestStreamChunkByChunk(t *testing.T) {
	arrived := make(chan struct{})
	gate := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-arrived }))
	defer gate.Close()
	l, _ := lambdatest.Start(t, lambdatest.NewFunction(t, "stream"))
	s := &sink{}
	s.wrote = func(p []byte) error {
		if string(p) == "one" {
			close(arrived)
		}
		return nil
	}
	if _, err := l.Invoke(t.Context(), lambda.Request{Function: "Fn", Event: script{"one", gate.URL, "two"}.event(), Begin: s.begin}); err != nil {
		t.Fatal(err)
	}
	if s.String() != "onetwo" || s.contentType != "application/octet-stream" {
		t.Errorf("got %q, %s", s.String(), s.contentType)
	}
}

// What ends a stream early is an error (D.4), and nothing is lost that came before.
func TestStreamBroken(t *testing.T) {
	f := lambdatest.NewFunction(t, "stream")
	f.Timeout = time.Second
	for then, want := range map[string]string{
		"fail":  `{"errorMessage":"broken","errorType":"errorString"}`,
		"exit":  `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 3"}`,
		"sleep": `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed out after 1.00 seconds"}`,
	} {
		t.Run(then, func(t *testing.T) {
			l, log := lambdatest.Start(t, f)
			s := &sink{}
			r := lambdatest.Run(t, l, lambda.Request{ID: "ID", Event: script{First: "one", Then: then}.event(), Begin: s.begin})
			if s.String() != "one" || r.FunctionError != "Unhandled" || string(r.Payload) != want {
				t.Errorf("got %q, %s %s, want \"one\", Unhandled %s", s.String(), r.FunctionError, r.Payload, want)
			}
			if took := reportedDuration(t, log); took > f.Timeout+500*time.Millisecond {
				t.Errorf("it ran for %s, want no more than its timeout", took)
			}
		})
	}
}

// reportedDuration is the Duration of the REPORT line.
func reportedDuration(t *testing.T, log *lambdatest.Log) time.Duration {
	t.Helper()
	_, report, _ := strings.Cut(log.String(), "\tDuration: ")
	figure, _, _ := strings.Cut(report, " ms")
	d, err := time.ParseDuration(figure + "ms")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A function that fails before its response begins, or names a mode that there is
// not (D.4), has no stream.
func TestStreamOfError(t *testing.T) {
	otherMode, err := json.Marshal(report{Verb: "response", Body: "1", Header: map[string]string{"Lambda-Runtime-Function-Response-Mode": "buffered"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		handler, want string
		event         []byte
	}{
		{"fail", "no luck", []byte("{}")},
		{"report", "Invalid function response mode", otherMode},
	} {
		l, _ := lambdatest.Start(t, lambdatest.NewFunction(t, test.handler))
		_, err := l.Invoke(t.Context(), lambda.Request{Function: "Fn", Event: test.event, Begin: func(string, time.Time) io.Writer {
			t.Errorf("%s: the response began", test.handler)
			return io.Discard
		}})
		var failed *lambda.FunctionError
		if !errors.As(err, &failed) || failed.ErrorMessage() != test.want {
			t.Errorf("%s: got %v, want the error %s", test.handler, err, test.want)
		}
	}
}

// A client that is gone is not the function's business (B.22): it runs to its end,
// and its environment takes the next invocation.
func TestStreamClientGone(t *testing.T) {
	l, log := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 1}, lambdatest.NewFunction(t, "flood"))
	gone := &sink{wrote: func([]byte) error { return io.ErrClosedPipe }}
	for range 2 {
		if _, err := l.Invoke(t.Context(), lambda.Request{Function: "Fn", Event: []byte("8"), Begin: gone.begin}); err != nil {
			t.Fatal(err)
		}
	}
	if starts := log.Count("INIT_START"); gone.Len() > 0 || starts != 1 {
		t.Errorf("got %d bytes, %d environments, want 0 and 1", gone.Len(), starts)
	}
}

// A response of a gigabyte costs the host no memory.
func TestStreamLarge(t *testing.T) {
	l, _ := lambdatest.Start(t, lambdatest.NewFunction(t, "flood"))
	megabytes := 1 << 10
	if testing.Short() {
		megabytes = 64
	}
	size := 0
	s := &sink{wrote: func(p []byte) error { size += len(p); return nil }}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := l.Invoke(t.Context(), lambda.Request{
		Function: "Fn", Event: fmt.Append(nil, megabytes), Begin: func(string, time.Time) io.Writer { return counter{s} },
	})
	runtime.ReadMemStats(&after)
	if err != nil || size != megabytes<<20 {
		t.Errorf("got %d bytes, %v, want %d", size, err, megabytes<<20)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 4<<20 {
		t.Errorf("%d bytes were allocated on the way", grown)
	}
}

// counter counts what it is given and keeps nothing.
type counter struct{ *sink }

func (c counter) Write(p []byte) (int, error) { return len(p), c.wrote(p) }

// What a caller waits for no longer must not be written: its writer may be gone.
func TestStreamAfterPatience(t *testing.T) {
	l, _ := lambdatest.Start(t, lambdatest.NewFunction(t, "stream"))
	release := make(chan struct{})
	gate := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer gate.Close()
	ctx, cancel := context.WithCancel(t.Context())
	var returned bool
	s := &sink{}
	s.wrote = func(p []byte) error {
		if returned {
			t.Error("written to after the return")
		}
		cancel()
		return nil
	}
	_, err := l.Invoke(ctx, lambda.Request{Function: "Fn", Event: script{"one", gate.URL, "two"}.event(), Begin: s.begin})
	returned = true
	close(release)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the end of the context", err)
	}
}
