// Package build makes the code of functions ready to run: a folder with a
// bootstrap in it, which is what an OS-only runtime (provided.*) starts, or with
// the sources and dependencies that an interpreter needs (python3.*, nodejs*).
//
// How a function is built follows "sam build" (AWS SAM Developer Guide,
// "Building Lambda functions with custom runtimes" and Metadata.BuildMethod):
//
//   - go1.x, or a Go main package without a bootstrap: `go build`, one run for
//     all functions of a module, static and stripped
//   - makefile: `make build-LOGICALID` with ARTIFACTS_DIR set
//   - Python with a requirements.txt, Node.js with dependencies in package.json:
//     a copy of CodeUri with what pip or npm installed
//   - esbuild, rust-cargolambda: by the tool of that name
//   - inline code, a zip, a single file: a folder with that
//   - layers: a folder that stands for /opt, by the same methods
//   - a bootstrap, or sources without dependencies, in CodeUri, and no build
//     method: nothing, it is run in place
//   - what comes built, as the assets of the CDK do: nothing either, whatever its
//     manifest says of dependencies, since it has those that it gets in AWS
//
// Every build goes into a new folder, so that a running process keeps its file; one
// that comes out as the one before is that one. What has not changed since it was
// built is not built again: for Go the package records the state of every source
// folder that went into a binary, for dependencies the manifest. Sources of
// interpreters are copied at each start.
//
// Left out so far: other build methods and runtimes, watching, dependencies of
// other manifests than these two (Pipfile, pyproject.toml), and npm's on folders
// ("file:../lib").
package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Target is a function whose code is to be made ready.
type Target struct {
	// LogicalID names the function; no two targets share one.
	LogicalID string
	// CodeURI is an absolute path, of a folder, a zip or another file.
	CodeURI string
	// Built is true where CodeURI is what an environment runs. Nothing is installed
	// for it, and nothing built without a Method, save Go without a bootstrap.
	Built bool
	// InlineCode is source text that stands in place of CodeURI; empty for none.
	InlineCode string
	// Runtime is the identifier as in the template: "provided.al2023".
	Runtime string
	// Method is Metadata.BuildMethod; empty for none.
	Method string
	// Properties is Metadata.BuildProperties.
	Properties Properties
	// Opt is the folder of the function's layers; empty for none. A bootstrap in it
	// will do where the function has none.
	Opt string
	// Interpreter is the path of the runtime's interpreter, whose own pip or npm
	// installs dependencies; empty for runtimes without one.
	Interpreter string
}

// Properties are those of Metadata.BuildProperties that are heeded, under their
// names there. The zero value stands for sam's defaults.
type Properties struct {
	// All but Binary are esbuild's, whose documentation has their values.
	EntryPoints, External, Loader, OutExtension, Banner []string
	Format, Target, MainFields                          string
	// Minify and SourcesContent are true where nil.
	Minify, SourcesContent *bool
	Sourcemap              bool
	// Binary is rust-cargolambda's: which of a package's binaries to build.
	Binary string
}

// Result is what became of a target.
type Result struct {
	// Dir holds what is to be run; empty where Err is set.
	Dir string
	// Revision tells what is in Dir from what was there at another Build, where Dir
	// is no build of its own but sources; empty else.
	Revision string
	// Fresh is true where the code was built now, false where it was there.
	Fresh bool
	// Err tells why there is nothing to run.
	Err error
	// Shown is true where Output has what the tools said about Err, under the name
	// of the target or of another with the same code.
	Shown bool
	// Said is the first of what they said that has a place, "main.go:12:5: …"; empty
	// for none.
	Said string
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
	if err := b.prepare(); err != nil {
		return nil, err
	}
	results, revisions := map[string]Result{}, map[string]string{}
	var goTargets []Target
	for _, t := range targets {
		method, err := methodOf(t)
		switch {
		case err != nil:
			results[t.LogicalID] = Result{Err: err}
		case method == methodGo:
			goTargets = append(goTargets, t)
		case method == "":
			if revisions[t.CodeURI] == "" {
				revisions[t.CodeURI] = revision(t.CodeURI)
			}
			results[t.LogicalID] = Result{Dir: t.CodeURI, Revision: revisions[t.CodeURI]}
		default:
			results[t.LogicalID] = b.buildOne(ctx, t, method)
		}
	}
	for module, group := range byModule(uniqueCode(goTargets)) {
		b.buildModule(ctx, module, group, results)
	}
	for _, t := range goTargets { // those that share their code with another
		results[t.LogicalID] = results[firstWith(goTargets, t.CodeURI).LogicalID]
	}
	b.prune(b.Dir, kept)
	b.prune(b.installedDir(), keptInstalled)
	return results, ctx.Err()
}

// prepare makes the folder of all builds.
func (b *Builder) prepare() error {
	if b.Output == nil {
		b.Output = io.Discard
	}
	if err := os.MkdirAll(b.Dir, 0o755); err != nil {
		return fmt.Errorf("making the build folder: %w", err)
	}
	// A package of its own: what stands here is none of the project's around it.
	if err := os.WriteFile(filepath.Join(b.Dir, packageJSON), []byte("{}\n"), 0o644); err != nil {
		return fmt.Errorf("making the build folder: %w", err)
	}
	return nil
}

// uniqueCode leaves out targets whose code another target has, too.
func uniqueCode(targets []Target) []Target {
	var unique []Target
	for _, t := range targets {
		if firstWith(targets, t.CodeURI).LogicalID == t.LogicalID {
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
