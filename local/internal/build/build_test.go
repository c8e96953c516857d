package build_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/build"
)

const hello = "package main\n\nfunc main() { println(\"hello\") }\n"

// module writes files into a new folder and returns it.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		write(t, filepath.Join(dir, name), content)
	}
	return dir
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
}

// run builds targets with a builder of its own, as a new start of the host does.
func run(t *testing.T, dir string, targets ...build.Target) (map[string]build.Result, string) {
	t.Helper()
	var out bytes.Buffer
	b := &build.Builder{Dir: filepath.Join(dir, ".maru"), Output: &out}
	defer b.Close()
	results, err := b.Build(t.Context(), targets)
	if err != nil {
		t.Fatal(err)
	}
	return results, out.String()
}

// fresh tells for each function: built, kept, or broken.
func fresh(results map[string]build.Result) map[string]string {
	states := map[string]string{}
	for name, r := range results {
		switch {
		case r.Err != nil:
			states[name] = "broken"
		case r.Fresh:
			states[name] = "built"
		default:
			states[name] = "kept"
		}
	}
	return states
}

func goTarget(dir, name string) build.Target {
	return build.Target{LogicalID: strings.ToUpper(name), CodeURI: filepath.Join(dir, name), Runtime: "provided.al2023"}
}

func TestGo(t *testing.T) {
	dir := module(t, map[string]string{
		"go.mod":          "module m\n\ngo 1.26\n",
		"a/main.go":       hello,
		"b/main.go":       strings.Replace(hello, "func", "import _ \"m/lib\"\n\nfunc", 1),
		"lib/lib.go":      "package lib\n",
		"deep/a/main.go":  hello,
		"deep/a/asset.go": "package main\n",
	})
	deep := goTarget(dir, "deep/a")
	deep.LogicalID = "DEEP"
	targets := []build.Target{goTarget(dir, "a"), goTarget(dir, "b"), deep}

	results, out := run(t, dir, targets...)
	if diff := cmp.Diff(map[string]string{"A": "built", "B": "built", "DEEP": "built"}, fresh(results)); diff != "" {
		t.Fatalf("first build (-want +got):\n%s\n%s", diff, out)
	}
	for name, r := range results {
		said, err := exec.Command(filepath.Join(r.Dir, "bootstrap")).CombinedOutput()
		if err != nil || string(said) != "hello\n" {
			t.Errorf("%s: got %q, %v", name, said, err)
		}
	}

	first := maps.Clone(results)
	results, _ = run(t, dir, targets...)
	if diff := cmp.Diff(map[string]string{"A": "kept", "B": "kept", "DEEP": "kept"}, fresh(results)); diff != "" {
		t.Errorf("nothing changed (-want +got):\n%s", diff)
	}

	write(t, filepath.Join(dir, "lib/more.go"), "package lib\n\nconst More = 1\n")
	results, _ = run(t, dir, targets...)
	if diff := cmp.Diff(map[string]string{"A": "kept", "B": "built", "DEEP": "kept"}, fresh(results)); diff != "" {
		t.Errorf("a file was added to what only B imports (-want +got):\n%s", diff)
	}
	if results["B"].Dir == first["B"].Dir {
		t.Error("a build went into the folder of the one before")
	}
}

// A file that is added beside embedded ones may be embedded, too.
func TestEmbeddedFiles(t *testing.T) {
	const lists = `package main

import ("embed"; "fmt")

//go:embed files
var files embed.FS

func main() { entries, _ := files.ReadDir("files"); fmt.Println(len(entries)) }
`
	dir := module(t, map[string]string{"go.mod": "module m\n\ngo 1.26\n", "a/main.go": lists, "a/files/one": ""})
	for _, want := range []string{"1\n", "2\n"} {
		results, out := run(t, dir, goTarget(dir, "a"))
		said, err := exec.Command(filepath.Join(results["A"].Dir, "bootstrap")).Output()
		if err != nil || string(said) != want {
			t.Errorf("got %q files, %v, want %q\n%s", said, err, want, out)
		}
		write(t, filepath.Join(dir, "a/files/two"), "")
	}
}

// What the shell builds for otherwise does not run here.
func TestForThisMachine(t *testing.T) {
	t.Setenv("GOARCH", "riscv64")
	t.Setenv("GOOS", "plan9")
	dir := module(t, map[string]string{"go.mod": "module m\n\ngo 1.26\n", "a/main.go": hello})
	results, out := run(t, dir, goTarget(dir, "a"))
	if said, err := exec.Command(filepath.Join(results["A"].Dir, "bootstrap")).CombinedOutput(); err != nil {
		t.Errorf("got %q, %v\n%s", said, err, out)
	}
}

