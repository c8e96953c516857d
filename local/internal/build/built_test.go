package build_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"maru/local/internal/build"
)

// What comes built is run as it lies there: nothing is installed for it, whatever
// its manifest asks for, and no tool is needed.
func TestBuiltIsRunInPlace(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	dir := module(t, map[string]string{
		"js/package.json":         `{"dependencies": {"isarray": "2.0.5"}}`,
		"js/node_modules/isarray": "", "js/index.js": "",
		"py/requirements.txt": "six\n", "py/app.py": "",
		"go/go.mod": "module m\n", "go/main.go": hello, "go/bootstrap": "#!/bin/sh\n",
	})
	for folder, runtime := range map[string]string{"js": "nodejs22.x", "py": "python3.13", "go": "provided.al2023"} {
		target := build.Target{LogicalID: "F", CodeURI: filepath.Join(dir, folder), Built: true, Runtime: runtime}
		results, _ := run(t, dir, target)
		wantInPlace(t, results["F"], target)
	}
}

// Go without a bootstrap has nothing that the runtime could start, and where the
// template names a method, that is what the user wants.
func TestBuiltThatHasToBeBuilt(t *testing.T) {
	dir := module(t, map[string]string{
		"go.mod": "module m\n\ngo 1.26\n", "a/main.go": hello, "b/main.go": hello, "b/bootstrap": "#!/bin/sh\n",
		"c/Makefile": "build-C:\n\techo >$(ARTIFACTS_DIR)/bootstrap\n",
	})
	source, named, makefile := goTarget(dir, "a"), goTarget(dir, "b"), goTarget(dir, "c")
	source.Built, named.Built, makefile.Built = true, true, true
	named.Method, makefile.Method = "go1.x", "makefile"
	results, out := run(t, dir, source, named, makefile)
	for name, r := range results {
		if r.Err != nil || !r.Fresh {
			t.Errorf("%s: got %+v, want a build\n%s", name, r, out)
		}
	}
}

// The package.json of a project around it says nothing about a bundle, which keeps
// all that is in it.
func TestBuiltBelowAnotherPackage(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		need(t, "node is needed: install Node.js")
	}
	dir := module(t, map[string]string{
		"package.json":                   `{"type": "module"}`,
		"asset.1/index.js":               "console.log(require('own'))",
		"asset.1/node_modules/own.js":    "module.exports = require('./.git/a')",
		"asset.1/node_modules/.git/a.js": "module.exports = 'bundled'",
	})
	target := build.Target{LogicalID: "F", CodeURI: filepath.Join(dir, "asset.1"), Built: true, Runtime: "nodejs22.x"}
	results, out := run(t, dir, target)
	if results["F"].Err != nil {
		t.Fatalf("%v\n%s", results["F"].Err, out)
	}
	if got := says(t, results["F"].Dir, "node", "index.js"); got != "bundled" {
		t.Errorf("got %q, want what the bundle has", got)
	}
}
