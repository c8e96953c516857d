// Command maru runs the functions of an AWS SAM template on this machine, as
// native processes behind an API Gateway that behaves like AWS's.
//
//	maru [local] [start-api]     serve the template's APIs
//	maru [local] start-lambda    serve only the Invoke API
//	maru [local] invoke NAME     run one function once
//
// The word "local" is optional, so that maru can stand for sam in a script.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// errReported ends a command whose output has said already what went wrong.
var errReported = errors.New("reported")

// run runs a command line and returns its exit code: 0, or 1 after an error,
// which is told on stderr. SIGINT and SIGTERM end a serving command in order.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot()
	root.SetArgs(withCommand(args))
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		if !errors.Is(err, errReported) {
			fmt.Fprintln(stderr, "Error:", err)
		}
		return 1
	}
	return 0
}

// withCommand drops the word "local" and adds start-api where no command is
// named.
func withCommand(args []string) []string {
	if len(args) > 0 && args[0] == "local" {
		args = args[1:]
	}
	bare := len(args) == 0 || strings.HasPrefix(args[0], "-")
	if bare && !slices.ContainsFunc(args, func(a string) bool { return a == "-h" || a == "--help" || a == "--version" }) {
		return append([]string{"start-api"}, args...)
	}
	return args
}
