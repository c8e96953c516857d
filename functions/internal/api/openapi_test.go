package api_test

import (
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// operations are path templates, each with its methods in lower case, each with
// what the description says of it.
type operations map[string]map[string]any

var parameter = regexp.MustCompile(`\\\{[^}]*\\\}`)

// readOperations returns what openapi.json describes.
func readOperations(t *testing.T) operations {
	t.Helper()
	content, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	return read[struct{ Paths operations }](t, string(content)).Paths
}

// at returns the operations of a path.
func (o operations) at(path string) map[string]any {
	path, _, _ = strings.Cut(path, "?")
	for template, methods := range o {
		expression := "^" + parameter.ReplaceAllString(regexp.QuoteMeta(template), "[^/]+") + "$"
		if regexp.MustCompile(expression).MatchString(path) {
			return methods
		}
	}
	return nil
}

// check fails the test if the description does not know such a response. Every
// request of the tests in this package goes through it.
func (o operations) check(t *testing.T, method, path string, res *http.Response) {
	t.Helper()
	if method == http.MethodHead {
		method = http.MethodGet
	}
	operation, ok := o.at(path)[strings.ToLower(method)].(map[string]any)
	if !ok {
		return // The tests of routes look after paths and methods that there are not.
	}
	if _, ok := operation["responses"].(map[string]any)[strconv.Itoa(res.StatusCode)]; !ok {
		t.Errorf("%s %s: got %d, which openapi.json does not describe", method, path, res.StatusCode)
	}
}

// The description has the paths and methods of the application, no more and no less.
func TestDescription(t *testing.T) {
	described := readOperations(t)
	if got, want := len(described), len(paths); got != want {
		t.Errorf("got %d paths described, want %d", got, want)
	}
	for path, allowed := range paths {
		methods := slices.Collect(maps.Keys(described.at(path)))
		methods = slices.DeleteFunc(methods, func(name string) bool { return name == "parameters" })
		methods = append(methods, "options")
		if slices.Contains(methods, "get") {
			methods = append(methods, "head")
		}
		slices.Sort(methods)
		if got, want := strings.Join(methods, ", "), strings.ToLower(allowed); got != want {
			t.Errorf("%s: got methods %s described, want %s", path, got, want)
		}
	}
}
