// Package syntax reads a CloudFormation template, YAML or JSON, into a tree in
// which every value knows its file, line and column.
//
// It knows the notation of templates and nothing of their meaning: the short
// forms of intrinsic functions (!Ref X) are rewritten to the long ones
// ({"Ref": "X"}), of a key that is given twice the last value holds, aliases and
// merge keys are expanded within limits, and what YAML 1.1 takes for a number or
// a boolean has the one spelling that CloudFormation gives it. All that a template
// names is read so: nested stacks and what AWS::Include names by CloudFormation,
// OpenAPI definitions by API Gateway, whose importer stands on a parser with the same
// types (https://github.com/amazon-archives/aws-apigateway-importer/issues/181). See
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html.
package syntax

import (
	"iter"
	"slices"
	"strings"
)

// Kind is what a Node is.
type Kind int

// The kinds of node. Null is a value that was left out: "Events:" and nothing.
const (
	Null Kind = iota
	Scalar
	Sequence
	Mapping
)

// String gives the kind as error messages name it.
func (k Kind) String() string {
	return [...]string{"nothing", "a single value", "a list", "a mapping"}[k]
}

// Node is one value of a template. Nodes are shared where the template uses
// aliases, so they are never changed after Parse.
type Node struct {
	Kind Kind
	Pos  Position
	// Value is a Scalar's text without quotes. That of a plain number or boolean in
	// YAML is as CloudFormation spells it, true for yes; that of any other is as the
	// source has it.
	Value string
	// Typed is true for a Scalar that YAML or JSON takes for a number or a
	// boolean: 1, not "1".
	Typed bool
	// StandIn is true for a value that stands for one which is not known here, and for
	// what was made of such a value. Parse never sets it.
	StandIn bool
	// Items are the elements of a Sequence.
	Items []*Node
	// Entries are the keys and values of a Mapping in the source's order; no
	// key occurs twice.
	Entries []Entry

	// weight counts the values and bytes of the tree, height its levels, both
	// with every alias expanded.
	weight, height int
}

// Entry is one key of a Mapping with its value.
type Entry struct {
	Key   string
	Pos   Position // of the key
	Value *Node
}

// Text makes a Scalar.
func Text(pos Position, value string) *Node {
	return &Node{Kind: Scalar, Pos: pos, Value: value}
}

// List makes a Sequence of Scalars that all stand at pos.
func List(pos Position, values []string) *Node {
	n := &Node{Kind: Sequence, Pos: pos}
	for _, v := range values {
		n.Items = append(n.Items, Text(pos, v))
	}
	return n
}

// At gives n as if it stood at pos.
func (n *Node) At(pos Position) *Node {
	moved := *n
	moved.Pos = pos
	return &moved
}

// With gives a Mapping in which key has another value.
func (n *Node) With(key string, value *Node) *Node {
	changed := *n
	changed.Entries = slices.Clone(n.Entries)
	for i, e := range changed.Entries {
		if e.Key == key {
			changed.Entries[i].Value = value
		}
	}
	return &changed
}

// Calls yields the name and the argument of every call of an intrinsic
// function in n, those inside of an argument too.
func (n *Node) Calls() iter.Seq2[string, *Node] {
	return func(yield func(string, *Node) bool) { n.calls(yield) }
}

func (n *Node) calls(yield func(string, *Node) bool) bool {
	if name, arg, ok := n.Intrinsic(); ok && !yield(name, arg) {
		return false
	}
	for _, item := range n.Items {
		if !item.calls(yield) {
			return false
		}
	}
	for _, e := range n.Entries {
		if !e.Value.calls(yield) {
			return false
		}
	}
	return true
}

// Get returns the value of a Mapping's key, or nil where there is none. It may
// be asked of a nil Node and of any kind.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for _, e := range n.Entries {
		if e.Key == key {
			return e.Value
		}
	}
	return nil
}

// OneOrMore returns the elements of a Sequence, a value of another kind alone, and
// nothing for a nil Node: the values of a property that takes one or several.
func (n *Node) OneOrMore() []*Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == Sequence:
		return n.Items
	}
	return []*Node{n}
}

// Keys returns the keys of a Mapping in the source's order.
func (n *Node) Keys() []string {
	if n == nil {
		return nil
	}
	keys := make([]string, len(n.Entries))
	for i, e := range n.Entries {
		keys[i] = e.Key
	}
	return keys
}

// Fields returns the entries of a Mapping; nil for any other, and for a nil Node.
func (n *Node) Fields() []Entry {
	if n == nil {
		return nil
	}
	return n.Entries
}

// Intrinsic tells whether n is a call of an intrinsic function: a Mapping with
// the single key Ref or Fn::something. "Condition" is not among them: outside
// of conditions it is an ordinary key, and AWS's policies use it as one.
func (n *Node) Intrinsic() (name string, argument *Node, ok bool) {
	if n.Kind != Mapping || len(n.Entries) != 1 {
		return "", nil, false
	}
	e := n.Entries[0]
	if e.Key != "Ref" && !strings.HasPrefix(e.Key, "Fn::") {
		return "", nil, false
	}
	return e.Key, e.Value, true
}
