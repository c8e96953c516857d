package syntax

import (
	"bytes"
	"errors"
	"io"

	"go.yaml.in/yaml/v3"
)

const (
	// MaxSize is the size of template that CloudFormation takes from S3, 1 MB:
	// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html.
	MaxSize = 1 << 20
	// maxWeight bounds what aliases may make of a template, so that a few
	// lines of them cannot fill the memory.
	maxWeight = 10 * MaxSize
	// maxHeight bounds nesting, and with it the recursion of all readers.
	maxHeight = 100
)

// Parse reads one YAML or JSON document. The file only names positions. Its
// errors are *Error or several of them joined, all of them Fatal; the Document is of no
// meaning then.
func Parse(file string, src []byte) (*Document, error) {
	d, err := parse(file, src)
	return d, Fatal(err)
}

func parse(file string, src []byte) (*Document, error) {
	if len(src) > MaxSize {
		return nil, Errorf(Position{File: file}, "the template has %d bytes; CloudFormation takes %d at most", len(src), MaxSize)
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if !beginsJSON.Match(src) {
		return parseYAML(file, src)
	}
	d, err := parseJSON(file, src)
	if d != nil {
		return d, err
	}
	// What is no JSON may still be YAML in braces, with comments for instance.
	if d, wrong := parseYAML(file, src); d != nil {
		return d, wrong
	}
	return nil, err
}

// parseYAML reads a YAML document. With an error of the document's syntax, and only
// then, the Document is nil.
func parseYAML(file string, src []byte) (*Document, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(src))
	var document, second yaml.Node
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return nil, Errorf(Position{File: file}, "the template is empty")
	} else if err != nil {
		return nil, decodingError(file, src, err)
	}
	if err := decoder.Decode(&second); err == nil {
		pos := Position{file, second.Line, second.Column}
		return nil, Errorf(pos, "a second YAML document begins here; a template is one")
	} else if !errors.Is(err, io.EOF) {
		return nil, decodingError(file, src, err)
	}
	c := converter{file: file, anchors: map[*yaml.Node]*Node{}}
	root := c.convert(document.Content[0])
	return &Document{Root: root, Remarks: c.remarks}, errors.Join(c.errs...)
}

// converter makes Nodes of the YAML parser's nodes.
type converter struct {
	file string
	// anchors holds the result for each node that has an anchor; nil while the
	// node is being converted.
	anchors map[*yaml.Node]*Node
	errs    []error
	remarks []Remark
	// broken is set once a limit is passed, so that it is reported once.
	broken bool
}

func (c *converter) fail(pos Position, format string, args ...any) {
	c.errs = append(c.errs, Errorf(pos, format, args...))
}

func (c *converter) pos(y *yaml.Node) Position {
	return Position{c.file, y.Line, y.Column}
}

func (c *converter) convert(y *yaml.Node) *Node {
	if y.Kind == yaml.AliasNode {
		return c.alias(y)
	}
	if y.Anchor != "" {
		c.anchors[y] = nil
	}
	n := &Node{Pos: c.pos(y), weight: 1 + len(y.Value), height: 1}
	switch {
	case y.Kind == yaml.MappingNode:
		c.mapping(n, y)
	case y.Kind == yaml.SequenceNode:
		n.Kind = Sequence
		for _, item := range y.Content {
			n.Items = append(n.Items, c.child(n, item))
		}
	case y.Tag != nullTag:
		n.Kind = Scalar
		n.Value, n.Typed = scalar(y)
	}
	n = c.tagged(n, y)
	if y.Anchor != "" {
		c.anchors[y] = n
	}
	return n
}

// child converts a value inside of parent, and holds parent to the limits.
func (c *converter) child(parent *Node, y *yaml.Node) *Node {
	n := c.convert(y)
	parent.weight += n.weight
	parent.height = max(parent.height, n.height+1)
	switch {
	case c.broken:
	case parent.weight > maxWeight:
		c.broken = true
		c.fail(parent.Pos, "aliases make the template larger than %d MB", maxWeight>>20)
	case parent.height > maxHeight:
		c.broken = true
		c.fail(parent.Pos, "the template is nested more than %d levels deep", maxHeight)
	}
	if c.broken {
		return &Node{Pos: n.Pos}
	}
	return n
}

func (c *converter) alias(y *yaml.Node) *Node {
	n := c.anchors[y.Alias]
	if n == nil {
		c.fail(c.pos(y), "the alias *%s stands inside of its own anchor", y.Value)
		return &Node{Pos: c.pos(y)}
	}
	return n.At(c.pos(y))
}

// mapping fills n with the entries of y. What "<<" merges stands behind the
// mapping's own keys and never replaces one.
func (c *converter) mapping(n *Node, y *yaml.Node) {
	n.Kind = Mapping
	var own entries
	var merged []*Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		pos := c.pos(key)
		if key.Tag == mergeTag {
			merged = append(merged, c.child(n, value))
			continue
		}
		if key.Kind != yaml.ScalarNode || !standardTags[key.Tag] {
			c.fail(pos, "a key has to be plain text")
			continue
		}
		name, _ := scalar(key)
		n.weight += len(name)
		own.add(Entry{name, pos, c.child(n, value)}, &c.remarks)
	}
	for _, m := range merged {
		c.merge(&own, m)
	}
	n.Entries = own.all
}

// merge adds those entries of from, a mapping or a list of mappings, whose keys into
// does not have: https://yaml.org/type/merge.html.
func (c *converter) merge(into *entries, from *Node) {
	switch from.Kind {
	case Mapping:
		for _, e := range from.Entries {
			if !into.has(e.Key) {
				into.add(e, &c.remarks)
			}
		}
	case Sequence:
		for _, item := range from.Items {
			if item.Kind == Mapping {
				c.merge(into, item)
			}
		}
	default:
		c.fail(from.Pos, "<< merges a mapping, but here is %s", from.Kind)
	}
}
