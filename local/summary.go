package main

import (
	"errors"
	"time"

	"maru/local/internal/template"
)

// summary is what check prints as JSON. Its fields are described in the help of
// the command; they are kept as they are, for tools that read them.
type summary struct {
	Functions []functionSummary `json:"functions"`
	Routes    []routeSummary    `json:"routes"`
	Notes     []noteSummary     `json:"notes"`
	Report    []noteSummary     `json:"report"`
	Errors    []errorSummary    `json:"errors,omitempty"`
}

type functionSummary struct {
	Name        string            `json:"name"`
	LogicalID   string            `json:"logicalId"`
	Runtime     string            `json:"runtime"`
	Handler     string            `json:"handler"`
	Timeout     int               `json:"timeout"`
	Memory      int               `json:"memory"`
	Environment map[string]string `json:"environment"`
}

type routeSummary struct {
	API        string `json:"api"`
	Kind       string `json:"kind"`
	Method     string `json:"method"`
	Path       string `json:"path"`
	Function   string `json:"function"`
	Authorizer string `json:"authorizer"`
	Refused    string `json:"refused,omitempty"`
}

type noteSummary struct {
	Level    string `json:"level"`
	Resource string `json:"resource"`
	Type     string `json:"type"`
	Property string `json:"property"`
	Text     string `json:"text"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
}

type errorSummary struct {
	Text   string `json:"text"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// summarizeErrors takes joined errors apart. One that is not about a place in a
// template has its text alone.
func summarizeErrors(err error) []errorSummary {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []errorSummary
		for _, e := range joined.Unwrap() {
			all = append(all, summarizeErrors(e)...)
		}
		return all
	}
	var wrong *template.Error
	if errors.As(err, &wrong) {
		return []errorSummary{{wrong.Text, wrong.Pos.File, wrong.Pos.Line, wrong.Pos.Column}}
	}
	return []errorSummary{{Text: err.Error()}}
}

// summarize makes the JSON's lists, which are never null.
func summarize(stack *template.Stack) summary {
	s := summary{
		Functions: []functionSummary{},
		Routes:    []routeSummary{},
		Notes:     summarizeNotes(stack.Notes),
		Report:    summarizeNotes(stack.Report),
	}
	if err := stack.Err(); err != nil {
		s.Errors = summarizeErrors(err)
	}
	for _, f := range stack.Functions {
		environment := f.Environment
		if environment == nil {
			environment = map[string]string{}
		}
		s.Functions = append(s.Functions, functionSummary{
			Name: f.Name, LogicalID: f.LogicalID, Runtime: f.Runtime, Handler: f.Handler,
			Timeout: int(f.Timeout / time.Second), Memory: f.MemorySize, Environment: environment,
		})
	}
	for _, api := range stack.APIs {
		for _, r := range api.Routes {
			s.Routes = append(s.Routes, routeSummary{
				API: api.LogicalID, Kind: api.Kind.String(), Method: r.Method, Path: r.Path,
				Function: template.Unqualified(r.Function), Authorizer: authorizer(r.Auth), Refused: refused(r),
			})
		}
	}
	return s
}

// refused says why every request of a route is refused; empty where not every one is.
func refused(r *template.Route) string {
	switch {
	case r.Unsupported != "":
		return r.Unsupported
	case r.MissingFunction != "":
		return "the template has no function " + r.MissingFunction
	case r.Misconfigured:
		return "API Gateway cannot call the integration"
	}
	return ""
}

// authorizer names what a caller has to pass, in the words of templates.
func authorizer(auth *template.Auth) string {
	switch {
	case auth == nil:
		return ""
	case auth.Policy:
		return "ResourcePolicy"
	case auth.IAM:
		return "AWS_IAM"
	case auth.Authorizer != nil:
		return auth.Authorizer.Name
	}
	return "API_KEY"
}

func summarizeNotes(notes []template.Note) []noteSummary {
	list := []noteSummary{}
	for _, n := range notes {
		list = append(list, noteSummary{
			Level: n.Level.String(), Resource: n.Resource, Type: n.Type, Property: n.Property, Text: n.Text,
			File: n.Pos.File, Line: n.Pos.Line, Column: n.Pos.Column,
		})
	}
	return list
}
