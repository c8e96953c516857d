package property

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// Raw gives a property's value before evaluation, nil where it is absent or null.
func (o *Object) Raw(key string) *syntax.Node {
	o.asked = append(o.asked, key)
	if n := o.node.Get(key); n != nil && n.Kind != syntax.Null {
		return n
	}
	return nil
}

// Value gives a property's value, nil where it is absent. What is inside of it is
// not evaluated.
func (o *Object) Value(key string) *syntax.Node {
	if n := o.Raw(key); n != nil {
		return o.Resolve(n, key)
	}
	return nil
}

// Resolve evaluates n, a value at or below the property key, on which it notes
// what stands in for something. It is nil for nothing and after an error.
func (o *Object) Resolve(n *syntax.Node, key string) *syntax.Node {
	v, err := o.scope.Resolve(n, func(pos stack.Position, text string) { o.Note(stack.Approximated, pos, key, text) })
	o.Problem(err)
	if err != nil || v == nil || v.Kind == syntax.Null {
		return nil
	}
	return v
}

// standsIn reports whether a value only stands for one that is not known here, such as that
// of a parameter that has none. What it would have to be cannot be asked of it: the
// property counts as absent, which is noted.
func (o *Object) standsIn(v *syntax.Node, key string) bool {
	if v.StandIn {
		o.Note(stack.Approximated, v.Pos, key, "is not known here, and left out")
	}
	return v.StandIn
}

// mapping evaluates n and gives it back if it is a mapping, nil otherwise.
func (o *Object) mapping(n *syntax.Node, key string) *syntax.Node {
	v := o.Resolve(n, key)
	if v != nil && v.Kind != syntax.Mapping {
		if o.standsIn(v, key) {
			return nil
		}
		o.Fail(v.Pos, "%s has to be a mapping, but here is %s", key, v.Kind)
		return nil
	}
	return v
}

// Scalar gives a property that has to be a single value, nil where it is absent.
func (o *Object) Scalar(key string) *syntax.Node {
	v := o.Value(key)
	if v != nil && v.Kind != syntax.Scalar {
		if o.standsIn(v, key) {
			return nil
		}
		o.Fail(v.Pos, "%s has to be a single value, but here is %s", key, v.Kind)
		return nil
	}
	return v
}

// Text gives a property that has to be a single value, as the template spells it.
func (o *Object) Text(key, fallback string) string {
	if v := o.Scalar(key); v != nil {
		return v.Value
	}
	return fallback
}

// Choice gives a property that has to be one of a few words.
func (o *Object) Choice(key, fallback string, words ...string) string {
	v := o.Scalar(key)
	if v == nil || o.standsIn(v, key) {
		return fallback
	}
	if !slices.Contains(words, v.Value) {
		o.Fail(v.Pos, "%s has to be %s, but here is %q%s", key, strings.Join(words, " or "), v.Value, syntax.Suggestion(v.Value, words))
		return fallback
	}
	return v.Value
}

// Integer gives a whole number from least to most; nil where it is absent.
func (o *Object) Integer(key string, least, most int) *int {
	v := o.Scalar(key)
	if v == nil || o.standsIn(v, key) {
		return nil
	}
	i, err := strconv.Atoi(v.Value)
	if err != nil || i < least || i > most {
		o.Fail(v.Pos, "%s has to be a whole number from %d to %d, but here is %q", key, least, most, v.Value)
		return nil
	}
	return &i
}

// Boolean gives true or false, which CloudFormation takes in quotes and in any
// case too.
func (o *Object) Boolean(key string, fallback bool) bool {
	switch v := o.Scalar(key); {
	case v == nil || o.standsIn(v, key):
		return fallback
	case strings.EqualFold(v.Value, "true"):
		return true
	case strings.EqualFold(v.Value, "false"):
		return false
	default:
		o.Fail(v.Pos, "%s has to be true or false, but here is %q", key, v.Value)
		return fallback
	}
}

// List gives the elements of a list, each evaluated; those that come to nothing
// are left out.
func (o *Object) List(key string) []*syntax.Node {
	v := o.Value(key)
	if v == nil {
		return nil
	}
	if v.Kind != syntax.Sequence {
		if o.standsIn(v, key) {
			return nil
		}
		o.Fail(v.Pos, "%s has to be a list, but here is %s", key, v.Kind)
		return nil
	}
	var items []*syntax.Node
	for _, item := range v.Items {
		if e := o.Resolve(item, key); e != nil {
			items = append(items, e)
		}
	}
	return items
}

// TextNodes gives a list of single values with their positions.
func (o *Object) TextNodes(key string) []*syntax.Node {
	items := o.List(key)
	return slices.DeleteFunc(items, func(n *syntax.Node) bool {
		if n.Kind != syntax.Scalar {
			o.Fail(n.Pos, "%s has to be a list of single values, but one is %s", key, n.Kind)
		}
		return n.Kind != syntax.Scalar
	})
}

// Texts gives a list of single values; nil where it is absent or empty.
func (o *Object) Texts(key string) []string {
	var texts []string
	for _, n := range o.TextNodes(key) {
		texts = append(texts, n.Value)
	}
	return texts
}

// OneOrMore is Texts for a property that may be a single value in the place of a list.
func (o *Object) OneOrMore(key string) []string {
	if v := o.Value(key); v != nil && v.Kind == syntax.Scalar {
		return []string{v.Value}
	}
	return o.Texts(key)
}

// Objects gives the entries of a mapping of mappings, each as an Object with its
// key and the key's position. Values that are no mappings are left out; that one has
// none is an error outside of an OpenAPI definition, as CloudFormation takes no null.
func (o *Object) Objects() iter.Seq2[syntax.Entry, *Object] {
	return func(yield func(syntax.Entry, *Object) bool) {
		for _, e := range o.Entries() {
			if e.Value.Kind == syntax.Null && !o.openAPI {
				o.Fail(e.Pos, "%s has nothing behind it", e.Key)
			}
			inner := o.Inside(e.Key, e.Value)
			if inner.Exists() && !yield(e, inner) {
				return
			}
		}
	}
}

// TextMap gives a mapping of names to single values; nil where it is absent. Each
// is checked with valid, which says what is wrong or "".
func (o *Object) TextMap(key string, valid func(name, value string) string) map[string]string {
	inner := o.Object(key)
	if !inner.Exists() {
		return nil
	}
	m := make(map[string]string, len(inner.node.Entries))
	for _, e := range inner.node.Entries {
		if e.Value.Kind == syntax.Null {
			o.Fail(e.Pos, "%s.%s has no value", inner.path, e.Key)
			continue
		}
		v := inner.Scalar(e.Key)
		if v == nil {
			continue
		}
		if problem := valid(e.Key, v.Value); problem != "" {
			o.Fail(e.Pos, "%s.%s %s", inner.path, e.Key, problem)
			continue
		}
		m[e.Key] = v.Value
	}
	return m
}

// RefuseList finds a list where a property has to be a mapping. It does not count as
// asking for the property.
func (o *Object) RefuseList(key string) {
	if n := o.node.Get(key); n != nil && n.Kind == syntax.Sequence {
		o.Fail(n.Pos, "%s has to be a mapping, but here is %s", key, n.Kind)
	}
}

// AnyText is a check for TextMap that takes every name and value.
func AnyText(_, _ string) string { return "" }
