// Command maru runs the functions of an AWS SAM template on this machine, as
// native processes behind an API Gateway that behaves like AWS's.
//
//	maru [[local] start-api]                     serve the template's APIs
//	maru [local] start-lambda                    serve only the Invoke API
//	maru [local] invoke [FUNCTION]               run one function once
//	maru [local] generate-event SERVICE EVENT    print a sample event
//	maru [local] check                           say how far the template is emulated
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
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"maru/local/internal/process"
)

func main() {
	process.BecomeLauncher()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// gcPercent lets the heap grow to three times of what lives before it is collected,
// where Go's own 100 lets it grow to twice. What lives is a few megabytes, and a
// busy host leaves as much behind in some hundred requests.
const gcPercent = 200

// errReported ends a command whose output has said already what went wrong.
var errReported = errors.New("reported")

// usageError is an error of the command line itself.
type usageError struct{ error }

// Unwrap gives the error that the command line has.
func (e usageError) Unwrap() error { return e.error }

// run runs a command line and returns its exit code, as sam's: 0, 1 after an
// error, 2 where the command line is wrong. Errors are told on stderr. SIGINT
// and SIGTERM end a serving command in order.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot()
	root.SetArgs(spread(withCommand(args)))
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err != nil && !errors.Is(err, errReported) {
		fmt.Fprintln(stderr, "Error:", err)
	}
	switch {
	case err == nil:
		return 0
	case errors.As(err, new(usageError)):
		return 2
	}
	return 1
}

// withCommand drops the word "local" and adds start-api where no command is
// named.
func withCommand(args []string) []string {
	if len(args) > 0 && args[0] == "local" {
		if args = args[1:]; len(args) == 0 {
			return []string{"--help"} // as sam local does
		}
	}
	bare := len(args) == 0 || strings.HasPrefix(args[0], "-")
	if bare && !slices.ContainsFunc(args, func(a string) bool { return a == "-h" || a == "--help" || a == "--version" }) {
		return append([]string{"start-api"}, args...)
	}
	return args
}

// spread writes what sam understands and this command's parser does not in
// words that it does: several values after one --parameter-overrides, and the
// two letters of -ii. No name of a function has an equals sign, so that
// "--parameter-overrides A=1 B=2 Function" takes two of its three words.
func spread(args []string) []string {
	const overrides = "--parameter-overrides"
	var out []string
	for i, taking := 0, false; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			return append(out, args[i:]...)
		case arg == "-ii":
			arg = "--invoke-image"
		case taking && !strings.HasPrefix(arg, "-") && strings.Contains(arg, "="):
			arg = overrides + "=" + arg
		case arg == overrides && i+1 < len(args):
			i++
			arg = overrides + "=" + args[i]
		}
		taking = strings.HasPrefix(arg, overrides+"=")
		out = append(out, arg)
	}
	return out
}
