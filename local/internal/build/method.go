package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// What methodOf decides between.
const (
	methodGo       = "go"
	methodMakefile = "makefile"
	methodPip      = "pip"
	methodNPM      = "npm"
	methodEsbuild  = "esbuild"
	methodRust     = "rust-cargolambda"
	methodInline   = "inline"
	methodZip      = "zip"
	methodFile     = "file"
	methodCopy     = "copy"
)

// step builds t into the new folder dir, and tells whether anything was built
// that was not there.
type step func(ctx context.Context, t Target, dir string) (fresh bool, err error)

// steps returns the methods that build one function at a time.
func (b *Builder) steps() map[string]step {
	return map[string]step{
		methodMakefile: b.make,
		methodPip:      b.assemble,
		methodNPM:      b.assemble,
		methodEsbuild:  b.esbuild,
		methodRust:     b.rust,
		methodInline:   b.inline,
		methodZip:      b.unzip,
		methodFile:     b.copyFile,
		methodCopy:     b.copy,
	}
}

// buildOne builds a target by one of steps into a folder of its own.
func (b *Builder) buildOne(ctx context.Context, t Target, method string) Result {
	dir, err := b.newDir(b.Dir, t.LogicalID)
	fresh := false
	if err == nil {
		fresh, err = b.steps()[method](ctx, t, dir)
	}
	if err == nil && isProvided(t.Runtime) && !exists(filepath.Join(dir, "bootstrap")) && !t.bootstrapInLayer() {
		err = noBootstrap(t, method)
	}
	if err != nil {
		return Result{Err: err, Shown: errors.Is(err, errDidNotBuild)}
	}
	return Result{Dir: b.settled(t.LogicalID, dir), Fresh: fresh}
}

// noBootstrap says what is wrong with code that was to have a bootstrap and has none.
func noBootstrap(t Target, method string) error {
	switch method {
	case methodFile:
		return fmt.Errorf("CodeUri is %s, a file that is no zip archive and not named bootstrap; source code is built where CodeUri is its folder", t.CodeURI)
	case methodZip:
		return fmt.Errorf("%s has no bootstrap at its top", t.CodeURI)
	case methodMakefile:
		return fmt.Errorf("make build-%s has put no bootstrap into $(ARTIFACTS_DIR)", t.LogicalID)
	}
	return fmt.Errorf("the build method %s makes no bootstrap, which the runtime %s starts", method, t.Runtime)
}

// methodOf decides how a target is built; "" for not at all.
func methodOf(t Target) (string, error) {
	if t.InlineCode != "" {
		return inlineMethod(t)
	}
	info, err := os.Stat(t.CodeURI)
	if err != nil {
		return "", fmt.Errorf("CodeUri: %w", err)
	}
	if !info.IsDir() { // it is built already: sam does not look at the method either
		if isZip(t.CodeURI) {
			return methodZip, nil
		}
		return methodFile, nil
	}
	switch t.Method {
	case "", t.Runtime: // a runtime's identifier as method is what the runtime means anyhow
		return methodOfSource(t)
	case "go1.x":
		return methodGo, nil
	case methodMakefile, methodEsbuild, methodRust:
		return t.Method, nil
	}
	return "", fmt.Errorf("build method %q is not supported: use go1.x, makefile, esbuild or rust-cargolambda", t.Method)
}

// InfersGo reports whether a folder is built as Go though no BuildMethod says so:
// by what it holds.
func InfersGo(runtime, codeURI string) bool {
	method, _ := methodOf(Target{Runtime: runtime, CodeURI: codeURI})
	return method == methodGo
}

func inlineMethod(t Target) (string, error) {
	if !isPython(t.Runtime) && !isNode(t.Runtime) {
		return "", fmt.Errorf("InlineCode is for Python and Node.js, not for the runtime %q", t.Runtime)
	}
	return methodInline, nil
}

// methodOfSource decides by what a folder holds.
func methodOfSource(t Target) (string, error) {
	switch {
	case isPython(t.Runtime) && !t.Built && hasRequirements(t.CodeURI):
		return methodPip, nil
	case isNode(t.Runtime) && !t.Built && hasPackages(t.CodeURI):
		return methodNPM, nil
	case isNode(t.Runtime) && belongsToPackage(t.CodeURI):
		return methodCopy, nil
	case isPython(t.Runtime), isNode(t.Runtime), exists(filepath.Join(t.CodeURI, "bootstrap")):
		return "", nil
	case !isProvided(t.Runtime):
		return "", fmt.Errorf("runtime %q is not supported: use provided.al2023, python3.* or nodejs*.x", t.Runtime)
	case isGoMain(t.CodeURI):
		return methodGo, nil
	case t.bootstrapInLayer():
		return "", nil
	}
	return "", fmt.Errorf("%s: %w: it needs a bootstrap, a Go main package or a BuildMethod", t.CodeURI, ErrNoBootstrap)
}

// bootstrapInLayer reports whether a layer has what starts the function.
func (t *Target) bootstrapInLayer() bool {
	return t.Opt != "" && exists(filepath.Join(t.Opt, "bootstrap"))
}

// isProvided reports whether a runtime starts a bootstrap. go1.x, which AWS has
// retired, is taken for one, since such a function builds to one as well.
func isProvided(runtime string) bool {
	return strings.HasPrefix(runtime, "provided") || runtime == "go1.x"
}

func isPython(runtime string) bool { return strings.HasPrefix(runtime, "python3.") }

func isNode(runtime string) bool { return strings.HasPrefix(runtime, "nodejs") }

// belongsToPackage reports whether a folder without a package.json stands below
// one that has: Node.js would go by that one, which AWS does not have.
func belongsToPackage(dir string) bool {
	if exists(filepath.Join(dir, packageJSON)) {
		return false
	}
	for above := filepath.Dir(dir); above != filepath.Dir(above); above = filepath.Dir(above) {
		if exists(filepath.Join(above, packageJSON)) {
			return true
		}
	}
	return false
}

// copy fills dir with a copy of the target's sources, or of all of what comes built.
func (b *Builder) copy(_ context.Context, t Target, dir string) (bool, error) {
	if t.Built {
		return false, copyTree(dir, t.CodeURI, nothing)
	}
	return false, copyTree(dir, t.CodeURI, isLeft)
}
