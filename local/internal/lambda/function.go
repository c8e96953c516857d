package lambda

import (
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
	ARN  string
	// Runtime is the identifier as in the template: "provided.al2023".
	Runtime string
	Handler string
	// Dir holds the built code with its bootstrap. It is the working directory
	// of environments and their LAMBDA_TASK_ROOT.
	Dir string
	// Timeout bounds one invocation, 1 to 900 seconds.
	Timeout time.Duration
	// MemorySize is in MB. It is told to the function and not enforced.
	MemorySize int
	// Environment holds the function's own variables. Lambda's reserved names
	// are set by the host and win.
	Environment map[string]string
	// ReservedConcurrency is the most invocations that run at once: nil for
	// no limit of the function's own, 0 to refuse all.
	ReservedConcurrency *int
	// Unavailable tells why the function cannot run, such as that it did not
	// build; nil where it can. Invocations of it are refused.
	Unavailable error
}

// answersTo reports whether a caller's name for a function means this one: its
// name, its logical ID, or its ARN, partial or whole, each with a qualifier or
// without (Invoke, FunctionName: the forms "my-function", "my-function:v1",
// "123456789012:function:my-function" and the ARN).
func (f *Function) answersTo(name string) bool {
	if _, after, ok := strings.Cut(name, "function:"); ok {
		name = after
	}
	name, _, _ = strings.Cut(name, ":")
	return name == f.Name || name == f.LogicalID
}
