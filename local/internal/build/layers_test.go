package build_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/build"
)

// opt makes the folder of layers with a builder of its own, as a new start of the
// host does.
func opt(t *testing.T, dir string, targets ...build.Target) (string, string, error) {
	t.Helper()
	var out bytes.Buffer
	b := &build.Builder{Dir: filepath.Join(dir, ".maru"), Output: &out}
	defer b.Close()
	var layers []build.Layer
	for _, target := range targets {
		l, err := b.Layer(t.Context(), target)
		if err != nil {
			return "", out.String(), err
		}
		layers = append(layers, l)
	}
	path, err := b.Opt(layers...)
	return path, out.String(), err
}

// content is the files of a folder.
func content(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if !e.Type().IsRegular() {
			t.Errorf("%s is %s, want a file", path, e.Type())
		}
		raw, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[name] = string(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Of files of one name that of the later layer counts; what else the layers have
// in a folder of one name stands side by side.
func TestOpt(t *testing.T) {
	dir := module(t, map[string]string{
		"one/bin/tool": "1", "one/python/shared/a.py": "1", "one/nodejs/node_modules/m/i.js": "m",
		"two/bin/tool": "2", "two/python/shared/b.py": "2",
	})
	one := build.Target{LogicalID: "One", CodeURI: filepath.Join(dir, "one")}
	two := build.Target{LogicalID: "Two", CodeURI: filepath.Join(dir, "two")}
	want := map[string]string{
		"bin/tool": "2", "python/shared/a.py": "1", "python/shared/b.py": "2", "nodejs/node_modules/m/i.js": "m",
	}
	first, _, err := opt(t, dir, one, two)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, content(t, first)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if info, err := os.Stat(filepath.Join(first, "bin/tool")); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("got %v, %v, want a file that can be run", info, err)
	}
	if again, _, err := opt(t, dir, one, two); again != first || err != nil {
		t.Errorf("nothing has changed: got %s, %v, want %s again", again, err, first)
	}

	write(t, filepath.Join(dir, "two/bin/tool"), "3")
	changed, _, err := opt(t, dir, one, two)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, content(t, first)); diff != "" {
		t.Errorf("what runs was changed (-want +got):\n%s", diff)
	}
	if got := content(t, changed)["bin/tool"]; got != "3" {
		t.Errorf("got %q, want what the layer has now", got)
	}
	other, _, err := opt(t, dir, two, one)
	if err != nil {
		t.Fatal(err)
	}
	if got := content(t, other)["bin/tool"]; got != "1" {
		t.Errorf("in the other order: got %q, want the other", got)
	}
}

// Where one layer has a file and another a folder, the later one's is there.
func TestOptFileAndFolder(t *testing.T) {
	dir := module(t, map[string]string{"file/x": "file", "folder/x/y/z": "deep", "folder/xy": "beside", "empty/n": ""})
	if err := os.Mkdir(filepath.Join(dir, "empty/x"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		layers []string
		want   map[string]string
	}{
		{[]string{"file", "folder"}, map[string]string{"x/y/z": "deep", "xy": "beside"}},
		{[]string{"folder", "file"}, map[string]string{"x": "file", "xy": "beside"}},
		{[]string{"folder", "file", "folder"}, map[string]string{"x/y/z": "deep", "xy": "beside"}},
		{[]string{"file", "empty"}, map[string]string{"n": ""}},
	} {
		var targets []build.Target
		for _, name := range test.layers {
			targets = append(targets, build.Target{LogicalID: name, CodeURI: filepath.Join(dir, name)})
		}
		path, _, err := opt(t, dir, targets...)
		if err != nil {
			t.Errorf("%q: %v", test.layers, err)
			continue
		}
		if diff := cmp.Diff(test.want, content(t, path)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.layers, diff)
		}
	}
}

