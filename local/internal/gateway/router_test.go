package gateway

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template"
)

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
		{"once", template.HTTP, []string{"GET /pets", "GET /{x}"}, "GET", "/p%2565ts", "GET /{x}", []string{"p%65ts"}},
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
			got, values := tree.match(bothBy(tt.method), tt.path, nil)
			if got == nil {
				got = &endpoint{}
			}
			if got.function != tt.want {
				t.Errorf("got route %q, want %q", got.function, tt.want)
			}
			if diff := cmp.Diff(tt.values, values); got.function != "" && len(tt.values)+len(values) > 0 && diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
		})
	}
}

// bothBy is a request that both kinds of API take by one method.
func bothBy(method string) methods { return methods{method, method} }

// treeOf builds the tree of one API.
func treeOf(t testing.TB, api *template.API) *tree {
	t.Helper()
	tree := new(tree)
	for _, route := range api.Routes {
		e, err := newEndpoint(api, route)
		if err != nil {
			t.Fatal(err)
		}
		tree.insert(e)
	}
	return tree
}

func TestConflicts(t *testing.T) {
	implicit := newAPI(template.REST, "ServerlessRestApi", "GET /pets", "ANY /any", "POST /named", "GET /{a}")
	implicit.Implicit = true
	first := newAPI(template.HTTP, "First", "GET /pets", "GET /any", "ANY /named", "GET /{b}", "GET /alone", "$default")
	second := newAPI(template.HTTP, "Second", "GET /pets", "$default")
	g := newGateway(t, Config{APIs: []*template.API{implicit, first, second}, Invoker: echoing})
	want := []Conflict{
		{"GET", "/pets", "First", "Second"},
		{"ANY", "$default", "First", "Second"},
		{"GET", "/pets", "First", "ServerlessRestApi"},
		{"GET", "/pets", "Second", "ServerlessRestApi"},
		{"GET", "/any", "First", "ServerlessRestApi"},
		{"POST", "/named", "ServerlessRestApi", "First"},
		{"GET", "/{a}", "First", "ServerlessRestApi"},
	}
	if diff := cmp.Diff(want, g.Conflicts()); diff != "" {
		t.Errorf("conflicts (-want +got):\n%s", diff)
	}
	e, _ := g.merged.tree.match(bothBy("GET"), "/pets", nil)
	if e.api != first {
		t.Errorf("got %s at the merged door, want First", e.api.LogicalID)
	}
	e, _ = g.door("serverlessrestapi.localhost:3000").tree.match(bothBy("GET"), "/pets", nil)
	if e.api != implicit {
		t.Errorf("got %s at its own door, want ServerlessRestApi", e.api.LogicalID)
	}
}

// TestOnePath checks that the route, the authorizer's ARN and the function see
// one path, whatever the client escaped: else a route that is guarded is reached
// through one that is open.
func TestOnePath(t *testing.T) {
	tests := []struct {
		kind   template.Kind
		target string
		status int
		path   string // as the open function sees it
	}{
		{template.HTTP, "/admin/u", 401, ""},
		{template.HTTP, "/%61dmin/u", 401, ""},
		{template.HTTP, "/admin%2fu", 401, ""},
		{template.HTTP, "/%2Fadmin/u", 401, ""},
		{template.HTTP, "/%2561dmin/u", 200, "/%61dmin/u"},
		{template.HTTP, "/x%2Fadmin", 200, "/x/admin"},
		{template.REST, "/admin/u", 401, ""},
		{template.REST, "/%61dmin/u", 200, "/%61dmin/u"},
		{template.REST, "/admin%2fu", 200, "/admin%2fu"},
	}
	for _, tt := range tests {
		t.Run(tt.kind.String()+tt.target, func(t *testing.T) {
			api := newAPI(tt.kind, "Api", "ANY /admin/{x+}", "ANY /{proxy+}")
			api.Routes[0].Auth = &template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthJWT}}
			w := do(newGateway(t, Config{APIs: []*template.API{api}, Invoker: echoing}), request("GET", tt.target, ""))
			var e struct{ RawPath, Path string }
			if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
				t.Fatal(err)
			}
			if got := e.RawPath + e.Path; w.Code != tt.status || got != tt.path {
				t.Errorf("got %d with path %q, want %d with %q", w.Code, got, tt.status, tt.path)
			}
		})
	}
}

// TestEscapesAtMergedDoor checks that an escape changes nothing about which of
// two APIs of different kinds a request goes to.
func TestEscapesAtMergedDoor(t *testing.T) {
	rest := newAPI(template.REST, "Rest", "GET /{proxy+}", "GET /rest/{a}", "ANY /both/{a}", "GET /same/{a}")
	http := newAPI(template.HTTP, "Http", "GET /http/{x+}", "GET /both/{b}", "GET /same/{b}", "$default")
	for _, apis := range [][]*template.API{{rest, http}, {http, rest}} {
		g := newGateway(t, Config{APIs: apis, Invoker: echoing})
		for path, want := range map[string]string{
			"/http/a b":   "GET /http/{x+}",
			"/http/a b/c": "GET /http/{x+}",
			"/rest/a b":   "GET /rest/{a}",
			"/both/a b":   "GET /both/{b}",
			"/same/a b":   map[*template.API]string{rest: "GET /same/{a}", http: "GET /same/{b}"}[apis[0]],
			"/else/a b":   "GET /{proxy+}",
		} {
			got, _ := g.merged.tree.match(bothBy("GET"), strings.ReplaceAll(path, " ", "%20"), nil)
			plain, _ := g.merged.tree.match(bothBy("GET"), strings.ReplaceAll(path, " ", "_"), nil)
			if got != plain || got.function != want {
				t.Errorf("%s: got %s, without the escape %s, want %s", path, keyOf(got), keyOf(plain), want)
			}
		}
	}
}

