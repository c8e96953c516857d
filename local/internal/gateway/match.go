package gateway

import (
	"cmp"
	"strings"

	"maru/local/internal/template"
)

// kinds is a set of API kinds.
type kinds uint8

const (
	restKind = kinds(1 << template.REST)
	httpKind = kinds(1 << template.HTTP)
	bothKind = restKind | httpKind
)

// search is one walk through a tree.
type search struct {
	methods methods
	kinds   kinds    // of the routes to look at
	values  []string // of the path parameters met so far
}

// match finds the endpoint for the methods and the escaped path of a request. The
// routes of a REST API are held against the path as it is, those of an HTTP API
// against what httpRoutePath makes of it, and so are the values of the parameters,
// which are appended to values and share the memory of that path. Of two routes
// that then meet two paths the more specific wins, as if they had met one.
func (t *tree) match(m methods, path string, values []string) (*endpoint, []string) {
	s := search{m, bothKind, values}
	decoded := httpRoutePath(path)
	if decoded == path {
		return s.walk(t, path), s.values
	}
	s.kinds = restKind
	other := search{m, httpKind, nil}
	rest, http := s.walk(t, path), other.walk(t, decoded)
	if rest == nil || http != nil && http.precedes(rest) {
		return http, append(values, other.values...)
	}
	return rest, s.values
}

// walk finds the endpoint for a path, most specific first, whatever the order of
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
func (s *search) walk(t *tree, path string) *endpoint {
	for kind, method := range s.methods {
		if !carried(method) {
			s.kinds &^= 1 << kind
		}
	}
	rest := strings.TrimPrefix(path, "/")
	if e := s.full(&t.root, rest); e != nil {
		return e
	}
	if e := s.greedy(&t.root, rest); e != nil {
		return e
	}
	return s.pick(t.defaults, bothKind)
}

// full looks below n for a path that is exactly rest.
func (s *search) full(n *node, rest string) *endpoint {
	head, tail, more := strings.Cut(rest, "/")
	if head == "" && !more {
		// A REST API does not mind a slash at the end; an HTTP API does.
		if e := s.pick(n.endpoints, restKind); e != nil {
			return e
		}
	}
	if next := n.static[head]; next != nil {
		if e := s.fullAfter(next, tail, more); e != nil {
			return e
		}
	}
	if n.param == nil || head == "" {
		return nil
	}
	s.values = append(s.values, head)
	if e := s.fullAfter(n.param, tail, more); e != nil {
		return e
	}
	s.values = s.values[:len(s.values)-1]
	return nil
}

func (s *search) fullAfter(n *node, tail string, more bool) *endpoint {
	if more {
		return s.full(n, tail)
	}
	return s.pick(n.endpoints, bothKind)
}

// greedy looks below n, then at n, for a greedy parameter that takes the end of
// rest.
func (s *search) greedy(n *node, rest string) *endpoint {
	if head, tail, more := strings.Cut(rest, "/"); more {
		if next := n.static[head]; next != nil {
			if e := s.greedy(next, tail); e != nil {
				return e
			}
		}
		if n.param != nil && head != "" {
			s.values = append(s.values, head)
			if e := s.greedy(n.param, tail); e != nil {
				return e
			}
			s.values = s.values[:len(s.values)-1]
		}
	}
	return s.take(n, rest)
}

// take gives rest to a greedy parameter at n. A REST API wants at least one
// segment and leaves a slash at the end out of the value, as recorded in
// invocation-payload-with-trailing-slash.
func (s *search) take(n *node, rest string) *endpoint {
	trimmed := strings.TrimSuffix(rest, "/")
	allowed := bothKind
	if trimmed == "" {
		allowed = greedyMayBeEmpty
	}
	e := s.pick(n.greedy, allowed)
	if e == nil {
		return nil
	}
	if e.kind == template.REST {
		rest = trimmed
	}
	s.values = append(s.values, rest)
	return e
}

// pick chooses among the routes of one path.
func (s *search) pick(endpoints []*endpoint, allowed kinds) *endpoint {
	allowed &= s.kinds
	var wild *endpoint
	for _, e := range endpoints {
		switch {
		case allowed&(1<<e.kind) == 0:
		case e.method == s.methods[e.kind]:
			return e
		case e.method == anyMethod && wild == nil:
			wild = e
		}
	}
	return wild
}

// precedes tells whether e comes before other in the order in which a walk finds
// them, and of two that it finds at once, whether its API takes precedence.
func (e *endpoint) precedes(other *endpoint) bool {
	return cmp.Or(strings.Compare(e.specificity(), other.specificity()), e.order-other.order) < 0
}

// specificity sorts paths, the most specific first: by how they end, then by
// their segments from left to right, then by their method. Of two that agree
// as far as one goes, the longer says more.
func (e *endpoint) specificity() string {
	if e.path == defaultStage {
		return "2"
	}
	ending, segments := "0", ""
	for segment, isParameter := range e.segments {
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
	if e.method == anyMethod {
		return ending + segments + "31"
	}
	return ending + segments + "30"
}
