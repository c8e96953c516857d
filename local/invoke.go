package main

import (
	"encoding/json"
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
		Use:   "invoke FUNCTION",
		Short: "Run one function once: its result on stdout, its log on stderr",
		Long: `Run one function once. The event is a file, or stdin for "-"; without one it is
{}. The result goes to stdout, the log to stderr. The exit code is 1 where the
function failed; the error object is then the result.`,
		Example: `  maru invoke Get -e event.json
  echo '{"rawPath":"/"}' | maru invoke Get -e -`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			event, err := readEvent(c.InOrStdin(), eventPath, noEvent)
			if err != nil {
				return err
			}
			return f.invoke(c, args[0], event)
		},
	}
	f.common(c)
	c.Flags().StringVarP(&eventPath, "event", "e", "", `the file with the event, or "-" for stdin`)
	c.Flags().BoolVar(&noEvent, "no-event", false, "the event is {}; the default")
	return c
}

func readEvent(stdin io.Reader, path string, none bool) ([]byte, error) {
	var event []byte
	var err error
	switch {
	case none && path != "":
		return nil, fmt.Errorf("--event and --no-event exclude each other")
	case path == "":
		return []byte("{}"), nil
	case path == "-":
		path = "stdin"
		event, err = io.ReadAll(stdin)
	default:
		event, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the event: %w", err)
	}
	if !json.Valid(event) {
		return nil, fmt.Errorf("reading the event: %s is not JSON: %w", path, json.Unmarshal(event, new(any)))
	}
	return event, nil
}

func (f *flags) invoke(c *cobra.Command, function string, event []byte) error {
	config, output, err := f.config(c)
	if err != nil {
		return err
	}
	defer output.Close()
	config.Only = []string{function}
	h, err := host.Start(c.Context(), config)
	if err != nil {
		return interrupted(c.Context(), err)
	}
	response, err := h.Lambda.Run(c.Context(), lambda.Request{Function: function, Event: event})
	if closeErr := stop(h); err == nil {
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
