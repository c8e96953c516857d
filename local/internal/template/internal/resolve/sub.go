package resolve

import (
	"strings"

	"maru/local/internal/template/internal/syntax"
)

// builder puts a text together and keeps it below the size of a template:
// a few lines of Fn::Sub, each using the one before many times, would
// otherwise fill the memory.
type builder struct {
	pos syntax.Position
	out strings.Builder
	// full is set once the text was too long.
	full bool
	// unknown is set once the text has a part that is not known here.
	unknown bool
}

func (b *builder) add(s string) {
	if b.out.Len()+len(s) > syntax.MaxSize {
		b.full = true
		return
	}
	b.out.WriteString(s)
}

// addValue adds the text of a single value.
func (b *builder) addValue(n *syntax.Node) {
	b.unknown = b.unknown || n.StandIn
	b.add(n.Value)
}

func (b *builder) text() (*syntax.Node, error) {
	if b.full {
		return nil, syntax.Errorf(b.pos, "the value is larger than a template may be, %d bytes", syntax.MaxSize)
	}
	text := syntax.Text(b.pos, b.out.String())
	text.StandIn = b.unknown
	return text, nil
}

// sub evaluates Fn::Sub in both its forms, a text and [text, {name: value}].
// "${!Name}" gives "${Name}" literally. Spaces around a name are no part of it, as users
// see it (https://github.com/aws-cloudformation/cfn-lint/issues/236).
func (e evaluation) sub(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	var own *syntax.Node
	if arg.Kind == syntax.Sequence {
		args, err := arguments(arg, "Fn::Sub", "a text and a mapping of its variables", 2, 2)
		if err != nil {
			return nil, err
		}
		if arg, own = args[0], args[1]; own.Kind != syntax.Mapping {
			return nil, syntax.Errorf(own.Pos, "Fn::Sub takes a mapping of variables here, but got %s", own.Kind)
		}
	}
	if arg.Kind != syntax.Scalar {
		return nil, syntax.Errorf(arg.Pos, "Fn::Sub takes text here, but got %s", arg.Kind)
	}
	out := builder{pos: pos}
	rest := arg.Value
	for !out.full {
		before, after, found := strings.Cut(rest, "${")
		name, next, closed := strings.Cut(after, "}")
		if !found || !closed {
			out.add(rest)
			break
		}
		rest = next
		out.add(before)
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			out.add("${" + literal + "}")
			continue
		}
		value, err := e.variable(arg.Pos, strings.TrimSpace(name), own)
		if err != nil {
			return nil, err
		}
		out.addValue(value)
	}
	return out.text()
}

// variable gives what stands for ${name}: one of Fn::Sub's own variables, or
// what Ref or, with a dot, Fn::GetAtt gives for the name.
func (e evaluation) variable(pos syntax.Position, name string, own *syntax.Node) (*syntax.Node, error) {
	if v := own.Get(name); v != nil {
		return e.scalar(v, "Fn::Sub")
	}
	value, err := e.named(pos, name)
	if err != nil {
		return nil, err
	}
	if value == nil || value.Kind != syntax.Scalar {
		return nil, syntax.Errorf(pos, "Fn::Sub: ${%s} has to be text, but it is %s", name, kindOf(value))
	}
	return value, nil
}

// named gives what ${name} stands for where Fn::Sub has no variable of its own.
func (e evaluation) named(pos syntax.Position, name string) (*syntax.Node, error) {
	if id, attribute, ok := strings.Cut(name, "."); ok {
		return e.attribute(pos, id, attribute)
	}
	return e.reference(pos, name)
}
