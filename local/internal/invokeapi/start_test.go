package invokeapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	awslambda "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"maru/local/internal/invokeapi"
	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
	"maru/local/internal/process"
)

func TestMain(m *testing.M) {
	process.BecomeLauncher()
	lambdatest.Main(handlers)
	os.Exit(m.Run())
}

// handlers are what functions do besides those of lambdatest.
var handlers = map[string]func(){
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
	"init-exit": func() { os.Exit(0) },
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

// start serves the Invoke API of these functions and returns its address.
func start(t testing.TB, queue invokeapi.Queue, functions ...*lambda.Function) string {
	t.Helper()
	l, _ := lambdatest.Start(t, functions...)
	server := httptest.NewServer(invokeapi.New(invokeapi.Config{Lambda: l, Functions: functions, Queue: queue}))
	t.Cleanup(server.Close)
	return server.URL
}
