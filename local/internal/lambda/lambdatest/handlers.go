package lambdatest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	awslambda "github.com/aws/aws-lambda-go/lambda"
)

// Main does nothing in the process that runs the tests. In one that is an
// environment it runs the handler of the function, by its name, and does not
// return. TestMain calls it before anything else.
func Main(handlers map[string]func()) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") == "" {
		return
	}
	name := os.Getenv("_HANDLER")
	handler := handlers[name]
	if handler == nil {
		handler = common[name]
	}
	if handler == nil {
		fmt.Fprintf(os.Stderr, "the tests have no handler %q\n", name)
		os.Exit(1)
	}
	handler()
	os.Exit(0)
}

// common are the handlers that any tests may use; see NewFunction.
var common = map[string]func(){
	"echo": func() {
		awslambda.Start(func(_ context.Context, event json.RawMessage) (json.RawMessage, error) { return event, nil })
	},
	"fail":  func() { awslambda.Start(func() error { return errors.New("no luck") }) },
	"sleep": func() { awslambda.Start(func() { select {} }) },
	"exit":  func() { awslambda.Start(func() { os.Exit(0) }) },
	"large": func() { awslambda.Start(func() (string, error) { return strings.Repeat("x", 7<<20), nil }) },
}
