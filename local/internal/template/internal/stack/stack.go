// Package stack has what reading a template comes to: the functions, the APIs in
// front of them with their routes and authorizers, and the notes on what is not
// emulated as AWS has it.
//
// Its types are values that a host only reads. They know positions in a template
// and nothing else of how it was written: which of the ways to declare a route was
// taken, SAM's, CloudFormation's or OpenAPI's, cannot be seen here.
//
// Still to come: what calls functions without HTTP (schedules, queues, streams, buckets)
// will be a Source beside Function and API; user pools and API keys will be types beside
// Authorizer. A WebSocket API will be a type of its own beside API: its routes have keys
// and no methods, and no table by Kind has a row for it.
package stack

import (
	"errors"
	"slices"

	"maru/local/internal/template/internal/syntax"
)

// Stack is what a template says a host has to run: the functions, the APIs in
// front of them, and a note for everything that was understood only in part or
// not at all. Its slices keep the order of the template, and have what nested stacks
// hold behind what those around them do.
type Stack struct {
	// File is the template's path as it was given to Load.
	File string
	// Dir is the folder of the template; CodeUris are relative to it.
	Dir       string
	Name      string
	Region    string
	AccountID string
	Functions []*Function
	Layers    []*Layer
	// APIs are in the order in which they take precedence where all are served together:
	// those of a stack before those of the stacks nested in it, of one depth the explicit
	// ones first, and function URLs behind all others.
	APIs []*API
	// Notes has what is not emulated as AWS has it.
	Notes []Note
	// Report has a note for every resource and property of the template, the
	// emulated ones too, in the template's order.
	Report []Note
}

// Err joins what CloudFormation or SAM would not deploy, each an *Error, in the
// template's order; nil for nothing. What such an error is in refuses requests; the rest
// of the stack is as it would be without.
func (s *Stack) Err() error {
	var errs []error
	seen := map[Error]bool{}
	for _, n := range s.Report {
		if e := (Error{Pos: n.Pos, Text: n.Text}); n.Level == Invalid && !seen[e] {
			seen[e] = true
			errs = append(errs, &e)
		}
	}
	return errors.Join(errs...)
}

// Function gives the function with a logical ID, nil for none.
func (s *Stack) Function(logicalID string) *Function {
	for _, f := range s.Functions {
		if f.LogicalID == logicalID {
			return f
		}
	}
	return nil
}

// Named gives the function that a user means by a name: its logical ID, its own name, or
// else one of its aliases, which in several stacks may be the same; it is the topmost
// stack's then. nil for none.
func (s *Stack) Named(name string) *Function {
	for _, means := range []func(*Function) bool{
		func(f *Function) bool { return name == f.LogicalID || name == f.Name },
		func(f *Function) bool { return slices.Contains(f.Aliases, name) },
	} {
		if i := slices.IndexFunc(s.Functions, means); i >= 0 {
			return s.Functions[i]
		}
	}
	return nil
}

// Layer gives the layer with a logical ID; nil for none, such as one whose
// content is in S3.
func (s *Stack) Layer(logicalID string) *Layer {
	i := slices.IndexFunc(s.Layers, func(l *Layer) bool { return l.LogicalID == logicalID })
	if i < 0 {
		return nil
	}
	return s.Layers[i]
}

// Position is a place in a template. Its String is file:line:column, the form
// compilers use and editors follow.
type Position = syntax.Position

// Error is something wrong in a template, and where. It prints as
// "template.yaml:12:5: …".
type Error = syntax.Error
