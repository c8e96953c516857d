package build

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Manifests, and what goes with them.
const (
	requirements = "requirements.txt"
	packageJSON  = "package.json"
	npmrc        = ".npmrc"
)

// lockFiles fix the versions of npm's packages; the first that is there counts.
var lockFiles = []string{"npm-shrinkwrap.json", "package-lock.json"}

// assemble fills dir with a copy of the target's sources, and links to its
// dependencies, where the sources have nothing of that name.
func (b *Builder) assemble(ctx context.Context, t Target, dir string) (bool, error) {
	install := b.pip
	if isNode(t.Runtime) {
		install = b.npm
	}
	dependencies, fresh, err := install(ctx, t)
	if err != nil {
		return false, err
	}
	if err := copyTree(dir, t.CodeURI, isLeft); err != nil {
		return false, fmt.Errorf("copying %s: %w", t.CodeURI, err)
	}
	if err := linkEntries(dir, dependencies); err != nil {
		return false, fmt.Errorf("linking dependencies: %w", err)
	}
	return fresh, nil
}

func hasRequirements(dir string) bool {
	return len(requirementLines(filepath.Join(dir, requirements))) > 0
}

// requirementLines returns the lines of a requirements file that say something.
func requirementLines(path string) []string {
	raw, _ := os.ReadFile(path)
	var lines []string
	for scanner := bufio.NewScanner(bytes.NewReader(raw)); scanner.Scan(); {
		line, _, _ := strings.Cut(scanner.Text(), " #")
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

// requirementsKey is a file's content with that of the files that it includes
// (pip, "Requirements File Format"). No file is read twice.
func requirementsKey(path string, seen map[string]bool) string {
	if seen[path] {
		return ""
	}
	seen[path] = true
	var key strings.Builder
	for _, line := range requirementLines(path) {
		fmt.Fprintln(&key, line)
		for _, option := range []string{"-r", "-c", "--requirement", "--constraint"} {
			if name, ok := strings.CutPrefix(line, option); ok {
				name = strings.TrimLeft(name, " =")
				key.WriteString(requirementsKey(filepath.Join(filepath.Dir(path), name), seen))
			}
		}
	}
	return key.String()
}

// interpreterKey stands for the interpreter in the key of what it installs.
func (t *Target) interpreterKey() string {
	return t.Interpreter + "\n" + fingerprint([]string{t.Interpreter}) + "\n"
}

// pip installs what requirements.txt asks for, once for each state of it and of
// the interpreter.
func (b *Builder) pip(ctx context.Context, t Target) (dir string, fresh bool, err error) {
	asked := requirementsKey(filepath.Join(t.CodeURI, requirements), map[string]bool{})
	if strings.Contains(asked, "./") || strings.Contains(asked, "-e") {
		asked += t.CodeURI // it may be about another folder than the same words elsewhere
	}
	return b.once(t.interpreterKey()+asked, "python", func(dir string) error {
		fmt.Fprintf(b.Output, "installing %s of %s with pip\n", requirements, t.LogicalID)
		return b.run(ctx, t, tool{
			name: t.Interpreter, howToGet: "the runtime's interpreter is missing", dir: t.CodeURI,
			args: []string{
				"-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet",
				"--requirement", requirements, "--target", dir,
			},
		})
	})
}

// manifest is what a package.json depends on.
type manifest struct{ Dependencies, DevDependencies, OptionalDependencies map[string]any }

// readManifest reads the package.json of a folder; one that is missing or wrong
// depends on nothing.
func readManifest(dir string) manifest {
	raw, err := os.ReadFile(filepath.Join(dir, packageJSON))
	var m manifest
	if err != nil || json.Unmarshal(raw, &m) != nil {
		return manifest{}
	}
	return m
}

// hasPackages reports whether a package.json names dependencies that a function
// needs when it runs.
func hasPackages(dir string) bool {
	m := readManifest(dir)
	return len(m.Dependencies)+len(m.OptionalDependencies) > 0
}

// npm installs what package.json asks for, in the versions of the lock file if
// there is one, once for each state of these and of the interpreter.
func (b *Builder) npm(ctx context.Context, t Target) (dir string, fresh bool, err error) {
	files, err := npmFiles(t.CodeURI)
	if err != nil {
		return "", false, err
	}
	return b.once(t.interpreterKey()+fmt.Sprintf("%q", files), "nodejs", func(dir string) error {
		for name, content := range files {
			if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
				return err
			}
		}
		args := []string{"install", "--no-package-lock"}
		if len(files[lockFiles[0]])+len(files[lockFiles[1]]) > 0 {
			args = []string{"ci"}
		}
		fmt.Fprintf(b.Output, "installing %s of %s with npm\n", packageJSON, t.LogicalID)
		return b.run(ctx, t, tool{
			name: "npm", howToGet: "install Node.js with npm, https://nodejs.org/",
			// What an installation of the user's own has left in npm's cache will do.
			args: append(args, "--prefer-offline", "--omit=dev", "--no-audit", "--no-fund", "--no-update-notifier"), dir: dir,
			env: []string{"PATH=" + filepath.Dir(t.Interpreter) + string(os.PathListSeparator) + os.Getenv("PATH")},
		})
	})
}

// npmFiles reads what npm needs to install the packages of a folder. The
// package's own scripts are left out: they want its sources, and what they would
// do to them (prepare, postinstall) would be done in the wrong place.
func npmFiles(dir string) (map[string][]byte, error) {
	raw, err := os.ReadFile(filepath.Join(dir, packageJSON))
	if err != nil {
		return nil, fmt.Errorf("reading the manifest: %w", err)
	}
	var manifest map[string]json.RawMessage
	if err := json.Unmarshal(raw, &manifest); err != nil {
		return nil, fmt.Errorf("reading %s: %w", filepath.Join(dir, packageJSON), err)
	}
	delete(manifest, "scripts")
	files := map[string][]byte{}
	if files[packageJSON], err = json.Marshal(manifest); err != nil {
		return nil, err
	}
	for _, name := range append([]string{npmrc}, lockFiles...) {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading the manifest: %w", err)
		}
		files[name] = content
	}
	return files, nil
}
