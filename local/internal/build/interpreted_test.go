package build_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/build"
)

// interpreter returns the path of a command; without it the test skips, or
// fails where CI=true.
func interpreter(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command(args[0], args[1:]...).Output()
	if err != nil {
		need(t, args[0]+" is needed: install it so that it is on PATH")
	}
	return strings.TrimSpace(string(out))
}

func python(t *testing.T) string {
	return interpreter(t, "python3", "-c", "import sys; print(sys.executable)")
}

func node(t *testing.T) string { return interpreter(t, "node", "-p", "process.execPath") }

// need skips the test, or fails it where CI=true.
func need(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// online skips a test that installs something where that cannot work.
func online(t *testing.T, r build.Result, out string) {
	t.Helper()
	if r.Err == nil {
		return
	}
	for _, sign := range []string{"Could not find a version", "ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN", "ETIMEDOUT", "Connection"} {
		if strings.Contains(out, sign) {
			need(t, "the packages' registry is not reachable: "+out)
		}
	}
	t.Fatalf("%v\n%s", r.Err, out)
}

func says(t *testing.T, dir, command string, args ...string) string {
	t.Helper()
	cmd := exec.Command(command, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func pythonTarget(t *testing.T, dir string) build.Target {
	return build.Target{LogicalID: "PY", CodeURI: dir, Runtime: "python3.12", Interpreter: python(t)}
}

func nodeTarget(t *testing.T, dir string) build.Target {
	return build.Target{LogicalID: "JS", CodeURI: dir, Runtime: "nodejs20.x", Interpreter: node(t)}
}

// Dependencies are installed again when the manifest changes; sources are those
// of this start.
func TestPip(t *testing.T) {
	dir := module(t, map[string]string{
		"f/requirements.txt":        "# what is needed\nsix == 1.16.0 # pinned\n",
		"f/app.py":                  "import six; print(six.__version__)",
		"f/venv/pyvenv.cfg":         "",
		"f/__pycache__/app.pyc":     "",
		"f/lib/deep.py":             "",
		"g/requirements.txt":        "six == 1.16.0\n",
		"g/six.py":                  "__version__ = 'own'",
		"pinned.txt":                "six == 1.16.0\n",
		"included/requirements.txt": "-r ../pinned.txt\n",
	})
	target := pythonTarget(t, filepath.Join(dir, "f"))
	results, out := run(t, dir, target)
	online(t, results["PY"], out)
	if !results["PY"].Fresh || !strings.Contains(out, "installing requirements.txt of PY with pip") {
		t.Errorf("got %+v, want an installation\n%s", results["PY"], out)
	}
	if got := says(t, results["PY"].Dir, target.Interpreter, "app.py"); got != "1.16.0" {
		t.Errorf("got version %s, want 1.16.0", got)
	}
	var files []string
	entries, _ := os.ReadDir(results["PY"].Dir)
	for _, e := range entries {
		if !strings.Contains(e.Name(), "six") {
			files = append(files, e.Name())
		}
	}
	if diff := cmp.Diff([]string{"app.py", "lib", "requirements.txt"}, files); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}

	write(t, filepath.Join(dir, "f/app.py"), "print('new')")
	twin := pythonTarget(t, filepath.Join(dir, "g"))
	twin.LogicalID = "TWIN"
	results, _ = run(t, dir, target, twin)
	if got := says(t, results["PY"].Dir, target.Interpreter, "app.py"); got != "new" || results["PY"].Fresh || results["TWIN"].Fresh {
		t.Errorf("got %q of %+v, want new sources and nothing installed", got, results)
	}
	if got := says(t, results["TWIN"].Dir, target.Interpreter, "-c", "import six; print(six.__version__)"); got != "own" {
		t.Errorf("got %q, want the function's own module before one that was installed", got)
	}

	write(t, filepath.Join(dir, "f/requirements.txt"), "six == 1.17.0\n")
	included := pythonTarget(t, filepath.Join(dir, "included"))
	included.LogicalID = "INCLUDED"
	if results, out = run(t, dir, target, included); !results["PY"].Fresh || !results["INCLUDED"].Fresh {
		t.Errorf("got %+v, want two installations\n%s", results, out)
	}
	write(t, filepath.Join(dir, "pinned.txt"), "six == 1.17.0\n")
	if results, out = run(t, dir, target, included); results["PY"].Fresh || !results["INCLUDED"].Fresh {
		t.Errorf("got %+v, want one installation, for what the manifest includes\n%s", results, out)
	}
}

func TestPipFails(t *testing.T) {
	dir := module(t, map[string]string{"f/requirements.txt": "./nowhere\n", "f/app.py": ""})
	results, out := run(t, dir, pythonTarget(t, filepath.Join(dir, "f")))
	if results["PY"].Err == nil || !strings.Contains(out, "PY did not build:\n") || !strings.Contains(out, "nowhere") {
		t.Errorf("got %v, want what pip said\n%s", results["PY"].Err, out)
	}
	if got := results["PY"].Err.Error(); !strings.HasSuffix(got, " -m pip install: exit status 1") || strings.Contains(got, "\n") {
		t.Errorf("got %q, want a line that names the command", got)
	}
}

func TestNPM(t *testing.T) {
	const manifest = `{"dependencies":{"isarray":"2.0.5"},"devDependencies":{"nope-dev":"file:nowhere"},"scripts":{"prepare":"exit 1"}}`
	dir := module(t, map[string]string{
		"f/package.json":           manifest,
		"f/app.js":                 "console.log(require('isarray')([]))",
		"f/app.mjs":                "import isArray from 'isarray'; console.log(isArray([]))",
		"f/node_modules/old/x":     "",
		"none/package.json":        `{"scripts":{}}`,
		"none/node_modules/.x":     "",
		"dev-only/package.json":    `{"devDependencies":{"x":"1"}}`,
		"not-a-manifest/readme.md": "",
	})
	target := nodeTarget(t, filepath.Join(dir, "f"))
	if _, err := exec.LookPath("npm"); err != nil {
		need(t, "npm is needed: install it with Node.js")
	}
	results, out := run(t, dir, target)
	online(t, results["JS"], out)
	for _, file := range []string{"app.js", "app.mjs"} {
		if got := says(t, results["JS"].Dir, target.Interpreter, file); got != "true" {
			t.Errorf("%s: got %s, want true", file, got)
		}
	}
	write(t, filepath.Join(dir, "f/package.json"), strings.Replace(manifest, "exit 1", "exit 2", 1))
	if again, _ := run(t, dir, target); again["JS"].Fresh || again["JS"].Err != nil {
		t.Errorf("got %+v, want no installation for another script", again["JS"])
	}
	for _, name := range []string{"none", "dev-only", "not-a-manifest"} {
		in := nodeTarget(t, filepath.Join(dir, name))
		results, _ := run(t, dir, in)
		wantInPlace(t, results["JS"], in)
	}
}

func TestInline(t *testing.T) {
	dir := module(t, map[string]string{"package.json": `{"type":"module"}`})
	py, js := pythonTarget(t, dir), nodeTarget(t, dir)
	py.InlineCode, js.InlineCode = "print('py')", "console.log(typeof require)"
	other := build.Target{LogicalID: "GO", InlineCode: "package main", Runtime: "provided.al2023"}
	results, _ := run(t, dir, py, js, other)
	if got := says(t, results["PY"].Dir, py.Interpreter, "index.py"); got != "py" {
		t.Errorf("got %q, want py", got)
	}
	if got := says(t, results["JS"].Dir, js.Interpreter, "index.js"); got != "function" {
		t.Errorf("got %q, want CommonJS, whatever the project around it is", got)
	}
	if err := results["GO"].Err; err == nil || !strings.Contains(err.Error(), "InlineCode is for Python and Node.js") {
		t.Errorf("got %v, want that this runtime takes no inline code", err)
	}
}

func TestSingleFile(t *testing.T) {
	dir := module(t, map[string]string{"src/app.py": "print(1)", "src/other.py": "", "src/bootstrap": "#!/bin/sh\necho go\n"})
	py := pythonTarget(t, filepath.Join(dir, "src/app.py"))
	sh := build.Target{LogicalID: "SH", CodeURI: filepath.Join(dir, "src/bootstrap"), Runtime: "provided.al2023"}
	results, _ := run(t, dir, py, sh)
	files, _ := filepath.Glob(filepath.Join(results["PY"].Dir, "*"))
	if want := filepath.Join(results["PY"].Dir, "app.py"); len(files) != 1 || files[0] != want {
		t.Errorf("got %v, want %s alone", files, want)
	}
	if got := says(t, dir, filepath.Join(results["SH"].Dir, "bootstrap")); got != "go" {
		t.Errorf("got %q, want a bootstrap that runs", got)
	}
}

func TestMissingTools(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	dir := module(t, map[string]string{"f/app.ts": "", "go/main.go": hello, "js/package.json": `{"dependencies":{"a":"1"}}`,
		"ts/app.ts": "", "ts/package.json": `{"devDependencies":{"esbuild":"0.25"}}`})
	for _, test := range []struct {
		target build.Target
		want   string
	}{
		{
			build.Target{Method: "esbuild", Runtime: "nodejs20.x", Properties: build.Properties{EntryPoints: []string{"app.ts"}}},
			"esbuild is needed to build it: npm install --global esbuild",
		},
		{
			build.Target{Method: "esbuild", Runtime: "nodejs20.x", CodeURI: filepath.Join(dir, "ts"), Properties: build.Properties{EntryPoints: []string{"app.ts"}}},
			"esbuild is needed to build it: run npm install in " + filepath.Join(dir, "ts") + ", whose package.json names it",
		},
		{build.Target{Method: "esbuild", Runtime: "nodejs20.x"}, "needs Metadata.BuildProperties.EntryPoints"},
		{build.Target{Method: "rust-cargolambda", Runtime: "provided.al2023"}, "cargo-lambda is needed to build it: install it from https://"},
		{build.Target{Method: "makefile", Runtime: "provided.al2023"}, "make is needed to build it"},
		{build.Target{CodeURI: filepath.Join(dir, "go"), Runtime: "provided.al2023"}, "go is needed to build it: install it from https://go.dev/dl/"},
		{build.Target{CodeURI: filepath.Join(dir, "js"), Runtime: "nodejs20.x"}, "npm is needed to build it"},
	} {
		test.target.LogicalID = "F"
		if test.target.CodeURI == "" {
			test.target.CodeURI = filepath.Join(dir, "f")
		}
		results, _ := run(t, dir, test.target)
		if r := results["F"]; r.Err == nil || !strings.Contains(r.Err.Error(), test.want) || r.Shown {
			t.Errorf("%s: got %+v, want what nobody was shown: %q", test.target.Method, r, test.want)
		}
	}
}

func TestEsbuild(t *testing.T) {
	if _, err := exec.LookPath("esbuild"); err != nil {
		t.Skip("esbuild is needed: npm install --global esbuild")
	}
	dir := module(t, map[string]string{
		"f/src/app.ts": "import { name } from './lib'\nexport const handler = async (): Promise<string> => name\nhandler().then(console.log)",
		"f/src/lib.ts": "export const name: string = 'bundled'",
		"f/broken.ts":  "export const x = (",
	})
	f := nodeTarget(t, filepath.Join(dir, "f"))
	f.Method, f.Properties.EntryPoints = "esbuild", []string{"src/app.ts"}
	module := f
	module.LogicalID, module.Properties.Format = "ESM", "esm"
	broken := f
	broken.LogicalID, broken.Properties.EntryPoints = "BROKEN", []string{"broken.ts"}
	results, out := run(t, dir, f, module, broken)
	for name, file := range map[string]string{"JS": "app.js", "ESM": "app.mjs"} {
		if got := says(t, results[name].Dir, f.Interpreter, file); got != "bundled" {
			t.Errorf("%s: got %q, want bundled\n%s", name, got, out)
		}
	}
	if results["BROKEN"].Err == nil || !strings.Contains(out, "BROKEN did not build:\n") || !strings.Contains(out, "broken.ts:1:") {
		t.Errorf("got %v, want what esbuild said\n%s", results["BROKEN"].Err, out)
	}
}

// What sam hands on to esbuild is handed on; the esbuild here writes down how it
// was called.
func TestEsbuildProperties(t *testing.T) {
	dir := module(t, map[string]string{"f/app.ts": "", "f/node_modules/.bin/esbuild": "#!/bin/sh\necho \"$*\" >\"${5#--outdir=}/args\"\n"})
	if err := os.Chmod(filepath.Join(dir, "f/node_modules/.bin/esbuild"), 0o755); err != nil {
		t.Fatal(err)
	}
	no := false
	for _, test := range []struct {
		properties build.Properties
		want       string
	}{
		{build.Properties{}, "--format=cjs --target=es2020 --minify"},
		{build.Properties{Format: "esm", Minify: &no, Sourcemap: true}, "--format=esm --target=es2020 --sourcemap --out-extension:.js=.mjs"},
		{build.Properties{
			Format: "esm", Target: "es2022", Minify: &no, SourcesContent: &no, MainFields: "module,main", External: []string{"a", "@b/*"},
			Loader: []string{".html=text"}, OutExtension: []string{".js=.js"}, Banner: []string{"js=import 'x';"},
		}, "--format=esm --target=es2022 --sources-content=false --main-fields=module,main --external:a --external:@b/* " +
			"--loader:.html=text --out-extension:.js=.js --banner:js=import 'x';"},
	} {
		test.properties.EntryPoints = []string{"app.ts"}
		target := build.Target{LogicalID: "F", CodeURI: filepath.Join(dir, "f"), Method: "esbuild", Runtime: "nodejs20.x", Properties: test.properties}
		results, out := run(t, dir, target)
		got, err := os.ReadFile(filepath.Join(results["F"].Dir, "args"))
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		_, got, _ = bytes.Cut(bytes.TrimSpace(got), []byte("/F "))
		if string(got) != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

// The package.json of a project around a Node.js function says nothing about
// the function: AWS has only what is in CodeUri.
func TestNodeBelowAnotherPackage(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		need(t, "node is needed: install Node.js")
	}
	dir := module(t, map[string]string{"package.json": `{"type": "module"}`, "fn/app.js": "exports.a = 1; console.log('CommonJS')"})
	results, out := run(t, dir, build.Target{LogicalID: "F", CodeURI: filepath.Join(dir, "fn"), Runtime: "nodejs20.x"})
	said, err := exec.Command("node", filepath.Join(results["F"].Dir, "app.js")).CombinedOutput()
	if err != nil || string(said) != "CommonJS\n" {
		t.Errorf("got %q, %v\n%s", said, err, out)
	}
}
