package resolve

import "maru/local/internal/template/internal/syntax"

// A value that only a deployed stack could know is stood in for by a text, or by a list
// that has one. Nodes of such values are marked, and so is what functions make of them:
// what is not known may have any form, so no function refuses it for the form that its
// stand-in has. What is known and wrong stays an error.

// unknown marks v, and the elements that it has, as standing in for what is not known.
func unknown(v *syntax.Node) *syntax.Node {
	marked := *v
	marked.StandIn, marked.Items = true, nil
	for _, item := range v.Items {
		marked.Items = append(marked.Items, unknown(item))
	}
	return &marked
}

// unknownIf is unknown for what depends on others, if any of these is not known.
func unknownIf(v *syntax.Node, others ...*syntax.Node) *syntax.Node {
	for _, o := range others {
		if o.StandIn {
			return unknown(v)
		}
	}
	return v
}

// scalar evaluates n to a single value, for the function called name.
func (e evaluation) scalar(n *syntax.Node, name string) (*syntax.Node, error) {
	v, err := e.resolve(n)
	if err != nil {
		return nil, err
	}
	if v == nil || v.Kind != syntax.Scalar {
		return nil, syntax.Errorf(n.Pos, "%s takes text here, but got %s", name, kindOf(v))
	}
	return v, nil
}

// text evaluates n to the text of a single value, for the function called name.
func (e evaluation) text(n *syntax.Node, name string) (string, error) {
	v, err := e.scalar(n, name)
	if err != nil {
		return "", err
	}
	return v.Value, nil
}

// list evaluates n to a list and each element of it; elements that come to
// AWS::NoValue are dropped. A text that stands in for a list becomes its one element.
func (e evaluation) list(n *syntax.Node, name string) (*syntax.Node, error) {
	v, err := e.resolve(n)
	if err != nil {
		return nil, err
	}
	if v != nil && v.Kind == syntax.Scalar && v.StandIn {
		e.approximated(n.Pos, name+": the list is not known here; "+v.Value+" stands for what is in it")
		v = unknown(syntax.List(v.Pos, []string{v.Value}))
	}
	if v == nil || v.Kind != syntax.Sequence {
		return nil, syntax.Errorf(n.Pos, "%s takes a list here, but got %s", name, kindOf(v))
	}
	evaluated := &syntax.Node{Kind: syntax.Sequence, Pos: v.Pos, StandIn: v.StandIn}
	for _, item := range v.Items {
		r, err := e.resolve(item)
		if err != nil {
			return nil, err
		}
		if r != nil {
			evaluated.Items = append(evaluated.Items, r)
		}
	}
	return evaluated, nil
}
