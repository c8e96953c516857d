package gateway

import (
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
	method string
	values []string // of the path parameters met so far
}

// match finds the endpoint for a method and an escaped path, most specific
// first, whatever the order of the routes:
//
//  1. a path that matches in full, static segments before parameters from left
//     to right;
//  2. the greedy parameter that starts furthest down, again static first;
//  3. $default.
//
// On one path a route's own method comes before ANY; a path whose routes do not
// have the method is passed over for the next. This is the order of
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html,
// and REST APIs do not differ from it. The values of the parameters are
// appended to values; they share path's memory.
func (t *tree) match(method, path string, values []string) (*endpoint, []string) {
	s := search{method: method, values: values}
	rest := strings.TrimPrefix(path, "/")
	if e := s.full(&t.root, rest); e != nil {
		return e, s.values
	}
	if e := s.greedy(&t.root, rest); e != nil {
		return e, s.values
	}
	return pick(t.defaults, method, bothKind), s.values
}

// full looks below n for a path that is exactly rest.
func (s *search) full(n *node, rest string) *endpoint {
	head, tail, more := strings.Cut(rest, "/")
	if head == "" && !more {
		// A REST API does not mind a slash at the end; an HTTP API does.
		if e := pick(n.endpoints, s.method, restKind); e != nil {
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
	return pick(n.endpoints, s.method, bothKind)
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
	e := pick(n.greedy, s.method, allowed)
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
func pick(endpoints []*endpoint, method string, allowed kinds) *endpoint {
	var wild *endpoint
	for _, e := range endpoints {
		switch {
		case allowed&(1<<e.kind) == 0:
		case e.method == method:
			return e
		case e.method == anyMethod && wild == nil && carried(method):
			wild = e
		}
	}
	return wild
}
