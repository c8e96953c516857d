package resolve

import (
	"fmt"
	"strconv"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

func (e evaluation) selectItem(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	args, err := arguments(arg, "Fn::Select", "an index and a list", 2, 2)
	if err != nil {
		return nil, err
	}
	at, err := e.scalar(args[0], "Fn::Select")
	if err != nil {
		return nil, err
	}
	list, err := e.list(args[1], "Fn::Select")
	if err != nil {
		return nil, err
	}
	index, err := strconv.Atoi(at.Value)
	switch valid := err == nil && index >= 0; {
	case valid && index < len(list.Items):
		return unknownIf(list.Items[index].At(pos), at), nil
	case at.StandIn || valid && list.StandIn:
		return e.anyItem(pos, at, list), nil
	}
	return nil, syntax.Errorf(args[0].Pos, "Fn::Select: %q is not an index of a list of %d", at.Value, len(list.Items))
}

// anyItem gives what stands for the element of a list at an index, where one of them is
// not known: the last element, empty text where there is none.
func (e evaluation) anyItem(pos syntax.Position, index, list *syntax.Node) *syntax.Node {
	item := syntax.Text(pos, "")
	if n := len(list.Items); n > 0 {
		item = list.Items[n-1].At(pos)
	}
	what := "the list is not known here, and so is what it has at " + index.Value
	if index.StandIn {
		what = "the index " + index.Value + " is not known here"
	}
	e.approximated(pos, fmt.Sprintf("Fn::Select: %s; %q stands for it", what, item.Value))
	return unknown(item)
}

func (e evaluation) join(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	args, err := arguments(arg, "Fn::Join", "a delimiter and a list", 2, 2)
	if err != nil {
		return nil, err
	}
	delimiter, err := e.scalar(args[0], "Fn::Join")
	if err != nil {
		return nil, err
	}
	list, err := e.list(args[1], "Fn::Join")
	if err != nil {
		return nil, err
	}
	out := builder{pos: pos, unknown: list.StandIn}
	for i, item := range list.Items {
		if item.Kind != syntax.Scalar {
			return nil, syntax.Errorf(item.Pos, "Fn::Join takes a list of texts, but one is %s", item.Kind)
		}
		if i > 0 {
			out.addValue(delimiter)
		}
		out.addValue(item)
	}
	return out.text()
}

func (e evaluation) split(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	args, err := arguments(arg, "Fn::Split", "a delimiter and a text", 2, 2)
	if err != nil {
		return nil, err
	}
	delimiter, err := e.scalar(args[0], "Fn::Split")
	if err != nil {
		return nil, err
	}
	text, err := e.scalar(args[1], "Fn::Split")
	if err != nil {
		return nil, err
	}
	if delimiter.Value == "" {
		return nil, syntax.Errorf(args[0].Pos, "Fn::Split takes a delimiter here, but it is empty")
	}
	return unknownIf(syntax.List(pos, strings.Split(text.Value, delimiter.Value)), text, delimiter), nil
}

// length gives the number of a list's elements.
func (e evaluation) length(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	list, err := e.list(arg, "Fn::Length")
	if err != nil {
		return nil, err
	}
	n := strconv.Itoa(len(list.Items))
	if list.StandIn {
		e.approximated(pos, "Fn::Length: the list is not known here; "+n+" stands for its length")
	}
	return unknownIf(syntax.Text(pos, n), list), nil
}