// A build that is given up ends with all that it started, and is not called a
// failure.
func TestInterruptedBuild(t *testing.T) {
	dir := module(t, map[string]string{"f/Makefile": "build-F:\n\techo $$$$ > pid; sleep 600 & echo $$! >> pid; wait\n"})
	target := build.Target{LogicalID: "F", CodeURI: filepath.Join(dir, "f"), Runtime: "provided.al2023", Method: "makefile"}
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	b := &build.Builder{Dir: filepath.Join(dir, ".maru"), Output: &out}
	defer b.Close()
	done := make(chan error, 1)
	go func() {
		_, err := b.Build(ctx, []build.Target{target})
		done <- err
	}()
	pids := awaitPIDs(t, filepath.Join(dir, "f", "pid"))
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if strings.Contains(out.String(), "did not build") {
		t.Errorf("got %q, want nothing of a build that failed", out.String())
	}
	for _, pid := range pids {
		for begin := time.Now(); exists(pid) && !zombie(pid); {
			if time.Since(begin) > 10*time.Second {
				t.Fatalf("process %d is still there", pid)
			}
		}
	}
}

// awaitPIDs waits until a file has two process numbers.
func awaitPIDs(t *testing.T, file string) []int {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	timeout := time.After(20 * time.Second)
	for {
		raw, _ := os.ReadFile(file)
		var shell, child int
		if n, _ := fmt.Sscan(string(raw), &shell, &child); n == 2 {
			return []int{shell, child}
		}
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatal("the build does not begin")
		}
	}
}

// exists reports whether there is a process of this number.
func exists(pid int) bool {
	p, err := os.FindProcess(pid)
	return err == nil && p.Signal(syscall.Signal(0)) == nil
}

// zombie reports whether a process has ended and nobody has waited for it yet.
func zombie(pid int) bool {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return strings.Contains(string(stat), ") Z ")
}

func TestSharedCodeIsBuiltOnce(t *testing.T) {
	dir := module(t, map[string]string{"go.mod": "module m\n\ngo 1.26\n", "a/main.go": hello})
	twin := goTarget(dir, "a")
	twin.LogicalID = "TWIN"
	results, _ := run(t, dir, goTarget(dir, "a"), twin)
	if results["A"].Dir == "" || results["A"] != results["TWIN"] {
		t.Errorf("got %+v and %+v, want one build", results["A"], results["TWIN"])
	}
}

