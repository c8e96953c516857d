package route

import (
	"slices"
	"strings"
	"testing"

	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/gateway/internal/target"
	"maru/local/internal/template"
)

// class orders segments of a route from the most to the least specific.
func class(segment string) int {
	switch name, ok := parameter(segment); {
	case strings.HasSuffix(name, "+"):
		return 2
	case ok:
		return 1
	}
	return 0
}

// seen is a request's path as the API of a route sees it.
func seen(e *Route, path string) string {
	if e.Kind() == template.HTTP {
		return disputed.HTTPRoutePath(path)
	}
	return path
}

// covers tells whether a route's path covers a request's, one at a time and
// without a tree.
func covers(e *Route, path string) bool {
	want, got := strings.Split(e.Path, "/"), strings.Split(seen(e, path), "/")
	rest := e.Kind() == template.REST
	for i, segment := range want {
		if class(segment) == 2 {
			value := strings.Join(got[min(i, len(got)):], "/")
			return len(got) > i && (!rest || strings.TrimSuffix(value, "/") != "")
		}
		if i >= len(got) || class(segment) == 0 && got[i] != segment || class(segment) == 1 && got[i] == "" {
			return false
		}
	}
	return len(got) == len(want) || rest && len(got) == len(want)+1 && got[len(want)] == ""
}

// better compares two routes that cover one path: a full match before a greedy
// one, then segment by segment.
func better(a, b *Route) int {
	as, bs := strings.Split(a.Path, "/"), strings.Split(b.Path, "/")
	if d := class(as[len(as)-1])/2 - class(bs[len(bs)-1])/2; d != 0 {
		return d
	}
	for i := range min(len(as), len(bs)) {
		if d := class(as[i]) - class(bs[i]); d != 0 {
			return d
		}
	}
	// Of two that agree so far, the longer one says more; a REST API's route
	// without the slash at the end comes before one that has it.
	if d := len(bs) - len(as); d != 0 {
		return d
	}
	if a.Method != b.Method && a.Method == AnyMethod {
		return 1
	}
	if a.Method != b.Method && b.Method == AnyMethod {
		return -1
	}
	return 0
}

// naive is the matcher as the documents describe it: all that cover the path,
// the best first.
func naive(routes []*Route, method, path string) *Route {
	if !Carried(method) {
		return nil
	}
	var found []*Route
	for _, e := range routes {
		if (e.Method == method || e.Method == AnyMethod) && e.Path != Default && covers(e, path) {
			found = append(found, e)
		}
	}
	slices.SortStableFunc(found, better)
	if len(found) > 0 {
		return found[0]
	}
	for _, e := range routes {
		if e.Path == Default {
			return e
		}
	}
	return nil
}

// FuzzMatch checks that the tree finds the same route as the naive matcher, and
// that the values of its parameters, put into the route, give the path again.
// Routes are read from words like "GET /a/{b}" between line breaks; the bits of
// rest say which of them, in turns of eight, are a REST API's.
func FuzzMatch(f *testing.F) {
	f.Add("GET /a/{b}\nGET /a/{p+}\n$default", "GET", "/a/b/c", uint8(0))
	f.Add("ANY /\nGET /{x}/b\nGET /a/{p+}\nPOST /a/b", "GET", "/a/b", uint8(0xff))
	f.Add("GET /{p+}\nGET /a\nGET /{x}/{y}/{z}", "GET", "/a//", uint8(0xff))
	f.Add("GET /{p+}\nGET /a/{x}\n$default\nGET /{x}/{y}", "GET", "/%61%2fb", uint8(0b0101))
	f.Add("ANY /{x}/b\nGET /{x}/b\nGET /a%2fb\nGET /a/{p+}", "GET", "/a%2Fb/%2525", uint8(0b0110))
	f.Fuzz(func(t *testing.T, keys, method, path string, rest uint8) {
		tree, routes := grow(keys, rest)
		path = target.MergeSlashes("/" + path)
		got, values := tree.match(All(method), path, nil)
		want := naive(routes, method, path)
		if got != want && (got == nil || want == nil || better(got, want) != 0) {
			t.Fatalf("%s %s: got %v, want %v", method, path, keyOf(got), keyOf(want))
		}
		if got != nil && got.Path != Default {
			if filled := fill(got.Path, values); filled != seen(got, path) && filled != strings.TrimSuffix(seen(got, path), "/") {
				t.Fatalf("%s %s: got values %q of %s", method, path, values, got.Key)
			}
		}
	})
}

// grow makes a tree of FuzzMatch's routes that can be, each once.
func grow(keys string, rest uint8) (*tree, []*Route) {
	tree, known := new(tree), map[string]bool{}
	var routes []*Route
	for i, key := range strings.Split(keys, "\n") {
		kind := template.HTTP
		if rest>>(i%8)&1 == 1 {
			kind = template.REST
		}
		api := newAPI(kind, "Api", key)
		e, err := newRoute(api, api.Routes[0])
		if err != nil || len(e.Path) > 1 && strings.HasSuffix(e.Path, "/") || known[e.Key] {
			continue
		}
		known[e.Key] = true
		tree.insert(e)
		routes = append(routes, e)
	}
	return tree, routes
}

func keyOf(e *Route) string {
	if e == nil {
		return "none"
	}
	return e.Key
}

// fill puts values in the place of a path's parameters.
func fill(path string, values []string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if _, ok := parameter(segment); ok {
			segments[i], values = values[0], values[1:]
		}
	}
	return strings.Join(segments, "/")
}
