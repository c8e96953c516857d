package resolve

import (
	"bytes"
	"encoding/json"

	"maru/local/internal/template/internal/syntax"
)

// extension evaluates the functions that AWS::LanguageExtensions brings.
func (e evaluation) extension(pos syntax.Position, name string, arg *syntax.Node) (*syntax.Node, error) {
	if !e.extended {
		return nil, syntax.Errorf(pos, "%s needs the transform %s", name, Extensions)
	}
	if name == "Fn::Length" {
		return e.length(pos, arg)
	}
	v, err := e.resolve(arg)
	if err != nil {
		return nil, err
	}
	if v == nil || v.Kind != syntax.Mapping && v.Kind != syntax.Sequence && !v.StandIn {
		return nil, syntax.Errorf(arg.Pos, "Fn::ToJsonString takes a mapping or a list, but got %s", kindOf(v))
	}
	return e.jsonString(pos, v)
}

// jsonString gives the JSON of a value, everything in it evaluated, as text.
func (e evaluation) jsonString(pos syntax.Position, v *syntax.Node) (*syntax.Node, error) {
	out := builder{pos: pos}
	least := 0 // of the text's size: no value is shorter in JSON
	whole, err := Inside(v, func(n *syntax.Node) (*syntax.Node, error) {
		inner, err := e.resolve(n)
		if err != nil || inner == nil {
			return nil, err
		}
		if least += max(1, len(inner.Value)); least > syntax.MaxSize {
			out.full = true
			return out.text()
		}
		return inner, nil
	})
	if err != nil {
		return nil, err
	}
	writeJSON(&out, whole)
	return out.text()
}

// writeJSON adds the JSON of a value that is evaluated with all that is in it.
func writeJSON(out *builder, n *syntax.Node) {
	switch n.Kind {
	case syntax.Sequence:
		out.add("[")
		for i, item := range n.Items {
			if i > 0 {
				out.add(",")
			}
			writeJSON(out, item)
		}
		out.add("]")
	case syntax.Mapping:
		out.add("{")
		for i, entry := range n.Entries {
			if i > 0 {
				out.add(",")
			}
			out.add(jsonText(entry.Key) + ":")
			writeJSON(out, entry.Value)
		}
		out.add("}")
	case syntax.Scalar:
		out.unknown = out.unknown || n.StandIn
		out.add(jsonScalar(n))
	default:
		out.add("null")
	}
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
