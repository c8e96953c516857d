package lambda

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Latest is the version that is executed where the caller asks for no other.
const Latest = "$LATEST"

// Function is the configuration of a function. It must not be changed after it
// was handed to New or Replace.
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
	// Revision tells the code from what was in Dir before, for Replace; empty where
	// other code would be in another Dir.
	Revision string
	// OptDir holds the files of the layers, where Lambda has /opt: what it searches
	// for commands and libraries. Empty for /opt, which need not be there.
	OptDir string
	// Command starts an environment: a managed runtime's interpreter and its
	// arguments. Empty for the bootstrap in Dir.
	Command []string
	// RuntimeVariables are those that a managed runtime has besides those of
	// every runtime, such as AWS_EXECUTION_ENV and PYTHONPATH.
	RuntimeVariables map[string]string
	// Timeout bounds one invocation, 1 to 900 seconds.
	Timeout time.Duration
	// MemorySize is in MB. An environment that has more is killed, where the system
	// tells how much that is (Linux); see [Lambda].
	MemorySize int
	// Environment holds the function's own variables. Lambda's reserved names
	// are set by the host and win; what Lambda sets but does not reserve, such
	// as PATH, TZ and the RuntimeVariables, may be set here.
	Environment map[string]string
	// ProvisionedConcurrency is how many environments are kept initialized, by the
	// version that they run, whether somebody calls or not; nil for none.
	ProvisionedConcurrency map[string]int
	// ReservedConcurrency is the most invocations that run at once: nil for
	// no limit of the function's own, 0 to refuse all.
	ReservedConcurrency *int
	// Qualifiers are the published versions and the aliases that callers may ask
	// for, each with the version that is executed then. All have the same code;
	// $LATEST need not be named.
	Qualifiers map[string]string
	// EventInvokeConfigs are what becomes of asynchronous invocations, by qualifier,
	// "$LATEST" where callers name none. EventInvokeConfig tells what those have that
	// are missing.
	EventInvokeConfigs map[string]EventInvokeConfig
	// DeadLetterQueue, a queue or a topic, gets the events of asynchronous invocations
	// that failed for good, by whatever qualifier.
	DeadLetterQueue Destination
	// JSONLog is LogFormat JSON: the platform's lines are JSON objects, and there are
	// only those of SystemLogLevel and above. Of the JSON objects that the function
	// prints there are those of LogLevel and above. See [Level]; the zero values are INFO.
	JSONLog                  bool
	SystemLogLevel, LogLevel slog.Level
	// IsolatesTenants tells that each invocation has to name a tenant, and runs in
	// environments that are that tenant's alone (TenancyConfig).
	IsolatesTenants bool
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

// startError says why a process could not be started: its working directory is not
// there, which the system does not tell from a command that is not, or err.
func (f *Function) startError(err error) (errorType string, why error) {
	if _, missing := os.Stat(f.Dir); missing != nil {
		return errorWorkingDir, missing
	}
	return errorEntrypoint, err
}

// runtimeVersion is the runtime as the log names it, "provided:al2023" or
// "python:3.12", without the patch version that AWS adds.
func (f *Function) runtimeVersion() string {
	version := strings.TrimLeft(f.Runtime, "abcdefghijklmnopqrstuvwxyz")
	return strings.TrimSuffix(f.Runtime, version) + ":" + strings.TrimPrefix(version, ".")
}
