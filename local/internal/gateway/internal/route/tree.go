package route

import "strings"

// tree holds routes by their segments.
type tree struct {
	root     node
	defaults []*Route // the $default routes
}

// node is a segment that paths share. Its routes stand in the order of their
// APIs' precedence.
type node struct {
	static map[string]*node
	param  *node
	routes []*Route // whose paths end here
	greedy []*Route // whose greedy parameter starts here
}

// insert adds a route and tells which claims of earlier ones it meets.
func (t *tree) insert(r *Route) []Conflict {
	list := t.place(r)
	var conflicts []Conflict
	for _, other := range *list {
		if c, ok := clash(other, r); ok {
			conflicts = append(conflicts, c)
		}
	}
	*list = append(*list, r)
	return conflicts
}

// place finds the list that routes of r's path stand in.
func (t *tree) place(r *Route) *[]*Route {
	if r.Path == Default {
		return &t.defaults
	}
	n := &t.root
	for segment, isParameter := range r.segments {
		if isParameter && strings.HasSuffix(segment, "+") {
			return &n.greedy
		}
		n = n.child(segment, isParameter)
	}
	return &n.routes
}

// child gives the node one segment further down, made if it is missing.
func (n *node) child(segment string, param bool) *node {
	if param {
		if n.param == nil {
			n.param = new(node)
		}
		return n.param
	}
	if n.static == nil {
		n.static = map[string]*node{}
	}
	if n.static[segment] == nil {
		n.static[segment] = new(node)
	}
	return n.static[segment]
}
