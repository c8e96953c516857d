package build

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"maru/local/internal/process"
)

// tool is a program that builds.
type tool struct {
	// name is looked up on PATH, unless it is a path.
	name string
	// howToGet is said where it is missing.
	howToGet string
	args     []string
	dir      string
	env      []string // in addition to the host's
}

// run runs a tool for a target. What it printed is shown where it failed, under
// the function's name; while it runs, a line now and then.
func (b *Builder) run(ctx context.Context, t Target, p tool) error {
	path, err := lookUp(p.name, p.howToGet)
	if err != nil {
		return err
	}
	cmd := exec.Command(path, p.args...)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), p.env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	stop := tick(b.Output, p.String())
	err = runCommand(ctx, cmd)
	stop()
	if ctx.Err() != nil {
		return err // somebody stopped it, and there is nothing to show
	}
	if err != nil {
		fmt.Fprintf(b.Output, "%s did not build:\n%s\n", t.LogicalID, bytes.TrimSpace(out.Bytes()))
		return fmt.Errorf("%w: %s: %w", errDidNotBuild, p, err)
	}
	return nil
}

// String gives the beginning of the tool's command line, by which one knows it:
// its name and the arguments up to the first flag that is not Python's "-m".
func (p tool) String() string {
	words := []string{filepath.Base(p.name)}
	for _, arg := range p.args {
		if strings.HasPrefix(arg, "-") && arg != "-m" {
			break
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

// lookUp finds a program that builds.
func lookUp(name, howToGet string) (path string, err error) {
	if path, err = exec.LookPath(name); err != nil {
		return "", fmt.Errorf("%s is needed to build it: %s", name, howToGet)
	}
	return path, nil
}

// outputGrace is how long the output of a command that has ended is waited for:
// a child that it left behind may hold it open for ever.
const outputGrace = time.Second

// runCommand runs a command until it ends or ctx does. What it started ends with
// it, and with this process.
func runCommand(ctx context.Context, cmd *exec.Cmd) error {
	cmd.WaitDelay = outputGrace
	p, err := process.Start(cmd, 0)
	if err != nil {
		return err
	}
	select {
	case <-p.Done():
		return p.Err()
	case <-ctx.Done():
		p.Kill()
		<-p.Done()
		return ctx.Err()
	}
}

// esbuild bundles the entry points of a Node.js function, with sam's defaults
// (Developer Guide, "Building Node.js Lambda functions with esbuild") and the
// properties that sam hands on (nodejs_npm_esbuild/esbuild.py of
// aws-lambda-builders).
func (b *Builder) esbuild(ctx context.Context, t Target, dir string) (bool, error) {
	if len(t.Properties.EntryPoints) == 0 {
		return false, errors.New("build method esbuild needs Metadata.BuildProperties.EntryPoints, such as [app.ts]")
	}
	sources := t.CodeURI
	if hasPackages(sources) {
		var err error
		if sources, err = b.newDir(b.Dir, "sources"); err != nil {
			return false, err
		}
		if _, err := b.assemble(ctx, t, sources); err != nil {
			return false, err
		}
	}
	return true, b.run(ctx, t, tool{
		name:     esbuildIn(sources, t.CodeURI, filepath.Dir(t.CodeURI)),
		howToGet: howToGetEsbuild(t.CodeURI, filepath.Dir(t.CodeURI)),
		args:     t.Properties.esbuildArgs(dir), dir: sources,
	})
}

// esbuildIn prefers the esbuild that a project has pinned: in its dependencies,
// or beside them for development.
func esbuildIn(dirs ...string) string {
	for _, dir := range dirs {
		if path := filepath.Join(dir, "node_modules/.bin/esbuild"); exists(path) {
			return path
		}
	}
	return "esbuild"
}

// howToGetEsbuild is what to do in a project that may have pinned an esbuild, as
// sam has it do among what is for development, without having installed it.
func howToGetEsbuild(dirs ...string) string {
	for _, dir := range dirs {
		m := readManifest(dir)
		if m.Dependencies["esbuild"] != nil || m.DevDependencies["esbuild"] != nil {
			return "run npm install in " + dir + ", whose " + packageJSON + " names it"
		}
	}
	return "npm install --global esbuild, or npm install --save-dev esbuild in CodeUri"
}

func (p *Properties) esbuildArgs(outdir string) []string {
	args := append([]string{}, p.EntryPoints...)
	args = append(args, "--bundle", "--platform=node", "--log-level=warning", "--outdir="+outdir,
		"--format="+cmp.Or(p.Format, "cjs"), "--target="+cmp.Or(p.Target, "es2020"))
	if p.Minify == nil || *p.Minify {
		args = append(args, "--minify")
	}
	if p.Sourcemap {
		args = append(args, "--sourcemap")
	}
	if p.SourcesContent != nil {
		args = append(args, fmt.Sprintf("--sources-content=%t", *p.SourcesContent))
	}
	if p.MainFields != "" {
		args = append(args, "--main-fields="+p.MainFields)
	}
	if p.Format == "esm" && len(p.OutExtension) == 0 { // without it node takes the file for CommonJS
		args = append(args, "--out-extension:.js=.mjs")
	}
	for _, list := range []struct {
		flag   string
		values []string
	}{{"external", p.External}, {"loader", p.Loader}, {"out-extension", p.OutExtension}, {"banner", p.Banner}} {
		for _, value := range list.values {
			args = append(args, "--"+list.flag+":"+value)
		}
	}
	return args
}

// rust builds a Cargo package. cargo-lambda puts each binary's bootstrap into a
// folder of the binary's name, or, with --flatten, that of one into no folder.
func (b *Builder) rust(ctx context.Context, t Target, dir string) (bool, error) {
	args := []string{"lambda", "build", "--release", "--lambda-dir", dir}
	if t.Properties.Binary != "" {
		args = append(args, "--bin", t.Properties.Binary, "--flatten", t.Properties.Binary)
	}
	const howToGet = "install it from https://www.cargo-lambda.info/guide/installation.html"
	if _, err := lookUp("cargo-lambda", howToGet); err != nil {
		return false, err
	}
	if err := b.run(ctx, t, tool{name: "cargo", howToGet: howToGet, args: args, dir: t.CodeURI}); err != nil {
		return true, err
	}
	built, _ := filepath.Glob(filepath.Join(dir, "*", "bootstrap"))
	switch {
	case exists(filepath.Join(dir, "bootstrap")):
		return true, nil
	case len(built) != 1:
		return true, fmt.Errorf("the package has %d binaries; name one in Metadata.BuildProperties.Binary", len(built))
	}
	return true, os.Rename(built[0], filepath.Join(dir, "bootstrap"))
}
