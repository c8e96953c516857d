package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"maru/local/internal/host"
	"maru/local/internal/template"
)

func newCheck() *cobra.Command {
	f := new(flags)
	var strict bool
	output := choice{"text", []string{"text", "json"}}
	c := &cobra.Command{
		Use:   "check",
		Short: "Say of each resource and property of the template how far it is emulated",
		Long: `Read the template and say of each resource and property whether it is emulated,
approximated (it has an effect, but not AWS's), ignored, refused (requests that
need it are refused), invalid (AWS would not deploy it, and functions and routes
with it refuse requests here), or no more than listed (functions do without it).
Nothing is built and nothing runs. The exit code is 1 where something is invalid.

--output json prints one object for other tools:
  functions  name, logicalId, runtime, handler, timeout (seconds), memory (MB),
             environment (what the template declares)
  routes     api (its logical ID), kind ("REST API", "HTTP API" or "function URL"),
             method, path, function (a logical ID; "" where the API answers by
             itself or refuses), authorizer (its name, else "AWS_IAM", "API_KEY" or
             "ResourcePolicy"; "" for none), refused (why every request is; left out
             where not every one is)
  notes      what is not emulated: level, resource, type, property, text, file,
             line, column
  report     the same for each resource and property, emulated ones too
  errors     what is invalid: text, file, line, column; left out where nothing is
or, of a template that cannot be read, one with errors alone`,
		Example: `  maru check -t app/template.yaml --strict
  maru check --output json | jq -r '.routes[] | .method + " " + .path'`,
		Args:    usage(cobra.NoArgs),
		PreRunE: configure,
		RunE: func(c *cobra.Command, _ []string) error {
			stack, err := f.load()
			if err != nil && output.word == "json" {
				err = errors.Join(err, writeJSON(c.OutOrStdout(), map[string]any{"errors": summarizeErrors(err)}))
			}
			if err != nil {
				return err
			}
			checkCode(stack)
			if err := writeCheck(c.OutOrStdout(), stack, output.word); err != nil {
				return err
			}
			if err := stack.Err(); err != nil {
				return err
			}
			if n := unfaithful(stack); strict && n > 0 {
				return fmt.Errorf("%s asks for %d things that are not emulated as on AWS", stack.File, n)
			}
			return nil
		},
	}
	f.reading(c)
	c.Flags().BoolVar(&strict, "strict", false, "exit with 1 where anything is approximated, ignored or refused")
	c.Flags().Var(&output, "output", "text, or json")
	return c
}

// checkCode notes the functions whose code is not there, for which reading a template does
// not look: that it is not there yet is no error of the template.
func checkCode(stack *template.Stack) {
	for _, f := range stack.Functions {
		var missing *template.Error
		if f.Unsupported == "" && errors.As(host.FindCode(f), &missing) {
			n := template.Note{Level: template.Refused, Resource: f.LogicalID, Type: typeOf(stack, f), Text: missing.Text, Pos: missing.Pos}
			stack.Notes, stack.Report = append(stack.Notes, n), append(stack.Report, n)
		}
	}
}

// typeOf gives the type of a function's resource.
func typeOf(stack *template.Stack, f *template.Function) string {
	for _, n := range stack.Report {
		if n.Resource == f.LogicalID && n.Type != "" {
			return n.Type
		}
	}
	return ""
}

func writeCheck(w io.Writer, stack *template.Stack, output string) error {
	if output == "text" {
		return writeReport(w, stack)
	}
	return writeJSON(w, summarize(stack))
}

func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// unfaithful counts what is not emulated as AWS has it.
func unfaithful(stack *template.Stack) int {
	n := 0
	for _, note := range stack.Report {
		if note.Level != template.Emulated && note.Level != template.Listed {
			n++
		}
	}
	return n
}

// writeReport prints a table, a paragraph for each resource, and how many
// things there are of each level.
func writeReport(w io.Writer, stack *template.Stack) error {
	var table bytes.Buffer
	columns := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	counts := map[template.Level]int{}
	notes := byResource(stack.Report)
	for i, n := range notes {
		if i == 0 || n.Resource != notes[i-1].Resource || n.Type != notes[i-1].Type {
			fmt.Fprintf(columns, "%s\n", strings.TrimSpace(n.Resource+" "+n.Type))
		}
		fmt.Fprintf(columns, "  %s\t%s\t%s\t%s\n", n.Level, n.Pos, n.Property, n.Text)
		counts[n.Level]++
	}
	if err := columns.Flush(); err != nil {
		return err
	}
	var sums []string
	for _, level := range slices.Sorted(maps.Keys(counts)) {
		sums = append(sums, fmt.Sprintf("%d %s", counts[level], level))
	}
	if len(sums) == 0 {
		sums = []string{"nothing to report"}
	}
	for line := range strings.Lines(table.String()) {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%s: %s\n", stack.File, strings.Join(sums, ", "))
	return err
}

// byResource puts the notes on one resource together, in the order in which the
// first of each comes: what stands in Globals is some resource's, too.
func byResource(notes []template.Note) []template.Note {
	type resource struct{ name, kind string }
	place := map[resource]int{}
	of := func(n template.Note) int {
		r := resource{n.Resource, n.Type}
		if _, ok := place[r]; !ok {
			place[r] = len(place)
		}
		return place[r]
	}
	for _, n := range notes {
		of(n)
	}
	return slices.SortedStableFunc(slices.Values(notes), func(a, b template.Note) int { return of(a) - of(b) })
}
