package route

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template"
)

// newAPI makes an explicit API of routes like "GET /pets/{id}", each with a
// function of the same name.
func newAPI(kind template.Kind, id string, routes ...string) *template.API {
	api := &template.API{LogicalID: id, ID: "abcdefghij", Kind: kind, Stage: "Prod"}
	for _, key := range routes {
		method, path, found := strings.Cut(key, " ")
		if !found {
			method, path = AnyMethod, key
		}
		api.Routes = append(api.Routes, &template.Route{Method: method, Path: path, Function: key})
	}
	return api
}

// tablesOf makes the tables of APIs.
func tablesOf(t testing.TB, apis ...*template.API) *Tables {
	t.Helper()
	tables, err := New(apis)
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

func TestMatch(t *testing.T) {
	tests := []struct {
		name   string
		kind   template.Kind
		routes []string
		method string
		path   string
		want   string // route, "" for none
		values []string
	}{
		{"A.17 static before parameter", template.HTTP, []string{"GET /pets/{id}", "GET /pets/dog"}, "GET", "/pets/dog", "GET /pets/dog", nil},
		{"parameter", template.HTTP, []string{"GET /pets/{id}", "GET /pets/dog"}, "GET", "/pets/cat", "GET /pets/{id}", []string{"cat"}},
		{"A.17 parameter before greedy", template.HTTP, []string{"GET /{proxy+}", "GET /{id}"}, "GET", "/x", "GET /{id}", []string{"x"}},
		{"greedy takes the rest", template.HTTP, []string{"GET /pets/{proxy+}"}, "GET", "/pets/1/toys", "GET /pets/{proxy+}", []string{"1/toys"}},
		{"B.6 the deeper greedy", template.HTTP, []string{"GET /{proxy+}", "GET /pets/{proxy+}"}, "GET", "/pets/1", "GET /pets/{proxy+}", []string{"1"}},
		{"B.6 a full match before a greedy one", template.HTTP, []string{"GET /a/{proxy+}", "GET /{x}/b"}, "GET", "/a/b", "GET /{x}/b", []string{"a"}},
		{"B.6 $default is last", template.HTTP, []string{"$default", "GET /pets"}, "POST", "/pets", "$default", nil},
		{"B.6 method before ANY", template.HTTP, []string{"ANY /pets", "GET /pets"}, "GET", "/pets", "GET /pets", nil},
		{"ANY on the better path", template.HTTP, []string{"ANY /pets", "GET /{x}"}, "GET", "/pets", "ANY /pets", nil},
		{"A.19 ANY is seven methods", template.HTTP, []string{"ANY /pets"}, "PROPFIND", "/pets", "", nil},
		{"A.19 GET is not HEAD", template.REST, []string{"GET /pets"}, "HEAD", "/pets", "", nil},
		{"values of a way that failed are forgotten", template.HTTP, []string{"GET /{a}/{b}/x", "GET /{proxy+}"}, "GET", "/1/2/y", "GET /{proxy+}", []string{"1/2/y"}},

		// TestApigatewayRouting in the tests against AWS.
		{"A.17 back to the root's parameter", template.REST, []string{"GET /part1/{x}/y", "GET /{param+}"}, "GET", "/part1/random", "GET /{param+}", []string{"part1/random"}},
		{"A.17 back past a resource", template.REST, []string{"GET /{param+}", "GET /part1"}, "GET", "/part1/random", "GET /{param+}", []string{"part1/random"}},
		{"A.17 static, whatever the order", template.REST, []string{"ANY /{proxy+}", "GET /{id}", "GET /a"}, "GET", "/a", "GET /a", nil},
		{"A.17 parameter, whatever the order", template.REST, []string{"ANY /{proxy+}", "GET /{id}", "GET /a"}, "GET", "/b", "GET /{id}", []string{"b"}},
		{"A.18 below it ANY", template.REST, []string{"POST /test", "ANY /test/any", "OPTIONS /{proxy+}"}, "OPTIONS", "/test/any", "ANY /test/any", nil},
		{"A.18 its own method", template.REST, []string{"POST /test", "OPTIONS /{proxy+}"}, "POST", "/test", "POST /test", nil},
		{"A.18 method on another resource", template.REST, []string{"POST /test", "OPTIONS /{proxy+}"}, "OPTIONS", "/test", "OPTIONS /{proxy+}", []string{"test"}},

		{"root", template.REST, []string{"GET /"}, "GET", "/", "GET /", nil},
		{"A.20 greedy is not the root of a REST API", template.REST, []string{"GET /{proxy+}"}, "GET", "/", "", nil},
		{"greedy may be empty in an HTTP API", template.HTTP, []string{"GET /h/{proxy+}"}, "GET", "/h/", "GET /h/{proxy+}", []string{""}},
		{"but not missing", template.HTTP, []string{"GET /h/{proxy+}"}, "GET", "/h", "", nil},
		{"A.10 slash at the end, REST API", template.REST, []string{"GET /existing"}, "GET", "/existing/", "GET /existing", nil},
		{"slash at the end, HTTP API", template.HTTP, []string{"GET /existing"}, "GET", "/existing/", "", nil},
		{"slash at the end after a parameter", template.REST, []string{"GET /p/{id}"}, "GET", "/p/1/", "GET /p/{id}", []string{"1"}},
		{"A.10 slash at the end of a greedy value", template.REST, []string{"GET /{proxy+}"}, "GET", "/a/b/", "GET /{proxy+}", []string{"a/b"}},
		{"kept by an HTTP API", template.HTTP, []string{"GET /{proxy+}"}, "GET", "/a/b/", "GET /{proxy+}", []string{"a/b/"}},
		{"A.11 slashes within are kept", template.REST, []string{"GET /{proxy+}"}, "GET", "/a//b", "GET /{proxy+}", []string{"a//b"}},
		{"a parameter is not empty", template.HTTP, []string{"GET /p/{id}"}, "GET", "/p/", "", nil},
		{"an escaped slash is no slash to a REST API", template.REST, []string{"GET /p/{id}"}, "GET", "/p/a%2Fb", "GET /p/{id}", []string{"a%2Fb"}},
		{"and one to an HTTP API", template.HTTP, []string{"GET /p/{id}", "GET /p/{a}/{b}"}, "GET", "/p/a%2Fb", "GET /p/{a}/{b}", []string{"a", "b"}},
		{"REST routes are not decoded into", template.REST, []string{"GET /pets"}, "GET", "/p%65ts", "", nil},
		{"HTTP routes are", template.HTTP, []string{"GET /pets"}, "GET", "/p%65ts", "GET /pets", nil},
		{"twice", template.HTTP, []string{"GET /pets", "GET /{x}"}, "GET", "/p%2565ts", "GET /pets", nil},
		{"and no third time", template.HTTP, []string{"GET /pets", "GET /{x}"}, "GET", "/p%252565ts", "GET /{x}", []string{"p%65ts"}},
		{"up to a question mark", template.HTTP, []string{"GET /pets", "GET /{x}"}, "GET", "/pets%3Fx", "GET /pets", nil},
		{"a question mark in a route", template.HTTP, []string{"GET /what", "GET /what%3F"}, "GET", "/what%253F", "GET /what%3F", nil},
		{"an escaped slash that leads", template.HTTP, []string{"GET /pets/{id}", "GET /{proxy+}"}, "GET", "/%2Fpets/1", "GET /pets/{id}", []string{"1"}},
		{"an escape in a route", template.HTTP, []string{"GET /caf%C3%A9/{id}", "GET /{proxy+}"}, "GET", "/caf%c3%a9/1", "GET /caf%C3%A9/{id}", []string{"1"}},
		{"its other spelling", template.HTTP, []string{"GET /café"}, "GET", "/caf%C3%A9", "GET /café", nil},
		{"two spellings, the first", template.HTTP, []string{"GET /caf%C3%A9", "GET /café"}, "GET", "/caf%C3%A9", "GET /caf%C3%A9", nil},
		{"an escaped slash in a route", template.HTTP, []string{"GET /a%2Fb", "GET /a/{x}"}, "GET", "/a%2fb", "GET /a%2Fb", nil},
		{"escaped braces in a route", template.HTTP, []string{"GET /%7Bx%7D"}, "GET", "/y", "", nil},
		{"an escape in a REST API's route", template.REST, []string{"GET /caf%C3%A9"}, "GET", "/caf%C3%A9", "GET /caf%C3%A9", nil},
		{"and not its other spelling", template.REST, []string{"GET /caf%C3%A9"}, "GET", "/café", "", nil},
		{"ANY is no method", template.HTTP, []string{"ANY /pets", "$default"}, "ANY", "/pets", "", nil},
		{"dots are a name like any other", template.HTTP, []string{"GET /a/b"}, "GET", "/a/../a/b", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree := treeOf(t, newAPI(tt.kind, "Api", tt.routes...))
			got, values := tree.match(All(tt.method), tt.path, nil)
			if got == nil {
				got = &Route{}
			}
			if got.Function != tt.want {
				t.Errorf("got route %q, want %q", got.Function, tt.want)
			}
			if diff := cmp.Diff(tt.values, values); got.Function != "" && len(tt.values)+len(values) > 0 && diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
		})
	}
}

