package build

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
)

// goTags leaves the RPC mode of the retired go1.x runtime out of aws-lambda-go.
const goTags = "lambda.norpc"

// isGoMain reports whether a folder holds a Go main package.
func isGoMain(dir string) bool {
	files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly)
		if err == nil {
			return f.Name.Name == "main"
		}
	}
	return false
}

// byModule groups targets by the folder of the go.mod above them.
func byModule(targets []Target) map[string][]Target {
	groups := map[string][]Target{}
	for _, t := range targets {
		root := t.CodeURI
		for !exists(filepath.Join(root, "go.mod")) && root != filepath.Dir(root) {
			root = filepath.Dir(root)
		}
		if root == filepath.Dir(root) {
			root = t.CodeURI // without a module: go says what is wrong
		}
		groups[root] = append(groups[root], t)
	}
	return groups
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// buildModule builds those targets of one module that have changed.
func (b *Builder) buildModule(ctx context.Context, root string, targets []Target, results map[string]Result) {
	var stale []Target
	for _, t := range targets {
		if dir, ok := b.lookup(b.entryFile(t)); ok && exists(filepath.Join(dir, "bootstrap")) {
			results[t.LogicalID] = Result{Dir: dir}
		} else {
			stale = append(stale, t)
		}
	}
	if len(stale) == 0 {
		return
	}
	run := &goRun{ctx: ctx, root: root, output: b.Output, shown: map[string][]byte{}}
	entries := run.entries(stale)
	dir, err := b.newBuild(b.Dir)
	if err == nil {
		err = run.build(dir, stale)
	}
	for _, t := range stale {
		r := Result{Dir: filepath.Join(dir, t.LogicalID), Fresh: true}
		if !exists(filepath.Join(r.Dir, "bootstrap")) {
			said, shown := run.shown[t.LogicalID]
			r = Result{Err: cmp.Or(err, errDidNotBuild), Shown: shown, Said: placed(said, run.packageOf(t))}
		} else {
			r.Dir = b.settled(t.LogicalID, r.Dir)
			if e, ok := entries[t.LogicalID]; ok {
				b.record(b.entryFile(t), e, r.Dir)
			}
		}
		results[t.LogicalID] = r
	}
}

// errDidNotBuild is wrapped by the error of a target whose tools have failed, and
// have said on Output why.
var errDidNotBuild = errors.New("it did not build")

// goRun is the building of some functions of one module.
type goRun struct {
	ctx    context.Context
	root   string
	output io.Writer
	shown  map[string][]byte // what output has got of the failure of targets
}

// build builds targets to dir/LOGICALID/bootstrap. What does not compile is
// missing afterwards; the error is that go could not be run.
func (g *goRun) build(dir string, targets []Target) error {
	if _, err := lookUp("go", "install it from https://go.dev/dl/"); err != nil {
		return err
	}
	together, alone := split(g.root, targets)
	out, err := g.buildTogether(dir, together)
	if err != nil && !built(dir, together) {
		// The packages could not be loaded, so none was compiled; one at a time,
		// the sound ones are.
		out, alone = nil, append(together, alone...)
	}
	if len(out) > 0 {
		g.report(missing(dir, together), out)
	}
	for _, t := range alone {
		_, out, _ := g.run("build", goFlags(filepath.Join(dir, t.LogicalID, "bootstrap"), g.packageOf(t))...)
		if len(out) > 0 {
			g.report(missing(dir, []Target{t}), out)
		}
	}
	return g.ctx.Err()
}

// buildTogether runs one `go build` for targets whose binaries have different
// names, and moves each to its place.
func (g *goRun) buildTogether(dir string, targets []Target) ([]byte, error) {
	if len(targets) == 0 {
		return nil, nil
	}
	var packages []string
	for _, t := range targets {
		packages = append(packages, g.packageOf(t))
	}
	bin := filepath.Join(dir, ".bin") + string(filepath.Separator)
	defer os.RemoveAll(bin)
	_, out, err := g.run("build", goFlags(bin, packages...)...)
	for _, t := range targets {
		place := filepath.Join(dir, t.LogicalID)
		binary := bin + path.Base(g.packageOf(t))
		if !exists(binary) {
			continue
		}
		if err := errors.Join(os.MkdirAll(place, 0o755), os.Rename(binary, filepath.Join(place, "bootstrap"))); err != nil {
			return out, err
		}
	}
	return out, err
}

// goFlags builds static, stripped and reproducible binaries, as sam does. The
// version control system is not asked: its answer would change the binary with
// every commit.
func goFlags(output string, packages ...string) []string {
	return append([]string{"-o", output, "-tags", goTags, "-trimpath", "-ldflags=-s -w", "-buildvcs=false"}, packages...)
}

// run runs the go command in the module and returns what it printed to stdout and
// to stderr. It builds for this machine, whatever the shell builds for otherwise.
func (g *goRun) run(command string, args ...string) (stdout, stderr []byte, err error) {
	cmd := exec.Command("go", append([]string{command}, args...)...)
	cmd.Dir = g.root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	defer tick(g.output, "go "+command)()
	err = runCommand(g.ctx, cmd)
	return out.Bytes(), errOut.Bytes(), err
}

// tick says every few seconds that something is still running.
func tick(w io.Writer, what string) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(3 * time.Second)
		defer ticker.Stop()
		for begin := time.Now(); ; {
			select {
			case <-ticker.C:
				fmt.Fprintf(w, "  still running %s, %.0f s\n", what, time.Since(begin).Seconds())
			case <-done:
				return
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

// report shows what a compiler printed, under the names of the functions that
// are missing for it; nothing where somebody stopped it.
func (g *goRun) report(names []string, out []byte) {
	if g.ctx.Err() != nil {
		return
	}
	if len(names) > 0 {
		fmt.Fprintf(g.output, "%s did not build:\n", strings.Join(names, ", "))
	}
	for _, name := range names {
		g.shown[name] = out
	}
	fmt.Fprintf(g.output, "%s\n", bytes.TrimSpace(out))
}

// place is what begins a line of a compiler's that says where.
var place = regexp.MustCompile(`^\S+:\d+(:\d+)?: `)

// placed gives the first line with a place of what a compiler printed, one in a
// package's own folder before others; "./" begins the package's name.
func placed(out []byte, name string) string {
	first := ""
	for line := range strings.Lines(string(out)) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "./")
		if !place.MatchString(line) {
			continue
		}
		if path.Dir(line[:strings.Index(line, ":")]) == path.Clean(name) {
			return line
		}
		first = cmp.Or(first, line)
	}
	return first
}

func (g *goRun) packageOf(t Target) string {
	rel, err := filepath.Rel(g.root, t.CodeURI)
	if err != nil {
		return t.CodeURI
	}
	return "./" + filepath.ToSlash(rel)
}

var versionElement = regexp.MustCompile(`^v[0-9]+$`)

// split tells targets that one `go build -o FOLDER/` can build from those that
// need a run of their own. go names a binary by the last element of its import
// path; two of one name would fall on each other, and the name of a module's
// root or of a folder like v2 is not the folder's.
func split(root string, targets []Target) (together, alone []Target) {
	seen := map[string]bool{}
	for _, t := range targets {
		name := filepath.Base(t.CodeURI)
		if t.CodeURI == root || versionElement.MatchString(name) || seen[name] {
			alone = append(alone, t)
			continue
		}
		seen[name] = true
		together = append(together, t)
	}
	return together, alone
}

// missing returns the names of targets that have no bootstrap.
func missing(dir string, targets []Target) []string {
	var names []string
	for _, t := range targets {
		if !exists(filepath.Join(dir, t.LogicalID, "bootstrap")) {
			names = append(names, t.LogicalID)
		}
	}
	return names
}

// built reports whether at least one target has a bootstrap.
func built(dir string, targets []Target) bool {
	return len(targets) > 0 && slices.ContainsFunc(targets, func(t Target) bool {
		return exists(filepath.Join(dir, t.LogicalID, "bootstrap"))
	})
}
