package resolve

import (
	"bytes"
	"encoding/json"
	"strconv"

	"maru/local/internal/template/internal/syntax"
)

// extension evaluates the functions that AWS::LanguageExtensions brings.
func (e evaluation) extension(pos syntax.Position, name string, arg *syntax.Node) (*syntax.Node, error) {
	if !e.extended {
		return nil, syntax.Errorf(pos, "%s needs the transform %s", name, Extensions)
	}
	if name == "Fn::Length" {
		items, err := e.list(arg, name)
		return syntax.Text(pos, strconv.Itoa(len(items))), err
	}
	out := builder{pos: pos}
	v, err := e.resolve(arg)
	if err != nil {
		return nil, err
	}
	if v == nil || v.Kind != syntax.Mapping && v.Kind != syntax.Sequence {
		return nil, syntax.Errorf(arg.Pos, "Fn::ToJsonString takes a mapping or a list, but got %s", kindOf(v))
	}
	if err := e.writeJSON(&out, v); err != nil {
		return nil, err
	}
	return out.text()
}

// writeJSON adds the JSON of a value, everything in it evaluated.
func (e evaluation) writeJSON(out *builder, n *syntax.Node) error {
	switch n.Kind {
	case syntax.Sequence:
		items, err := e.list(n, "Fn::ToJsonString")
		if err != nil {
			return err
		}
		out.add("[")
		for i, item := range items {
			if i > 0 {
				out.add(",")
			}
			if err := e.writeJSON(out, item); err != nil {
				return err
			}
		}
		out.add("]")
	case syntax.Mapping:
		return e.writeObject(out, n)
	case syntax.Scalar:
		out.add(jsonScalar(n))
	default:
		out.add("null")
	}
	return nil
}

func (e evaluation) writeObject(out *builder, n *syntax.Node) error {
	out.add("{")
	first := true
	for _, entry := range n.Entries {
		v, err := e.resolve(entry.Value)
		if err != nil {
			return err
		}
		if v == nil || out.full {
			continue
		}
		if !first {
			out.add(",")
		}
		first = false
		out.add(jsonText(entry.Key) + ":")
		if err := e.writeJSON(out, v); err != nil {
			return err
		}
	}
	out.add("}")
	return nil
}

// jsonScalar gives a value as the template has it: 1 and true stay what they
// are, "1" stays text.
func jsonScalar(n *syntax.Node) string {
	if n.Typed && json.Valid([]byte(n.Value)) {
		return n.Value
	}
	return jsonText(n.Value)
}

func jsonText(s string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a Buffer takes everything
	return string(bytes.TrimRight(b.Bytes(), "\n"))
}
