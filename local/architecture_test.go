package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport says which packages of this module a package may import, by path
// below the module; "/..." stands for what is below. A package that is not
// listed is new: decide where it stands.
var mayImport = map[string][]string{
	"functions/...":                      {"functions/internal/..."},
	"functions/internal/session":         {"functions/internal/session/..."}, // knows no shop and no Lambda
	"functions/internal/shop":            {"functions/internal/..."},
	"local":                              {"local/internal/...", "local/hosttest"},
	"local/bench":                        {"local/internal/process"},
	"local/browsertest":                  {}, // tests only, by hosttest and HTTP
	"local/cgrouptest/...":               {},
	"local/hosttest":                     {"local/internal/host", "local/internal/template"},
	"local/internal/host":                {"local/internal/..."},
	"local/internal/async":               {"local/internal/invokeapi", "local/internal/lambda", "local/internal/requestid"},
	"local/internal/build":               {"local/internal/filelock", "local/internal/process"},
	"local/internal/cgroup":              {},
	"local/internal/events":              {},
	"local/internal/filelock":            {},
	"local/internal/gateway":             {"local/internal/gateway/...", "local/internal/jsonmodel", "local/internal/server/head", "local/internal/server/tunnel", "local/internal/template"},
	"local/internal/invokeapi":           {"local/internal/lambda", "local/internal/requestid"},
	"local/internal/jsonmodel":           {}, // knows no template and no request
	"local/internal/lambda":              {"local/internal/lambda/...", "local/internal/cgroup", "local/internal/process", "local/internal/requestid"},
	"local/internal/lambda/...":          {"local/internal/lambda"},                // lambdatest
	"local/internal/lambda/internal/...": {"local/internal/lambda/internal/http1"}, // the wire knows no pool
	"local/internal/managed":             {},
	"local/internal/process":             {"local/internal/process/internal/..."},
	"local/internal/process/...":         {}, // processtest too; a world knows no processes
	"local/internal/profile":             {},
	"local/internal/redis":               {"local/internal/filelock", "local/internal/process"},
	"local/internal/requestid":           {},
	"local/internal/samconfig":           {},
	"local/internal/server":              {"local/internal/server/..."},
	"local/internal/server/...":          {"local/internal/server/head"}, // knows no server
	"local/internal/template":            {"local/internal/template/...", "local/internal/jsonmodel"},
	"local/internal/template/...":        {"local/internal/template/..."},
}

// within says the same of what is below a package, by names below it; one that
// begins with local/ is from outside. Below gateway, what knows a route of the
// template stands over what does not:
//
//	caller, validator ──▶ answer, event ──▶ request ──▶ route ──▶ disputed
//
// A way in knows requests and answers, and not what becomes of either. Below template,
// each subject is read with properties, which know no other:
//
//	read ──▶ read/api, read/function ──▶ read/auth, … ──▶ property ──▶ resolve, stack ──▶ syntax
var within = map[string]map[string][]string{
	"local/internal/gateway/internal/": {
		"...":       {"rawjson", "local/internal/requestid"}, // these know no template
		"route":     {"disputed", "target", "local/internal/template"},
		"request":   {"disputed", "ids", "route", "target", "local/internal/template"},
		"event":     {"disputed", "media", "rawjson", "request", "route", "local/internal/server/head", "local/internal/template"},
		"answer":    {"disputed", "media", "rawjson", "request", "result", "local/internal/template"},
		"caller":    {"answer", "disputed", "event", "policy", "rawjson", "request", "local/internal/template"},
		"validator": {"answer", "disputed", "media", "request", "local/internal/jsonmodel", "local/internal/template"},
		"disputed":  {"media", "rawjson", "result", "target", "local/internal/template"},
	},
	"local/internal/template/internal/": {
		"syntax":                {},
		"resolve":               {"syntax"},
		"stack":                 {"syntax", "local/internal/jsonmodel"},
		"property":              {"resolve", "stack", "syntax"},
		"property/propertytest": properties(),
		"read":                  properties("read/..."),
		"read/openapi":          properties("local/internal/jsonmodel"),
		"read/response":         properties(),
		"read/auth":             properties("read/openapi"),
		"read/validation":       properties("read/openapi", "local/internal/jsonmodel"),
		"read/function":         properties("read/auth", "read/response"),
		"read/api":              properties("read/auth", "read/openapi", "read/response", "read/validation"),
	},
}

// properties are what each subject of a template is read with, and more.
func properties(more ...string) []string {
	return append([]string{"property", "resolve", "stack", "syntax"}, more...)
}

func init() {
	for above, rules := range within {
		for name, allowed := range rules {
			for i, other := range allowed {
				if !strings.HasPrefix(other, "local/") {
					allowed[i] = above + other
				}
			}
			mayImport[above+name] = allowed
		}
	}
}

// outside are packages outside the module that only some may import, and what is
// below them: whoever takes sessions out of this tree should not have to take Lambda
// along.
var outside = map[string][]string{
	"github.com/aws/aws-lambda-go":               {"functions", "local/internal/lambda/lambdatest"},
	"github.com/awslabs/aws-lambda-go-api-proxy": {"functions"},
	"github.com/santhosh-tekuri/jsonschema":      {"local/internal/jsonmodel"},
	"github.com/spf13":                           {"local"},
}

type listed struct {
	ImportPath, Doc string
	Imports         []string
	GoFiles         []string
}

func list(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Doc,Imports,GoFiles", "maru/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// The arrows between packages go one way, and functions and host share nothing
// but the wire.
func TestImports(t *testing.T) {
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, "maru/")
		allowed := rule(t, name)
		for _, path := range p.Imports {
			imported, own := strings.CutPrefix(path, "maru/")
			if own && !slices.ContainsFunc(allowed, func(pattern string) bool { return covers(pattern, imported) }) {
				t.Errorf("%s imports %s", name, imported)
			}
			if own && strings.HasSuffix(imported, "test") {
				t.Errorf("%s imports %s, which is for tests", name, imported)
			}
			for prefix, owners := range outside {
				owned := slices.ContainsFunc(owners, func(owner string) bool { return covers(owner+"/...", name) })
				if strings.HasPrefix(path, prefix) && (name == "functions/internal/session" || !owned) {
					t.Errorf("%s imports %s, which belongs to %s", name, path, owners)
				}
			}
		}
	}
}

// rule finds the line of mayImport that is most special for a package.
func rule(t *testing.T, name string) []string {
	t.Helper()
	if allowed, ok := mayImport[name]; ok {
		return allowed
	}
	best := ""
	for pattern := range mayImport {
		if covers(pattern, name) && len(pattern) > len(best) {
			best = pattern
		}
	}
	if best == "" {
		t.Errorf("%s stands nowhere in mayImport", name)
	}
	return mayImport[best]
}

func covers(pattern, name string) bool {
	prefix, below := strings.CutSuffix(pattern, "/...")
	return name == prefix || below && strings.HasPrefix(name, prefix+"/")
}

// Every package says what it stands for.
func TestPackageComments(t *testing.T) {
	for _, p := range list(t) {
		if p.Doc == "" && len(p.GoFiles) > 0 {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}
