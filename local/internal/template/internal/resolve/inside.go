package resolve

import "maru/local/internal/template/internal/syntax"

// Inside gives v, which has been evaluated itself, with every value inside of it
// evaluated, at any depth and in the order of the template. It calls evaluate for
// each, which returns nil for one to leave out, as Scope.Resolve does for
// AWS::NoValue; the first error of evaluate ends it. Null stays where it stands. A
// tree in which nothing changes is given back as it is, not copied.
func Inside(v *syntax.Node, evaluate func(*syntax.Node) (*syntax.Node, error)) (*syntax.Node, error) {
	whole := *v // templates are not changed
	whole.Items, whole.Entries = nil, nil
	same := true
	for _, item := range v.Items {
		inner, err := evaluateWhole(item, evaluate)
		if err != nil {
			return nil, err
		}
		if same = same && inner == item; inner != nil {
			whole.Items = append(whole.Items, inner)
		}
	}
	for _, e := range v.Entries {
		inner, err := evaluateWhole(e.Value, evaluate)
		if err != nil {
			return nil, err
		}
		if same = same && inner == e.Value; inner != nil {
			whole.Entries = append(whole.Entries, syntax.Entry{Key: e.Key, Pos: e.Pos, Value: inner})
		}
	}
	if same {
		return v, nil
	}
	return &whole, nil
}

// evaluateWhole evaluates a value and everything inside of what it comes to.
func evaluateWhole(n *syntax.Node, evaluate func(*syntax.Node) (*syntax.Node, error)) (*syntax.Node, error) {
	v, err := evaluate(n)
	if err != nil || v == nil {
		return nil, err
	}
	return Inside(v, evaluate)
}
