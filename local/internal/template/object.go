package template

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// object reads the properties of one mapping of a resource and remembers which
// of them it was asked for; done makes notes of the others. Its readers report
// what is wrong to the reader and go on with the fallback, so that all problems
// come out at once. A property that is absent, null or AWS::NoValue gives the
// fallback.
type object struct {
	*reader
	resource *resolve.Resource
	// path is the dotted path below Properties; empty for Properties itself.
	path string
	// pos is where the mapping stands, or the resource where it has none.
	pos Position
	// node is nil where the mapping is absent.
	node  *syntax.Node
	asked []string
	// openAPI is true inside of an OpenAPI definition.
	openAPI bool
}

// properties gives the object over a resource's properties.
func (r *reader) properties(res *resolve.Resource, n *syntax.Node) *object {
	o := &object{reader: r, resource: res, pos: res.Pos}
	if n != nil && n.Kind != syntax.Null {
		o.node = o.mapping(n, "Properties")
	}
	return o
}

// at gives the dotted path of a property, of the object itself for "".
func (o *object) at(key string) string {
	if o.path == "" || key == "" {
		return o.path + key
	}
	return o.path + "." + key
}

// note adds a note on a property of the object.
func (o *object) note(level Level, pos Position, key, text string) {
	o.stack.Notes = append(o.stack.Notes, o.newNote(level, pos, key, text))
}

func (o *object) newNote(level Level, pos Position, key, text string) Note {
	return Note{
		Level: level, Resource: o.resource.LogicalID, Type: o.resource.Type, Property: o.at(key), Text: text, Pos: pos,
	}
}

// resolve evaluates a value of the property key; nil for none and for an error.
func (o *object) resolve(n *syntax.Node, key string) *syntax.Node {
	v, err := o.scope.Resolve(n, func(pos syntax.Position, text string) { o.note(Approximated, pos, key, text) })
	o.problem(err)
	if err != nil || v == nil || v.Kind == syntax.Null {
		return nil
	}
	return v
}

// mapping evaluates n and gives it back if it is a mapping, nil otherwise.
func (o *object) mapping(n *syntax.Node, key string) *syntax.Node {
	v := o.resolve(n, key)
	if v != nil && v.Kind != syntax.Mapping {
		o.fail(v.Pos, "%s has to be a mapping, but here is %s", key, v.Kind)
		return nil
	}
	return v
}

// raw gives a property's value before evaluation, nil where it is absent.
func (o *object) raw(key string) *syntax.Node {
	o.asked = append(o.asked, key)
	if n := o.node.Get(key); n != nil && n.Kind != syntax.Null {
		return n
	}
	return nil
}

// value gives a property's value, nil where it is absent.
func (o *object) value(key string) *syntax.Node {
	if n := o.raw(key); n != nil {
		return o.resolve(n, key)
	}
	return nil
}

// scalar gives a property that has to be a single value, nil where it is absent.
func (o *object) scalar(key string) *syntax.Node {
	v := o.value(key)
	if v != nil && v.Kind != syntax.Scalar {
		o.fail(v.Pos, "%s has to be a single value, but here is %s", key, v.Kind)
		return nil
	}
	return v
}

func (o *object) text(key, fallback string) string {
	if v := o.scalar(key); v != nil {
		return v.Value
	}
	return fallback
}

// choice reads a property that has to be one of a few words.
func (o *object) choice(key, fallback string, words ...string) string {
	v := o.scalar(key)
	if v == nil {
		return fallback
	}
	if !slices.Contains(words, v.Value) {
		o.fail(v.Pos, "%s has to be %s, but here is %q%s", key, strings.Join(words, " or "), v.Value, syntax.Suggestion(v.Value, words))
		return fallback
	}
	return v.Value
}

// integer reads a whole number from least to most; nil where it is absent.
func (o *object) integer(key string, least, most int) *int {
	v := o.scalar(key)
	if v == nil {
		return nil
	}
	i, err := strconv.Atoi(v.Value)
	if err != nil || i < least || i > most {
		o.fail(v.Pos, "%s has to be a whole number from %d to %d, but here is %q", key, least, most, v.Value)
		return nil
	}
	return &i
}

