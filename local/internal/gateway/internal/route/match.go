package route

import (
	"cmp"
	"strings"

	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/template"
)

// search is one walk through a tree.
type search struct {
	methods Methods
	kinds   set      // of the routes to look at
	values  []string // of the path parameters met so far
}

// match finds the route for the methods and the escaped path of a request. The
// routes of a REST API are held against the path as it is, those of an HTTP API
// against what disputed.HTTPRoutePath makes of it, and so are the values of the parameters,
// which are appended to values and share the memory of that path. Of two routes
// that then meet two paths the more specific wins, as if they had met one.
func (t *tree) match(m Methods, path string, values []string) (*Route, []string) {
	s := search{m, merged, values}
	decoded := disputed.HTTPRoutePath(path)
	if decoded == path {
		return s.walk(t, path), s.values
	}
	s.kinds = set{template.REST: true}
	other := search{m, set{template.HTTP: true}, nil}
	rest, http := s.walk(t, path), other.walk(t, decoded)
	if rest == nil || http != nil && http.precedes(rest) {
		return http, append(values, other.values...)
	}
	return rest, s.values
}

// walk finds the route for a path, most specific first, whatever the order of
// the routes:
//
//  1. a path that matches in full, static segments before parameters from left
//     to right;
//  2. the greedy parameter that starts furthest down, again static first;
//  3. $default.
//
// On one path a route's own method comes before ANY; a path whose routes do not
// have the method is passed over for the next. This is the order of
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html,
// and REST APIs do not differ from it.
//
// A method that API Gateway does not carry meets no route, not even one named
// "ANY", which a client can send as well.
func (s *search) walk(t *tree, path string) *Route {
	for kind, method := range s.methods {
		if !Carried(method) {
			s.kinds[kind] = false
		}
	}
	rest := strings.TrimPrefix(path, "/")
	if r := s.full(&t.root, rest); r != nil {
		return r
	}
	if r := s.greedy(&t.root, rest); r != nil {
		return r
	}
	return s.pick(t.defaults, merged)
}

// full looks below n for a path that is exactly rest.
func (s *search) full(n *node, rest string) *Route {
	head, tail, more := strings.Cut(rest, "/")
	if head == "" && !more {
		if r := s.pick(n.routes, endSlashes); r != nil {
			return r
		}
	}
	if next := n.static[head]; next != nil {
		if r := s.fullAfter(next, tail, more); r != nil {
			return r
		}
	}
	if n.param == nil || head == "" {
		return nil
	}
	s.values = append(s.values, head)
	if r := s.fullAfter(n.param, tail, more); r != nil {
		return r
	}
	s.values = s.values[:len(s.values)-1]
	return nil
}

func (s *search) fullAfter(n *node, tail string, more bool) *Route {
	if more {
		return s.full(n, tail)
	}
	return s.pick(n.routes, merged)
}

// greedy looks below n, then at n, for a greedy parameter that takes the end of
// rest.
func (s *search) greedy(n *node, rest string) *Route {
	if head, tail, more := strings.Cut(rest, "/"); more {
		if next := n.static[head]; next != nil {
			if r := s.greedy(next, tail); r != nil {
				return r
			}
		}
		if n.param != nil && head != "" {
			s.values = append(s.values, head)
			if r := s.greedy(n.param, tail); r != nil {
				return r
			}
			s.values = s.values[:len(s.values)-1]
		}
	}
	return s.take(n, rest)
}

// take gives rest to a greedy parameter at n. A REST API wants at least one
// segment and leaves a slash at the end out of the value, as recorded in
// invocation-payload-with-trailing-slash.
func (s *search) take(n *node, rest string) *Route {
	trimmed := strings.TrimSuffix(rest, "/")
	allowed := merged
	if trimmed == "" {
		allowed = disputed.GreedyMayBeEmpty
	}
	r := s.pick(n.greedy, allowed)
	if r == nil {
		return nil
	}
	if endSlashes[r.Kind()] {
		rest = trimmed
	}
	s.values = append(s.values, rest)
	return r
}

// pick chooses among the routes of one path.
func (s *search) pick(routes []*Route, allowed set) *Route {
	var wild *Route
	for _, r := range routes {
		kind := r.Kind()
		switch {
		case !allowed[kind] || !s.kinds[kind]:
		case r.Method == s.methods[kind]:
			return r
		case r.Method == AnyMethod && wild == nil:
			wild = r
		}
	}
	return wild
}

// precedes tells whether r comes before other in the order in which a walk finds
// them, and of two that it finds at once, whether its API takes precedence.
func (r *Route) precedes(other *Route) bool {
	return cmp.Or(strings.Compare(r.specificity(), other.specificity()), r.order-other.order) < 0
}

// specificity sorts paths, the most specific first: by how they end, then by
// their segments from left to right, then by their method. Of two that agree
// as far as one goes, the longer says more.
func (r *Route) specificity() string {
	if r.Path == Default {
		return "2"
	}
	ending, segments := "0", ""
	for segment, isParameter := range r.segments {
		switch {
		case isParameter && strings.HasSuffix(segment, "+"):
			ending = "1"
			segments += "2"
		case isParameter:
			segments += "1"
		default:
			segments += "0"
		}
	}
	if r.Method == AnyMethod {
		return ending + segments + "31"
	}
	return ending + segments + "30"
}
