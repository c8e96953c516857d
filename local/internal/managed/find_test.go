package managed_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/managed"
)

func ExampleManaged() {
	fmt.Println(managed.Managed("python3.12"), managed.Managed("provided.al2023"))
	// Output: true false
}

func TestManaged(t *testing.T) {
	for identifier, want := range map[string]bool{
		"python3.12": true, "python3.8": true, "nodejs20.x": true, "nodejs": false,
		"python2.7": false, "provided.al2023": false, "go1.x": false, "ruby3.4": false, "xpython3.12": false, "": false,
	} {
		if got := managed.Managed(identifier); got != want {
			t.Errorf("%q: got %t, want %t", identifier, got, want)
		}
	}
}

// command puts an interpreter into a folder of PATH that says it is of a version.
func command(t *testing.T, dir, name, says string) {
	t.Helper()
	script := fmt.Sprintf("#!/bin/sh\n%s\n", says)
	if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestFind(t *testing.T) {
	for _, test := range []struct {
		name, identifier          string
		commands                  map[string]string
		interpreter, warning, err string
	}{
		{
			"the very version", "python3.12", map[string]string{"python3.12": "echo 3.12 /opt/py/python", "python3": "echo 3.13 /other"},
			"/opt/py/python", "", "",
		},
		{
			"another version", "python3.12", map[string]string{"python3": "echo 3.13 /opt/py/python3"},
			"/opt/py/python3", "python3.12 runs with the Python 3.13 of this machine, /opt/py/python3", "",
		},
		{
			"a command that chooses none", "python3.12", map[string]string{"python3.12": "echo pyenv: no such version; exit 127", "python3": "echo 3.13 /p"},
			"/p", "python3.12 runs with the Python 3.13 of this machine, /p", "",
		},
		{
			"a plain name of the version", "python3.12", map[string]string{"python3": "echo 3.11 /a", "python": "echo 3.12 /b"},
			"/b", "", "",
		},
		{"node", "nodejs22.x", map[string]string{"node": "echo 22 /opt/node"}, "/opt/node", "", ""},
		{
			"another node", "nodejs22.x", map[string]string{"node": "echo 20 /opt/node"},
			"/opt/node", "nodejs22.x runs with the Node.js 20 of this machine, /opt/node", "",
		},
		{"no node", "nodejs22.x", nil, "", "", "finding the runtime nodejs22.x: no interpreter: install Node.js"},
		{"no runtime of this package", "ruby3.4", nil, "", "", `runtime "ruby3.4" is not supported`},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, says := range test.commands {
				command(t, dir, name, says)
			}
			t.Setenv("PATH", dir)
			got, err := (&managed.Runtimes{Dir: t.TempDir()}).Find(t.Context(), test.identifier)
			if test.err != "" {
				if err == nil || !strings.HasPrefix(err.Error(), test.err) {
					t.Errorf("got error %v, want %s …", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got.Interpreter != test.interpreter || got.Warning != test.warning || got.Command[0] != test.interpreter {
				t.Errorf("got %+v, want %s and %q", got, test.interpreter, test.warning)
			}
		})
	}
}

func TestFindEndsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	command(t, dir, "node", "echo 22 /opt/node")
	t.Setenv("PATH", dir)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (&managed.Runtimes{Dir: t.TempDir()}).Find(ctx, "nodejs22.x"); err == nil || errors.Is(err, managed.ErrNoInterpreter) {
		t.Errorf("got %v, want that it was cancelled", err)
	}
}

// What leads to layers leads to the folder that has them, and nothing else does.
func TestVariablesWith(t *testing.T) {
	for identifier, want := range map[string]map[string]string{
		python: {"PYTHONPATH": "/layers/python/lib/python3.12/site-packages:/layers/python:/var/runtime"},
		nodejs: {"NODE_PATH": "/layers/nodejs/node20/node_modules:/layers/nodejs/node_modules:/var/runtime/node_modules"},
	} {
		t.Run(identifier, func(t *testing.T) {
			r := find(t, identifier)
			want["PATH"] = filepath.Dir(r.Interpreter) + ":/usr/local/bin:/usr/bin/:/bin:/layers/bin"
			before := maps.Clone(r.Variables)
			got := r.VariablesWith("/layers")
			for name, value := range before {
				if want[name] == "" {
					want[name] = value
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, r.Variables); diff != "" {
				t.Errorf("other functions' variables (-want +got):\n%s", diff)
			}
		})
	}
}
