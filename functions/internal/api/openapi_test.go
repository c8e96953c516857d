package api_test

import (
	"maps"
	"mime"
	"net/http"
	"os"
	"path"
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
	description := read[struct {
		Paths      operations
		Components struct{ Responses map[string]any }
	}](t, string(content))
	description.Paths[components] = description.Components.Responses
	return description.Paths
}

// components is the key of the responses that several operations share. No path is empty.
const components = ""

// at returns the operations of a path.
func (o operations) at(target string) map[string]any {
	target, _, _ = strings.Cut(target, "?")
	for template, methods := range o {
		expression := "^" + parameter.ReplaceAllString(regexp.QuoteMeta(template), "[^/]+") + "$"
		if regexp.MustCompile(expression).MatchString(target) {
			return methods
		}
	}
	return nil
}

// check fails the test if the description does not know such a response. Every
// request of the tests in this package goes through it.
func (o operations) check(t *testing.T, method, target string, res *http.Response) {
	t.Helper()
	if method == http.MethodHead {
		method = http.MethodGet
	}
	operation, ok := o.at(target)[strings.ToLower(method)].(map[string]any)
	if !ok {
		return // The tests of routes look after paths and methods that there are not.
	}
	described, ok := operation["responses"].(map[string]any)[strconv.Itoa(res.StatusCode)].(map[string]any)
	if !ok {
		t.Errorf("%s %s: got %d, which openapi.json does not describe", method, target, res.StatusCode)
		return
	}
	described = o.resolve(described)
	for _, name := range []string{"ETag", "Location", "Preference-Applied", "Retry-After"} {
		headers, _ := described["headers"].(map[string]any)
		// A 304 repeats the ETag that the client knows.
		if _, ok := headers[name]; !ok && res.Header.Get(name) != "" && res.StatusCode != http.StatusNotModified {
			t.Errorf("%s %s: got %d with %s, which openapi.json does not describe", method, target, res.StatusCode, name)
		}
	}
	content, _ := described["content"].(map[string]any)
	media, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if _, ok := content[media]; !ok && media != "" {
		t.Errorf("%s %s: got %d with %s, which openapi.json does not describe", method, target, res.StatusCode, media)
	}
}

// resolve returns what a described response refers to, or itself.
func (o operations) resolve(described map[string]any) map[string]any {
	name, ok := described["$ref"].(string)
	if !ok {
		return described
	}
	return o[components][path.Base(name)].(map[string]any)
}

// The description has the paths and methods of the application, no more and no less.
func TestDescription(t *testing.T) {
	described := readOperations(t)
	if got, want := len(described)-1, len(paths); got != want {
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
