// Package managed finds Lambda's managed runtimes on this machine: an
// interpreter of the machine's own, and a runtime client of ours that speaks the
// Runtime API for it. It knows python3.* and nodejs*.
//
// What functions see follows the AWS Lambda Developer Guide, "Lambda runtimes",
// "Building Lambda functions with Python", "… with Node.js" and "Defined runtime
// environment variables", and AWS's own clients, awslambdaric and
// aws-lambda-nodejs-runtime-interface-client. The clients here are written anew,
// of the standard libraries alone; they begin in python/bootstrap.py and
// nodejs/bootstrap.mjs.
//
// Left out: the AWS SDKs that Lambda has in its runtimes (a function finds those
// that the interpreter finds).
package managed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// Runtime is a managed runtime as this machine has it.
type Runtime struct {
	// Command starts an environment; it is for lambda.Function.Command.
	Command []string
	// Variables are those that this runtime has besides those of every runtime.
	Variables map[string]string
	// Interpreter is the absolute path of the language's own executable.
	Interpreter string
	// Version is the interpreter's, as runtimes are named: "3.12", "20".
	Version string
	// Warning says that Version is not the one that the template asks for;
	// empty where it is.
	Warning string

	variables func(opt string) map[string]string
}

// VariablesWith returns Variables for a function whose layers are in the folder
// opt, which is /opt on Lambda.
func (r *Runtime) VariablesWith(opt string) map[string]string { return r.variables(opt) }

// Runtimes finds runtimes and remembers them. It must not be used by several
// goroutines at once.
type Runtimes struct {
	// Dir is where the runtime clients are put; it is made where it is missing.
	Dir string

	found map[string]*Runtime
}

// Managed reports whether an identifier of a runtime is one that this package
// knows, whether the machine has it or not.
func Managed(identifier string) bool {
	_, _, ok := parse(identifier)
	return ok
}

// ErrNoInterpreter is wrapped by the error of Find where the machine has no
// interpreter of the language at all.
var ErrNoInterpreter = errors.New("no interpreter")

// Find finds the runtime of an identifier: "python3.12". An interpreter of just
// that version is preferred, any of the language is taken.
func (r *Runtimes) Find(ctx context.Context, identifier string) (*Runtime, error) {
	if found, ok := r.found[identifier]; ok {
		return found, nil
	}
	l, version, ok := parse(identifier)
	if !ok {
		return nil, fmt.Errorf("runtime %q is not supported: use python3.*, nodejs*.x or provided.al2023", identifier)
	}
	runtime, err := l.find(ctx, version)
	if err != nil {
		return nil, fmt.Errorf("finding the runtime %s: %w", identifier, err)
	}
	client, err := install(r.Dir, clients, l.client)
	if err != nil {
		return nil, fmt.Errorf("installing the runtime client of %s: %w", identifier, err)
	}
	runtime.Command = append(append([]string{runtime.Interpreter}, l.flags...), client)
	runtime.variables = func(opt string) map[string]string {
		variables := l.variables(version, opt)
		variables["AWS_EXECUTION_ENV"] = "AWS_Lambda_" + identifier
		variables["PATH"] = filepath.Dir(runtime.Interpreter) + ":/usr/local/bin:/usr/bin/:/bin:" + cmp.Or(opt, "/opt") + "/bin"
		return variables
	}
	runtime.Variables = runtime.variables("")
	if runtime.Version != version {
		runtime.Warning = fmt.Sprintf("%s runs with the %s %s of this machine, %s", identifier, l.name, runtime.Version, runtime.Interpreter)
	}
	if r.found == nil {
		r.found = map[string]*Runtime{}
	}
	r.found[identifier] = runtime
	return runtime, nil
}

// find asks each candidate on PATH for its version and path, since what is on
// PATH may be a script that chooses one (pyenv, nvm), and one that fails.
func (l *language) find(ctx context.Context, version string) (*Runtime, error) {
	var fallback *Runtime
	for _, name := range l.commands(version) {
		command, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		out, err := exec.CommandContext(ctx, command, l.probe...).Output()
		lines := strings.Fields(string(out))
		if err != nil || len(lines) != 2 || !filepath.IsAbs(lines[1]) {
			continue
		}
		found := &Runtime{Version: lines[0], Interpreter: lines[1]}
		if found.Version == version {
			return found, nil
		}
		if fallback == nil {
			fallback = found
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if fallback == nil {
		return nil, fmt.Errorf("%w: %s", ErrNoInterpreter, l.howToGet)
	}
	return fallback, nil
}