// treeOf builds the tree of one API.
func treeOf(t testing.TB, api *template.API) *tree {
	t.Helper()
	tree := new(tree)
	for _, route := range api.Routes {
		e, err := newRoute(api, route)
		if err != nil {
			t.Fatal(err)
		}
		tree.insert(e)
	}
	return tree
}

func TestMatchAllocatesNothing(t *testing.T) {
	tree := treeOf(t, newAPI(template.HTTP, "Api", "GET /pets/{id}/toys/{toy}", "GET /pets/{proxy+}", "$default"))
	values := make([]string, 0, 8)
	for _, path := range []string{"/pets/1/toys/2", "/pets/1/x", "/x"} {
		if n := testing.AllocsPerRun(100, func() { tree.match(All("GET"), path, values) }); n != 0 {
			t.Errorf("%s: got %v allocations, want 0", path, n)
		}
	}
}

func TestGreedyMayBeEmptyInHTTPAPIs(t *testing.T) {
	for kind, want := range []bool{template.REST: false, template.HTTP: true} {
		r, _ := treeOf(t, newAPI(template.Kind(kind), "Api", "GET /{proxy+}")).match(All("GET"), "/", nil)
		if got := r != nil; got != want {
			t.Errorf("%s: got %v, want %v", template.Kind(kind), got, want)
		}
	}
}