// A link is what it leads to, so that nothing is written through one.
func TestOptLinks(t *testing.T) {
	dir := module(t, map[string]string{"shared/a": "a", "one/lib/x.so.1": "x", "two/d/a": "two"})
	for name, target := range map[string]string{
		"one/lib/x.so": "x.so.1", "one/d": "../shared", "one/lib/around": "../lib", "one/gone": "nowhere", "one/self": "self",
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	path, _, err := opt(t, dir,
		build.Target{LogicalID: "One", CodeURI: filepath.Join(dir, "one")}, build.Target{LogicalID: "Two", CodeURI: filepath.Join(dir, "two")})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"lib/x.so.1": "x", "lib/x.so": "x", "d/a": "two"}
	if diff := cmp.Diff(want, content(t, path)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if raw, _ := os.ReadFile(filepath.Join(dir, "shared/a")); string(raw) != "a" {
		t.Errorf("the project's file became %q", raw)
	}
}

// What a layer's build method makes, and from what.
func TestLayerMethods(t *testing.T) {
	dir := module(t, map[string]string{
		"py/own.py": "own", "py/__pycache__/own.pyc": "", "py/.git/HEAD": "",
		"js/own.js": "own", "js/package.json": "{}", "js/node_modules/m/i.js": "",
		"made/Makefile": "build-Made:\n\tmkdir $(ARTIFACTS_DIR)/bin\n\techo made >$(ARTIFACTS_DIR)/bin/tool\n",
	})
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	if f, err := w.Create("bin/zipped"); err != nil || w.Close() != nil {
		t.Fatal(f, err)
	}
	write(t, filepath.Join(dir, "layer.zip"), archive.String())
	for _, test := range []struct {
		id, uri, method string
		want            map[string]string
		problem         string
	}{
		{"Py", "py", "python3.12", map[string]string{"python/own.py": "own"}, ""},
		{"Js", "js", "nodejs20.x", map[string]string{"nodejs/own.js": "own", "nodejs/package.json": "{}"}, ""},
		{"Made", "made", "makefile", map[string]string{"bin/tool": "made\n"}, ""},
		{"Zip", "layer.zip", "", map[string]string{"bin/zipped": ""}, ""},
		{"Zip", "layer.zip", "python3.12", map[string]string{"bin/zipped": ""}, ""},
		{"NoRule", "made", "makefile", nil, "did not build"},
		{"Ruby", "py", "ruby3.4", nil, `build method "ruby3.4" is not supported for layers`},
		{"File", "made/Makefile", "", nil, "is neither a folder nor a zip archive"},
		{"Nothing", "nowhere", "", nil, "finding the layer's content: "},
	} {
		t.Run(test.id, func(t *testing.T) {
			path, out, err := opt(t, dir, build.Target{
				LogicalID: test.id, CodeURI: filepath.Join(dir, test.uri), Runtime: test.method, Method: test.method,
			})
			switch {
			case test.problem != "":
				if err == nil || !strings.Contains(err.Error(), test.problem) {
					t.Errorf("got %v, want %s\n%s", err, test.problem, out)
				}
			case err != nil:
				t.Errorf("%v\n%s", err, out)
			default:
				if diff := cmp.Diff(test.want, content(t, path)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
		})
	}
}

// What a manifest asks for stands beside the sources, in files of its own, so
// that another layer may add to it.
func TestLayerDependencies(t *testing.T) {
	dir := module(t, map[string]string{"py/requirements.txt": "six == 1.16.0\n", "py/own.py": "own", "later/python/six.py": "later"})
	target := pythonTarget(t, filepath.Join(dir, "py"))
	target.Method = target.Runtime
	path, out, err := opt(t, dir, target)
	online(t, build.Result{Err: err}, out)
	files := content(t, path)
	if !strings.Contains(files["python/six.py"], "1.16.0") || files["python/own.py"] != "own" {
		t.Errorf("got %d files, want six and own", len(files))
	}
	path, out, err = opt(t, dir, target, build.Target{LogicalID: "Later", CodeURI: filepath.Join(dir, "later")})
	if err != nil {
		t.Fatal(err)
	}
	if got := content(t, path)["python/six.py"]; got != "later" || strings.Contains(out, "installing") {
		t.Errorf("got %q, want the later layer's, and nothing installed again\n%s", got, out)
	}
}

// A function may leave its bootstrap to a layer.
func TestBootstrapInLayer(t *testing.T) {
	dir := module(t, map[string]string{"f/data.json": "{}", "layer/bootstrap": "#!/bin/sh\n"})
	target := goTarget(dir, "f")
	if results, _ := run(t, dir, target); results["F"].Err == nil {
		t.Error("got a function without anything to start")
	}
	target.Opt = filepath.Join(dir, "layer")
	results, _ := run(t, dir, target)
	wantInPlace(t, results["F"], target)
}
