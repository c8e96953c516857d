package lambda

import (
	"path/filepath"
	"strings"
	"time"
)

// latest is the one version of a function that exists on this host.
const latest = "$LATEST"

// Function is the configuration of a function. It must not be changed after it
// was handed to New.
type Function struct {
	// LogicalID names the function in the template, and in the log.
	LogicalID string
	// Name is the function's name, as in its ARN.
	Name string
	// Aliases are further names that callers may use; other functions may have
	// the same.
	Aliases []string
	ARN     string
	// Runtime is the identifier as in the template: "provided.al2023".
	Runtime string
	Handler string
	// Dir holds the built code. It is the working directory of environments and
	// their LAMBDA_TASK_ROOT.
	Dir string
	// Command starts an environment: a managed runtime's interpreter and its
	// arguments. Empty for the bootstrap in Dir.
	Command []string
	// RuntimeVariables are those that a managed runtime has besides those of
	// every runtime, such as AWS_EXECUTION_ENV and PYTHONPATH.
	RuntimeVariables map[string]string
	// Timeout bounds one invocation, 1 to 900 seconds.
	Timeout time.Duration
	// MemorySize is in MB. It is told to the function and not enforced.
	MemorySize int
	// Environment holds the function's own variables. Lambda's reserved names
	// are set by the host and win; what Lambda sets but does not reserve, such
	// as PATH, TZ and the RuntimeVariables, may be set here.
	Environment map[string]string
	// ReservedConcurrency is the most invocations that run at once: nil for
	// no limit of the function's own, 0 to refuse all.
	ReservedConcurrency *int
	// Unavailable tells why the function cannot run, such as that it did not
	// build; nil where it can. Invocations of it are refused.
	Unavailable error
}

// command returns what starts an environment.
func (f *Function) command() []string {
	if len(f.Command) > 0 {
		return f.Command
	}
	return []string{filepath.Join(f.Dir, "bootstrap")}
}

// runtimeVersion is the runtime as the log names it, "provided:al2023" or
// "python:3.12", without the patch version that AWS adds.
func (f *Function) runtimeVersion() string {
	version := strings.TrimLeft(f.Runtime, "abcdefghijklmnopqrstuvwxyz")
	return strings.TrimSuffix(f.Runtime, version) + ":" + strings.TrimPrefix(version, ".")
}

// directory finds functions by the names that callers use.
type directory map[string]*Function

// newDirectory enters each function under its name and its logical ID, and under
// its aliases where these are nobody's yet.
func newDirectory(functions []*Function) directory {
	d := directory{}
	for _, f := range functions {
		d.enter(f, f.Name, f.LogicalID)
	}
	for _, f := range functions {
		d.enter(f, f.Aliases...)
	}
	return d
}

// enter leaves a name to the function that had it first.
func (d directory) enter(f *Function, names ...string) {
	for _, name := range names {
		if d[name] == nil {
			d[name] = f
		}
	}
}

// find returns the function that a caller's name means: one that it was entered
// under, or its ARN, partial or whole, each with a qualifier or without (Invoke,
// FunctionName: the forms "my-function", "my-function:v1",
// "123456789012:function:my-function" and the ARN); else nil.
func (d directory) find(name string) *Function {
	if f := d[name]; f != nil {
		return f
	}
	if _, after, ok := strings.Cut(name, "function:"); ok {
		name = after
	}
	name, _, _ = strings.Cut(name, ":")
	return d[name]
}
