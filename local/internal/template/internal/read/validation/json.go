package validation

import (
	"strings"

	"maru/local/internal/jsonmodel"
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// modelSchema reads the schema of a model, which may be JSON in a text. Of o only the
// place counts.
func modelSchema(o *property.Object, n *syntax.Node) any {
	schema := asJSON(o, n, "Schema")
	text, ok := schema.(string)
	if !ok {
		return schema
	}
	schema, err := jsonmodel.Decode(strings.NewReader(text))
	if err != nil {
		o.Fail(n.Pos, "Schema has to be JSON: %v", err)
	}
	return schema
}

// asJSON gives a value of o that is evaluated itself as package encoding/json would,
// with everything in it evaluated as the property key. What cannot be evaluated is
// reported and left out.
func asJSON(o *property.Object, n *syntax.Node, key string) any {
	// No error of its own: resolve reports them.
	whole, _ := resolve.Inside(n, func(inner *syntax.Node) (*syntax.Node, error) {
		if inner.Kind == syntax.Null { // resolve makes nothing of it
			return inner, nil
		}
		return o.Resolve(inner, key), nil
	})
	return jsonValue(whole)
}

// jsonValue gives a value, evaluated with all that is in it, as package
// encoding/json would. A key with nothing behind it is left out, as CloudFormation's
// properties are; in a list, nothing is null.
func jsonValue(n *syntax.Node) any {
	switch n.Kind {
	case syntax.Mapping:
		m := make(map[string]any, len(n.Entries))
		for _, e := range n.Entries {
			if e.Value.Kind != syntax.Null {
				m[e.Key] = jsonValue(e.Value)
			}
		}
		return m
	case syntax.Sequence:
		list := make([]any, len(n.Items))
		for i, item := range n.Items {
			list[i] = jsonValue(item)
		}
		return list
	case syntax.Null:
		return nil
	}
	return jsonScalar(n)
}

// jsonScalar gives a number or a boolean for what YAML takes for one.
func jsonScalar(n *syntax.Node) any {
	if !n.Typed {
		return n.Value
	}
	if v, err := jsonmodel.Decode(strings.NewReader(strings.ToLower(n.Value))); err == nil {
		return v
	}
	return n.Value
}
