// Package property reads the properties of a template's resources: each by its
// name and as what it has to be, text, a whole number, a list, a mapping.
//
// An Object stands for one mapping. It evaluates what is asked of it, reports what
// is wrong at its place to a Report and goes on with a fallback, so that all
// problems of a template come out at once. Nothing is ignored in silence: Done
// makes a note of every property that nobody asked for, with what the Schema of
// the mapping says of it.
//
// It knows no function, no API and no route. What the properties mean is said by
// the packages below read.
package property

import (
	"slices"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// Object gives the properties of one mapping of a resource and remembers which of
// them it was asked for. A property that is absent, null or AWS::NoValue gives the
// fallback. An Object may stand for a mapping that the template does not have: all
// of its properties are absent then.
type Object struct {
	scope    *resolve.Scope
	report   *Report
	resource *resolve.Resource
	// path is the dotted path below Properties; empty for Properties itself.
	path string
	// pos is what Pos returns.
	pos stack.Position
	// node is nil where the mapping is absent.
	node  *syntax.Node
	asked []string
	// openAPI is true inside of an OpenAPI definition.
	openAPI bool
	// standIn is what Unknown returns.
	standIn bool
}

// New gives the Object over n, the properties of a resource; nil stands for none.
// Values are evaluated in the scope, and what is to be said of them goes to the
// report.
func New(scope *resolve.Scope, report *Report, res *resolve.Resource, n *syntax.Node) *Object {
	o := &Object{scope: scope, report: report, resource: res, pos: res.Pos}
	if n != nil && n.Kind != syntax.Null {
		o.node = o.mapping(n, "Properties")
	}
	return o
}

// Metadata gives the Object over the Metadata of the resource, whose path begins
// with that word.
func (o *Object) Metadata() *Object {
	m := &Object{scope: o.scope, report: o.report, resource: o.resource, path: "Metadata", pos: o.resource.Pos}
	if n := o.resource.Node.Get("Metadata"); n != nil && n.Kind != syntax.Null {
		m.node = m.mapping(n, "Metadata")
	}
	return m
}

// Object gives the Object over the mapping that a property has to be.
func (o *Object) Object(key string) *Object {
	return o.Inside(key, o.Raw(key))
}

// Inside gives the Object over n, which stands below o under key; nil stands for an
// absent one. It does not count as asking for the key.
func (o *Object) Inside(key string, n *syntax.Node) *Object {
	inner := &Object{
		scope: o.scope, report: o.report, resource: o.resource, path: o.at(key), pos: o.pos, openAPI: o.openAPI,
	}
	if n == nil || n.Kind == syntax.Null {
		return inner
	}
	if inner.node = o.mapping(n, key); inner.node != nil {
		inner.pos = inner.node.Pos
	} else {
		v, err := o.scope.Resolve(n, silent)
		inner.standIn = err == nil && (v != nil && v.StandIn || v == nil && resolve.CallsMacro(n))
	}
	return inner
}

// Definition is Inside for an OpenAPI definition, where names are spelled in
// OpenAPI's way and the report has one row for the whole.
func (o *Object) Definition(key string, n *syntax.Node) *Object {
	d := o.Inside(key, n)
	d.openAPI = true
	return d
}

// Scope returns what evaluates the template's values.
func (o *Object) Scope() *resolve.Scope { return o.scope }

// Resource returns the resource that has the properties.
func (o *Object) Resource() *resolve.Resource { return o.resource }

// Pos returns where the mapping stands. Properties and Metadata as a whole have the
// place of the resource's logical ID, and an absent mapping that of the one around it.
func (o *Object) Pos() stack.Position { return o.pos }

// Exists reports whether the template has the mapping.
func (o *Object) Exists() bool { return o.node != nil }

// Unknown reports whether the template has something there of which only is known that it
// is not known here; Exists is false then.
func (o *Object) Unknown() bool { return o.standIn }

// Node returns the mapping as the template has it, nothing in it evaluated; nil
// for an absent one.
func (o *Object) Node() *syntax.Node { return o.node }

// Entries returns the properties in the template's order, not evaluated; nil for
// an absent mapping.
func (o *Object) Entries() []syntax.Entry {
	if o.node == nil {
		return nil
	}
	return o.node.Entries
}

// Get returns a property as the template has it, nil where it is absent. It does
// not count as asking for it.
func (o *Object) Get(key string) *syntax.Node { return o.node.Get(key) }

// Has reports whether the template has a property, be it null.
func (o *Object) Has(key string) bool { return o.node.Get(key) != nil }

// PosOf returns where the value of a property stands, Pos for an absent one.
func (o *Object) PosOf(key string) stack.Position {
	if n := o.node.Get(key); n != nil {
		return n.Pos
	}
	return o.pos
}

// Path returns the dotted path of the object below Properties; empty for Properties
// itself.
func (o *Object) Path() string { return o.path }

// Asked reports whether a property was asked for.
func (o *Object) Asked(key string) bool { return slices.Contains(o.asked, key) }

// Ask counts properties as asked for that another package has read.
func (o *Object) Ask(keys ...string) { o.asked = append(o.asked, keys...) }

// at gives the dotted path of a property, of the object itself for "".
func (o *Object) at(key string) string {
	if o.path == "" || key == "" {
		return o.path + key
	}
	return o.path + "." + key
}