func TestCompileErrorLeavesOthersAlone(t *testing.T) {
	for name, broken := range map[string]string{
		"does not compile":  strings.Replace(hello, "println", "printline", 1),
		"cannot be loaded":  "package main\n\nimport _ \"m/nowhere\"\n\nfunc main() {}\n",
		"cannot be parsed":  "package main\n\nfunc main( {}\n",
		"is no Go any more": "package main\n\x00",
	} {
		t.Run(name, func(t *testing.T) {
			dir := module(t, map[string]string{
				"go.mod": "module m\n\ngo 1.26\n", "a/main.go": hello, "bad/main.go": broken,
			})
			bad := goTarget(dir, "bad")
			bad.Method = "go1.x"
			results, out := run(t, dir, goTarget(dir, "a"), bad)
			if diff := cmp.Diff(map[string]string{"A": "built", "BAD": "broken"}, fresh(results)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if r := results["BAD"]; !r.Shown || r.Err.Error() != "it did not build" {
				t.Errorf("got %+v, want no more than that it did not build", r)
			}
			if !strings.Contains(out, "BAD did not build:\n") || !strings.Contains(out, "bad/main.go:") {
				t.Errorf("output does not name the function and the place:\n%s", out)
			}
		})
	}
}

func TestMakefile(t *testing.T) {
	dir := module(t, map[string]string{
		"f/Makefile": "build-OK:\n\tcp run.sh $(ARTIFACTS_DIR)/bootstrap\nbuild-EMPTY:\n\ttrue\n",
		"f/run.sh":   "#!/bin/sh\necho made\n",
	})
	target := func(name string) build.Target {
		return build.Target{LogicalID: name, CodeURI: filepath.Join(dir, "f"), Runtime: "provided.al2023", Method: "makefile"}
	}
	results, out := run(t, dir, target("OK"), target("EMPTY"), target("NORULE"))
	if diff := cmp.Diff(map[string]string{"OK": "built", "EMPTY": "broken", "NORULE": "broken"}, fresh(results)); diff != "" {
		t.Fatalf("(-want +got):\n%s\n%s", diff, out)
	}
	if !strings.Contains(out, "NORULE did not build:\n") || !strings.Contains(out, "build-NORULE") {
		t.Errorf("output does not show what make said:\n%s", out)
	}
	for name, want := range map[string]build.Result{
		"EMPTY":  {Err: errors.New("make build-EMPTY has put no bootstrap into $(ARTIFACTS_DIR)")},
		"NORULE": {Err: errors.New("it did not build: make build-NORULE: exit status 2"), Shown: true},
	} {
		if got := results[name]; got.Err.Error() != want.Err.Error() || got.Shown != want.Shown {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
}

func TestBootstrapIsRunInPlace(t *testing.T) {
	dir := module(t, map[string]string{"f/bootstrap": "#!/bin/sh\n"})
	target := goTarget(dir, "f")
	results, _ := run(t, dir, target)
	wantInPlace(t, results["F"], target)
}

// wantInPlace checks that a target is run from its sources.
func wantInPlace(t *testing.T, got build.Result, target build.Target) {
	t.Helper()
	revision := got.Revision
	if got.Revision = ""; got != (build.Result{Dir: target.CodeURI}) || revision == "" {
		t.Errorf("got %+v of revision %q, want %s with a revision", got, revision, target.CodeURI)
	}
}

// What is run in place has another revision when a file of it has changed, been
// added or been taken away, but not for what stands beside the code.
func TestRevision(t *testing.T) {
	dir := module(t, map[string]string{"f/bootstrap": "#!/bin/sh\n", "f/lib/a.txt": "a"})
	revision := func() string {
		results, _ := run(t, dir, goTarget(dir, "f"))
		return results["F"].Revision
	}
	before := revision()
	for _, name := range []string{".git/HEAD", ".maru/build/x", "lib/__pycache__/a.pyc"} {
		write(t, filepath.Join(dir, "f", name), "new")
		if revision() != before {
			t.Errorf("%s: got another revision", name)
		}
	}
	seen := map[string]bool{before: true}
	for _, change := range []func() error{
		func() error { write(t, filepath.Join(dir, "f/lib/a.txt"), "other"); return nil },
		func() error { write(t, filepath.Join(dir, "f/lib/b.txt"), ""); return nil },
		func() error { return os.Remove(filepath.Join(dir, "f/lib/b.txt")) },
		func() error { return os.Chmod(filepath.Join(dir, "f/bootstrap"), 0o711) },
		func() error { return os.Chtimes(filepath.Join(dir, "f/bootstrap"), time.Time{}, time.Unix(1, 0)) },
	} {
		last := revision()
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if revision() == last {
			t.Errorf("change %d: got the revision before", len(seen))
		}
		seen[revision()] = true
	}
}

// Code is often shared by links: what they lead to counts, where it is copied, too.
func TestLinkedSources(t *testing.T) {
	dir := module(t, map[string]string{
		"place/bootstrap": "#!/bin/sh\n", "shared/a.py": "a", "package.json": "{}", "copied/index.js": "1",
	})
	for link, to := range map[string]string{
		"place/common": "../shared", "place/around": "..", "place/self": ".", "place/nowhere": "gone",
		"copied/common": "../shared", "link": "place", "linkcopied": "copied",
	} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	node := func(name string) build.Target {
		return build.Target{LogicalID: name, CodeURI: filepath.Join(dir, name), Runtime: "nodejs22.x"}
	}
	targets := []build.Target{goTarget(dir, "place"), goTarget(dir, "link"), node("copied"), node("linkcopied")}
	one, _ := run(t, dir, targets...)
	same, _ := run(t, dir, targets...)
	write(t, filepath.Join(dir, "unrelated.txt"), "new")
	write(t, filepath.Join(dir, "shared/a.py"), "b")
	changed, _ := run(t, dir, targets...)
	for _, target := range targets {
		id := target.LogicalID
		if one[id] != same[id] {
			t.Errorf("%s: got %+v, want %+v as before", id, same[id], one[id])
		}
		if changed[id] == one[id] {
			t.Errorf("%s: a change behind a link was not seen", id)
		}
	}
	if _, err := os.Stat(filepath.Join(changed["linkcopied"].Dir, "index.js")); err != nil {
		t.Errorf("code that is a link is not copied: %v", err)
	}
}

// A build that comes out as the one before is that one; one that differs, or whose
// function has written into its folder, is another.
func TestTheSameBuild(t *testing.T) {
	dir := module(t, map[string]string{"f/Makefile": "build-F:\n\tcp bootstrap $(ARTIFACTS_DIR)\n", "f/bootstrap": "#!/bin/sh\n"})
	target := goTarget(dir, "f")
	target.Method = "makefile"
	build := func() string {
		results, _ := run(t, dir, target)
		return results["F"].Dir
	}
	first := build()
	if second := build(); second != first {
		t.Errorf("got %s, want %s again", second, first)
	}
	if builds, err := filepath.Glob(filepath.Join(dir, ".maru/*T*")); err != nil || len(builds) != 1 {
		t.Errorf("got the builds %q, %v, want one", builds, err)
	}
	write(t, filepath.Join(dir, "f/bootstrap"), "#!/bin/bash\n")
	changed := build()
	if changed == first {
		t.Error("got the build before for another bootstrap")
	}
	write(t, filepath.Join(changed, "written.txt"), "by the function")
	if got := build(); got == changed {
		t.Error("got a folder that the function has written into")
	}
}

func TestNothingToRun(t *testing.T) {
	dir := module(t, map[string]string{"empty/readme": "", "file": "", "lib/lib.go": "package lib\n"})
	for _, test := range []struct {
		name   string
		target build.Target
		want   string
	}{
		{"missing", goTarget(dir, "nowhere"), "CodeUri: stat "},
		{"a file", goTarget(dir, "file"), "file, a file that is no zip archive and not named bootstrap"},
		{"empty", goTarget(dir, "empty"), "it needs a bootstrap, a Go main package or a BuildMethod"},
		{"a library", goTarget(dir, "lib"), "it needs a bootstrap"},
		{"runtime", build.Target{LogicalID: "X", CodeURI: filepath.Join(dir, "empty"), Runtime: "ruby3.4"}, `runtime "ruby3.4" is not supported`},
		{"method", build.Target{LogicalID: "X", CodeURI: filepath.Join(dir, "empty"), Method: "dotnet8"}, `build method "dotnet8" is not supported`},
	} {
		results, _ := run(t, dir, test.target)
		if err := results[test.target.LogicalID].Err; err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want it to contain %q", test.name, err, test.want)
		}
	}
	results, _ := run(t, dir, goTarget(dir, "empty"))
	if !errors.Is(results["EMPTY"].Err, build.ErrNoBootstrap) {
		t.Errorf("got %v, want ErrNoBootstrap", results["EMPTY"].Err)
	}
}

// What a folder holds says whether it is built as Go, before there is a build.
func TestInfersGo(t *testing.T) {
	dir := module(t, map[string]string{"go/main.go": hello, "both/main.go": hello, "both/bootstrap": "", "lib/lib.go": "package lib\n", "file": ""})
	for _, tt := range []struct {
		runtime, folder string
		want            bool
	}{
		{"provided.al2023", "go", true},
		{"provided.al2023", "both", false},
		{"provided.al2023", "lib", false},
		{"provided.al2023", "file", false},
		{"provided.al2023", "nowhere", false},
		{"python3.13", "go", false},
	} {
		if got := build.InfersGo(tt.runtime, filepath.Join(dir, tt.folder)); got != tt.want {
			t.Errorf("%s in %s: got %t, want %t", tt.runtime, tt.folder, got, tt.want)
		}
	}
}

// Builds in use survive; of the others only a few are kept.
func TestOldBuildsAreDeleted(t *testing.T) {
	dir := module(t, map[string]string{"go.mod": "module m\n\ngo 1.26\n", "a/main.go": hello})
	used := &build.Builder{Dir: filepath.Join(dir, ".maru")}
	defer used.Close()
	inUse, err := used.Build(t.Context(), []build.Target{goTarget(dir, "a")})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		write(t, filepath.Join(dir, "a/more.go"), "package main\n"+strings.Repeat("\n", i))
		run(t, dir, goTarget(dir, "a"))
	}
	if _, err := os.Stat(inUse["A"].Dir); err != nil {
		t.Errorf("a build in use was deleted: %v", err)
	}
	builds, _ := filepath.Glob(filepath.Join(dir, ".maru", "*", "A"))
	if len(builds) < 2 || len(builds) > 5 {
		t.Errorf("%d builds are left, want a few", len(builds))
	}
}
