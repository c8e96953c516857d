package invokeapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	awslambda "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"maru/local/internal/invokeapi"
	"maru/local/internal/lambda"
)

// The test binary is its own function: as an execution environment, it runs the
// handler that _HANDLER names.
func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		handlers[os.Getenv("_HANDLER")]()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

var handlers = map[string]func(){
	"echo": func() {
		awslambda.Start(func(_ context.Context, event json.RawMessage) (json.RawMessage, error) { return event, nil })
	},
	"fail": func() { awslambda.Start(func() error { return errors.New("no luck") }) },
	"print": func() {
		awslambda.Start(func() { fmt.Println("printed") })
	},
	"print-much": func() {
		awslambda.Start(func() { fmt.Println(strings.Repeat("x", 10<<10)) })
	},
	"nothing": func() { awslambda.Start(func() {}) },
	"request-id": func() {
		awslambda.Start(func(ctx context.Context) (string, error) {
			c, _ := lambdacontext.FromContext(ctx)
			return c.AwsRequestID, nil
		})
	},
	"exit":      func() { awslambda.Start(func() { os.Exit(0) }) },
	"init-exit": func() { os.Exit(0) },
	"large":     func() { awslambda.Start(func() (string, error) { return strings.Repeat("x", 7<<20), nil }) },
	"sleep":     func() { awslambda.Start(func() { select {} }) },
	"context": func() {
		awslambda.Start(func(ctx context.Context) (map[string]string, error) {
			c, _ := lambdacontext.FromContext(ctx)
			return map[string]string{
				"arn": c.InvokedFunctionArn, "version": lambdacontext.FunctionVersion, "tenant": c.TenantID,
				"custom": c.ClientContext.Custom["k"],
			}, nil
		})
	},
	"stream": func() {
		awslambda.Start(func() (io.Reader, error) {
			rest := io.Reader(strings.NewReader("more"))
			switch os.Getenv("REST") {
			case "fails":
				rest = failing{}
			case "stalls":
				rest = stalling{}
			}
			return io.MultiReader(strings.NewReader("some"), rest), nil
		})
	},
}

// failing is a stream that breaks.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("broken") }

// stalling is a stream that never goes on.
type stalling struct{}

func (stalling) Read([]byte) (int, error) { select {} }

// newFunction returns a function that runs one of the handlers.
func newFunction(t testing.TB, handler string) *lambda.Function {
	t.Helper()
	dir := t.TempDir()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(binary, filepath.Join(dir, "bootstrap")); err != nil {
		t.Fatal(err)
	}
	return &lambda.Function{
		LogicalID: "Fn", Name: "fn", ARN: "arn:aws:lambda:eu-west-1:123456789012:function:fn",
		Runtime: "provided.al2023", Handler: handler, Dir: dir, Timeout: 10 * time.Second, MemorySize: 128,
	}
}

// start serves the Invoke API of these functions and returns its address.
func start(t testing.TB, queue invokeapi.Queue, functions ...*lambda.Function) string {
	t.Helper()
	l := lambda.New(lambda.Config{Functions: functions})
	t.Cleanup(func() { l.Close(t.Context()) })
	server := httptest.NewServer(invokeapi.New(invokeapi.Config{Lambda: l, Functions: functions, Queue: queue}))
	t.Cleanup(server.Close)
	return server.URL
}
