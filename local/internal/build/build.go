// Package build makes the code of functions ready to run: a folder with a
// bootstrap in it, which is what an OS-only runtime (provided.*) starts.
//
// How a function is built follows "sam build" (AWS SAM Developer Guide,
// "Building Lambda functions with custom runtimes" and Metadata.BuildMethod):
//
//   - go1.x, or a Go main package without a bootstrap: `go build`, one run for
//     all functions of a module, static and stripped
//   - makefile: `make build-LOGICALID` with ARTIFACTS_DIR set
//   - a bootstrap in CodeUri, and no build method: nothing, it is run in place
//
// Every build goes into a new folder, so that a running process keeps its file.
// What has not changed since it was built is not built again: for Go the
// package records the state of every source folder that went into a binary.
//
// Left out so far: other build methods and runtimes, watching.
package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Target is a function whose code is to be made ready.
type Target struct {
	// LogicalID names the function; no two targets share one.
	LogicalID string
	// CodeURI is an absolute path.
	CodeURI string
	// Runtime is the identifier as in the template: "provided.al2023".
	Runtime string
	// Method is Metadata.BuildMethod; empty for none.
	Method string
}

// Result is what became of a target.
type Result struct {
	// Dir holds the bootstrap; empty where Err is set.
	Dir string
	// Method tells how it was built: "go", "makefile", or "" where it is run
	// as it is.
	Method string
	// Fresh is true where the code was built now, false where it was there.
	Fresh bool
	// Err tells why there is nothing to run.
	Err error
}

// Builder builds functions into folders below Dir.
type Builder struct {
	// Dir is where builds are kept; it is made where it is missing.
	Dir string
	// Output gets what compilers print, as they print it, and a line of
	// progress now and then while they run; nil discards it.
	Output io.Writer

	locks []*os.File // of the builds in use
}

// ErrNoBootstrap is wrapped by the error of a target that has nothing to run
// and that this package does not know how to build.
var ErrNoBootstrap = errors.New("no bootstrap and nothing to build one from")

// Build makes every target ready and returns a result for each, by logical ID.
// A target that does not build does not hinder the others. The error is that
// nothing could be built at all: Dir cannot be written, or ctx is done.
//
// The builds are kept until Close, and for later hosts after it.
func (b *Builder) Build(ctx context.Context, targets []Target) (map[string]Result, error) {
	if b.Output == nil {
		b.Output = io.Discard
	}
	if err := os.MkdirAll(b.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the build folder: %w", err)
	}
	results := map[string]Result{}
	var goTargets []Target
	for _, t := range targets {
		switch method, err := methodOf(t); {
		case err != nil:
			results[t.LogicalID] = Result{Err: err}
		case method == "go":
			goTargets = append(goTargets, t)
		case method == "makefile":
			results[t.LogicalID] = b.make(ctx, t)
		default:
			results[t.LogicalID] = Result{Dir: t.CodeURI}
		}
	}
	for module, group := range byModule(uniqueCode(goTargets)) {
		b.buildModule(ctx, module, group, results)
	}
	for _, t := range goTargets { // those that share their code with another
		results[t.LogicalID] = results[firstWith(goTargets, t.CodeURI).LogicalID]
	}
	b.prune()
	return results, ctx.Err()
}

// uniqueCode leaves out targets whose code another target has, too.
func uniqueCode(targets []Target) []Target {
	var unique []Target
	for _, t := range targets {
		if firstWith(targets, t.CodeURI) == t {
			unique = append(unique, t)
		}
	}
	return unique
}

func firstWith(targets []Target, codeURI string) Target {
	return targets[slices.IndexFunc(targets, func(t Target) bool { return t.CodeURI == codeURI })]
}

// Close gives up the builds: a later Build, of this host or another, may delete
// them.
func (b *Builder) Close() {
	for _, f := range b.locks {
		f.Close()
	}
	b.locks = nil
}

// methodOf decides how a target is built: "go", "makefile", or "" for not at all.
func methodOf(t Target) (string, error) {
	info, err := os.Stat(t.CodeURI)
	switch {
	case err != nil:
		return "", fmt.Errorf("CodeUri: %w", err)
	case !info.IsDir():
		return "", fmt.Errorf("CodeUri %s is a file: only folders are run so far", t.CodeURI)
	}
	switch t.Method {
	case "go1.x":
		return "go", nil
	case "makefile":
		return "makefile", nil
	case "":
	default:
		return "", fmt.Errorf("build method %q is not supported: use go1.x or makefile", t.Method)
	}
	if _, err := os.Stat(filepath.Join(t.CodeURI, "bootstrap")); err == nil {
		return "", nil
	}
	if isProvided(t.Runtime) && isGoMain(t.CodeURI) {
		return "go", nil
	}
	if !isProvided(t.Runtime) {
		return "", fmt.Errorf("runtime %q is not supported: use provided.al2023", t.Runtime)
	}
	return "", fmt.Errorf("%s: %w: it needs a bootstrap, a Go main package or a BuildMethod", t.CodeURI, ErrNoBootstrap)
}

// isProvided reports whether a runtime starts a bootstrap. go1.x, which AWS has
// retired, is taken for one, since such a function builds to one as well.
func isProvided(runtime string) bool {
	return strings.HasPrefix(runtime, "provided") || runtime == "go1.x"
}
