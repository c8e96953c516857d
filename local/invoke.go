package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"maru/local/internal/host"
	"maru/local/internal/lambda"
)

func newInvoke() *cobra.Command {
	f := new(flags)
	var eventPath string
	var noEvent bool
	c := &cobra.Command{
		Use:   "invoke [FUNCTION]",
		Short: "Run one function once: its result on stdout, its log on stderr",
		Long: `Run one function once; FUNCTION may be left out where the template has one only.
The event is a file, or stdin for "-"; without one it is {}. The result goes to
stdout, the log to stderr. The exit code is 1 where the function failed; the error
object is then the result.`,
		Example: `  maru invoke Get -e event.json
  echo '{"rawPath":"/"}' | maru invoke Get -e -`,
		Args:    usage(cobra.MaximumNArgs(1)),
		PreRunE: configure,
		RunE: func(c *cobra.Command, args []string) error {
			event, err := readEvent(c.Context(), c.InOrStdin(), eventPath, noEvent)
			if err != nil {
				return err
			}
			name, err := f.function(args)
			if err != nil {
				return err
			}
			return f.invoke(c, name, event)
		},
	}
	f.running(c)
	c.Flags().StringVarP(&eventPath, "event", "e", "", `the file with the event, or "-" for stdin`)
	c.Flags().BoolVar(&noEvent, "no-event", false, "the event is {}; the default")
	return c
}

// function gives the function that is named, else the only one of the template.
func (f *flags) function(args []string) (string, error) {
	if len(args) > 0 {
		return args[0], nil
	}
	stack, err := f.load()
	if err != nil {
		return "", err
	}
	if n := len(stack.Functions); n != 1 {
		return "", usageError{fmt.Errorf("%s has %d functions; name the one to invoke", stack.File, n)}
	}
	return stack.Functions[0].LogicalID, nil
}

// byteOrderMark is what some editors and shells of Windows begin a text with.
const byteOrderMark = "\ufeff"

// readEvent reads the event from a file, "-" for stdin; {} without a path.
func readEvent(ctx context.Context, stdin io.Reader, path string, none bool) ([]byte, error) {
	var event []byte
	var err error
	switch {
	case none && path != "":
		return nil, usageError{errors.New("--event and --no-event exclude each other")}
	case path == "":
		return []byte("{}"), nil
	case path == "-":
		path = "stdin"
		event, err = readAll(ctx, stdin)
	default:
		event, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the event: %w", err)
	}
	event = bytes.TrimPrefix(event, []byte(byteOrderMark))
	if !json.Valid(event) {
		return nil, fmt.Errorf("reading the event: %s is not JSON: %w", path, json.Unmarshal(event, new(any)))
	}
	return event, nil
}

// readAll reads to the end, or until ctx is done: reading stdin may take for ever.
func readAll(ctx context.Context, r io.Reader) (content []byte, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		content, err = io.ReadAll(r)
	}()
	select {
	case <-done:
		return content, err
	case <-ctx.Done():
		return nil, errInterrupted
	}
}

// errInterrupted is the end of a command that a signal kept from its result.
var errInterrupted = errors.New("interrupted")

func (f *flags) invoke(c *cobra.Command, function string, event []byte) error {
	config, output, err := f.config(c)
	if err != nil {
		return err
	}
	defer output.Close()
	config.Only = []string{function}
	h, err := host.Start(c.Context(), config)
	if err != nil {
		return err
	}
	response, err := f.run(c.Context(), h, lambda.Request{Function: function, Event: event})
	if closeErr := stop(c, h); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "%s\n", response.Payload)
	if response.FunctionError != "" {
		return errReported
	}
	return nil
}

// run runs an invocation. A signal ends it, and its function.
func (f *flags) run(ctx context.Context, h *host.Host, r lambda.Request) (response *lambda.Response, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		response, err = h.Lambda.Run(ctx, r)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		h.Lambda.Close(ctx)
		<-done
	}
	if ctx.Err() != nil {
		return nil, errInterrupted
	}
	return response, err
}
