package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
)

func TestCheckPath(t *testing.T) {
	for _, test := range []struct {
		kind       stack.Kind
		path, want string
	}{
		{stack.REST, "/", ""},
		{stack.REST, "/pets/{id}/toys", ""},
		{stack.REST, "/pets/", ""},
		{stack.REST, "/{proxy+}", ""},
		{stack.HTTP, "$default", ""},
		{stack.REST, "$default", "has to begin with a slash"},
		{stack.REST, "pets", "has to begin with a slash"},
		{stack.REST, "", "has to begin with a slash"},
		{stack.REST, "/a//b", "has an empty segment"},
		{stack.REST, "//", "has an empty segment"},
		{stack.HTTP, "/{a+}/b", "has a greedy parameter before its end: {a+}"},
		{stack.HTTP, "/{a}/{a}", "has the parameter a twice"},
		{stack.HTTP, "/x{a}", "has braces that do not enclose a whole segment: x{a}"},
		{stack.HTTP, "/{a", "has braces that do not enclose a whole segment: {a"},
		{stack.HTTP, "/{}", "has a parameter without a proper name: {}"},
		{stack.HTTP, "/{a{b}}", "has a parameter without a proper name: {a{b}}"},
		{stack.HTTP, "/{+}", "has a parameter without a proper name: {+}"},
		{stack.REST, "/v1.0/a_b-c/events:batch/x,y/$meta/{$id}", ""},
		{stack.REST, "/a+b", `has the part "a+b", but API Gateway takes letters, digits and . _ - : , $ there only`},
		{stack.REST, "/ok/@me/x", `has the part "@me", but API Gateway takes letters, digits and . _ - : , $ there only`},
		{stack.REST, "/a b/", `has the part "a b", but API Gateway takes letters, digits and . _ - : , $ there only`},
		{stack.REST, "/~me", `has the part "~me", but API Gateway takes letters, digits and . _ - : , $ there only`},
		{stack.REST, "/a?b=c", `has the part "a?b=c", but API Gateway takes letters, digits and . _ - : , $ there only`},
		{stack.HTTP, "/a+b/@me/~x/a%20b/events:batch", ""},
		{stack.HTTP, "/a b", `has the part "a b", but API Gateway takes what a URI's path may have there only`},
		{stack.HTTP, "/a?b=c", `has the part "a?b=c", but API Gateway takes what a URI's path may have there only`},
	} {
		if got := checkPath(test.kind, test.path); got != test.want {
			t.Errorf("checkPath(%s, %q): got %q, want %q", test.kind, test.path, got, test.want)
		}
	}
}

// The PathPart of an AWS::ApiGateway::Resource is one segment.
func TestCheckPathPart(t *testing.T) {
	for part, want := range map[string]string{
		"pets": "", "{id}": "", "{proxy+}": "", "events:batch": "",
		"":       "is empty",
		"a/b":    `has the part "a/b", but API Gateway takes letters, digits and . _ - : , $ there only`,
		"a+":     `has the part "a+", but API Gateway takes letters, digits and . _ - : , $ there only`,
		"{id}.x": "has braces that do not enclose a whole segment: {id}.x",
		"{a b}":  "has a parameter without a proper name: {a b}",
	} {
		if got := checkPathPart(part); got != want {
			t.Errorf("checkPathPart(%q): got %q, want %q", part, got, want)
		}
	}
}

// A wrong path is taken for one that the requests meant by it meet.
func TestMeantPath(t *testing.T) {
	for path, want := range map[string]string{
		"x": "/x", "": "", "$default": "", "/a//b/": "/a/b/", "//a": "/a", "/a/{p+}/b": "/a/{p+}", "/a b": "/a b", "/x{a}": "/x{a}",
	} {
		if got := meantPath(path); got != want {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
	}
}

// Each resource of a REST API has one parameter below it; an HTTP API may have several.
func TestSiblingParameters(t *testing.T) {
	for _, test := range []struct {
		kind        stack.Kind
		first, then string
		want        bool
	}{
		{stack.REST, "/a/{id}", "/a/{id}/b", true},
		{stack.REST, "/a/{id}", "/b/{name}", true},
		{stack.REST, "/a/{id}", "/a/b/{name}", true},
		{stack.REST, "/a/{id}", "/a/{name}/b", false},
		{stack.REST, "/a/{id}/", "/a/{proxy+}", false},
		{stack.REST, "/{id}", "/{proxy+}", false},
		{stack.HTTP, "/a/{id}", "/a/{proxy+}", true},
	} {
		o, report := propertytest.Read(t, resolve.TypeAPI, "      StageName: v1\n")
		a := NewReader(o.Scope(), report, nil).add(o.Resource(), test.kind)
		for _, path := range []string{test.first, test.then} {
			a.insert(o, &stack.Route{Method: "GET", Path: path, Pos: o.Pos()})
		}
		if len(a.Routes) != 2 || len(report.Errors()) == 0 != test.want {
			t.Errorf("%s: got the routes %v and the errors %v for %s after %s, want both routes, and no error %t",
				test.kind, keys(a.API), report.Errors(), test.then, test.first, test.want)
		}
		if !test.want {
			segment := test.first[strings.Index(test.first, "{"):]
			want := fmt.Sprintf("t.yaml:5:3: the path %q has a parameter where the route at t.yaml:5:3 has %s; a REST API takes one name in a place",
				test.then, strings.Trim(segment, "/"))
			if diff := cmp.Diff([]string{want}, propertytest.Said(report)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		}
	}
}