// boolean reads true or false, which CloudFormation takes in quotes too.
func (o *object) boolean(key string, fallback bool) bool {
	switch v := o.scalar(key); {
	case v == nil:
		return fallback
	case strings.EqualFold(v.Value, "true"):
		return true
	case strings.EqualFold(v.Value, "false"):
		return false
	default:
		o.fail(v.Pos, "%s has to be true or false, but here is %q", key, v.Value)
		return fallback
	}
}

// list reads a list, each element evaluated.
func (o *object) list(key string) []*syntax.Node {
	v := o.value(key)
	if v == nil {
		return nil
	}
	if v.Kind != syntax.Sequence {
		o.fail(v.Pos, "%s has to be a list, but here is %s", key, v.Kind)
		return nil
	}
	var items []*syntax.Node
	for _, item := range v.Items {
		if e := o.resolve(item, key); e != nil {
			items = append(items, e)
		}
	}
	return items
}

// texts reads a list of single values.
func (o *object) texts(key string) []*syntax.Node {
	items := o.list(key)
	return slices.DeleteFunc(items, func(n *syntax.Node) bool {
		if n.Kind != syntax.Scalar {
			o.fail(n.Pos, "%s has to be a list of single values, but one is %s", key, n.Kind)
		}
		return n.Kind != syntax.Scalar
	})
}

// object reads a mapping; an absent one gives an object without properties.
func (o *object) object(key string) *object {
	return o.inside(key, o.raw(key))
}

// inside gives the object over n, which stands below o under key.
func (o *object) inside(key string, n *syntax.Node) *object {
	inner := &object{reader: o.reader, resource: o.resource, path: o.at(key), pos: o.pos, openAPI: o.openAPI}
	if n == nil || n.Kind == syntax.Null {
		return inner
	}
	if inner.node = o.mapping(n, key); inner.node != nil {
		inner.pos = inner.node.Pos
	}
	return inner
}

// exists tells whether the template has the mapping.
func (o *object) exists() bool { return o.node != nil }

// objects gives the entries of a mapping of mappings, each an object and the
// position of its key.
func (o *object) objects() iter.Seq2[syntax.Entry, *object] {
	return func(yield func(syntax.Entry, *object) bool) {
		if o.node == nil {
			return
		}
		for _, e := range o.node.Entries {
			inner := o.inside(e.Key, e.Value)
			if inner.exists() && !yield(e, inner) {
				return
			}
		}
	}
}

// textMap reads a mapping of names to single values; each is checked with
// valid, which says what is wrong or "".
func (o *object) textMap(key string, valid func(name, value string) string) map[string]string {
	inner := o.object(key)
	if !inner.exists() {
		return nil
	}
	m := make(map[string]string, len(inner.node.Entries))
	for _, e := range inner.node.Entries {
		if e.Value.Kind == syntax.Null {
			o.fail(e.Pos, "%s.%s has no value", inner.path, e.Key)
			continue
		}
		v := inner.scalar(e.Key)
		if v == nil {
			continue
		}
		if problem := valid(e.Key, v.Value); problem != "" {
			o.fail(e.Pos, "%s.%s %s", inner.path, e.Key, problem)
			continue
		}
		m[e.Key] = v.Value
	}
	return m
}

// done makes a row of the report for every property that was asked for, and a
// note for every other, an error where known is strict; known says what is true
// of those that this host knows and does not need.
func (o *object) done(known schema) {
	if o.node == nil {
		return
	}
	for _, e := range o.node.Entries {
		name := e.Key
		if o.openAPI {
			name = pascal(name)
		}
		p, ok := known.properties[name]
		switch {
		case slices.Contains(o.asked, e.Key) && o.openAPI: // the definition is one property
		case slices.Contains(o.asked, e.Key):
			o.note(Emulated, e.Pos, e.Key, "")
		case ok:
			o.note(p.level, e.Pos, e.Key, p.text)
		default:
			suggestion := syntax.Suggestion(e.Key, slices.Concat(o.asked, known.names()))
			if known.strict {
				o.fail(e.Pos, "%s is not a property of %s%s", e.Key, known.of, suggestion)
				continue
			}
			o.note(Ignored, e.Pos, e.Key, fmt.Sprintf("is not a property of %s%s", known.of, suggestion))
		}
	}
}