// TestOneHostForTwoAPIs has IDs that differ in case only: hosts have none.
func TestOneHostForTwoAPIs(t *testing.T) {
	implicit, explicit := newAPI(template.HTTP, "API", "GET /a"), newAPI(template.HTTP, "Api", "GET /b")
	implicit.Implicit = true
	g := newGateway(t, Config{APIs: []*template.API{implicit, explicit}, Invoker: echoing})
	want := []Conflict{{Winner: "Api", Loser: "API"}}
	if diff := cmp.Diff(want, g.Conflicts()); diff != "" {
		t.Errorf("conflicts (-want +got):\n%s", diff)
	}
	if got := g.door("api.localhost").api; got != explicit {
		t.Errorf("got %s at api.localhost, want Api", got.LogicalID)
	}
}

func TestConflictInWords(t *testing.T) {
	for want, c := range map[string]Conflict{
		"GET /a goes to Rest, and to Http at http.localhost only": {"GET", "/a", "Rest", "Http"},
		"api.localhost is Api, and API has no host of its own":    {Winner: "Api", Loser: "API"},
	} {
		if got := c.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestMatchAllocatesNothing(t *testing.T) {
	tree := treeOf(t, newAPI(template.HTTP, "Api", "GET /pets/{id}/toys/{toy}", "GET /pets/{proxy+}", "$default"))
	values := make([]string, 0, 8)
	for _, path := range []string{"/pets/1/toys/2", "/pets/1/x", "/x"} {
		if n := testing.AllocsPerRun(100, func() { tree.match(bothBy("GET"), path, values) }); n != 0 {
			t.Errorf("%s: got %v allocations, want 0", path, n)
		}
	}
}

func TestParseTarget(t *testing.T) {
	tests := []struct {
		uri  string
		want target
	}{
		{"/", target{sent: "/"}},
		{"/a%2Fb?x=1?y", target{sent: "/a%2Fb", query: "x=1?y"}},
		{"*", target{sent: "/*"}},
		{"http://example.com/a?b", target{sent: "/a", query: "b"}},
		{"http://example.com", target{sent: "/"}},
		{"http://example.com?b=/c", target{sent: "/", query: "b=/c"}},
		{"", target{sent: "/"}},
	}
	for _, tt := range tests {
		if got := parseTarget(tt.uri); got != tt.want {
			t.Errorf("parseTarget(%q): got %+v, want %+v", tt.uri, got, tt.want)
		}
	}
}

func TestDoorByHost(t *testing.T) {
	g := newGateway(t, Config{APIs: []*template.API{newAPI(template.REST, "PetApi", "GET /")}, Invoker: echoing})
	own := g.doors["petapi"]
	tests := []struct {
		host string
		want *door
	}{
		{"PetApi.localhost", own},
		{"petapi.LOCALHOST:3000", own},
		{"other.localhost:3000", g.merged},
		{"localhost:3000", g.merged},
		{"petapi.localhost.example.com", g.merged},
		{"127.0.0.1:3000", g.merged},
		{"[::1]:3000", g.merged},
		{"", g.merged},
	}
	for _, tt := range tests {
		if got := g.door(tt.host); got != tt.want {
			t.Errorf("door(%q): got kind %v stage %q", tt.host, got.kind, got.stage)
		}
	}
}

func TestStripStage(t *testing.T) {
	tests := []struct{ stage, path, want string }{
		{"Prod", "/Prod/pets", "/pets"},
		{"Prod", "/Prod", "/"},
		{"Prod", "/Prod/", "/"},
		{"Prod", "/Prod//pets", "//pets"},
		{"Prod", "//Prod/pets", "/pets"},
		{"Prod", "/Production", "/Production"},
		{"Prod", "/pets", "/pets"},
		{"$default", "/$default/pets", "/$default/pets"},
		{"", "/Prod/pets", "/Prod/pets"},
	}
	for _, tt := range tests {
		d := door{stage: tt.stage}
		if got := d.strip(tt.path); got != tt.want {
			t.Errorf("stage %q: strip(%q): got %q, want %q", tt.stage, tt.path, got, tt.want)
		}
	}
}

func TestStageAtOwnDoor(t *testing.T) {
	g := newGateway(t, Config{APIs: []*template.API{newAPI(template.REST, "Api", "GET /pets")}, Invoker: echoing})
	for target, want := range map[string]int{
		"http://api.localhost/Prod/pets": 200,
		"http://api.localhost/pets":      200,
		"http://localhost/Prod/pets":     403,
	} {
		if w := do(g, httptest.NewRequest("GET", target, nil)); w.Code != want {
			t.Errorf("%s: got %d, want %d", target, w.Code, want)
		}
	}
}
