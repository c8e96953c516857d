package resolve

import (
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

// evaluation evaluates calls of intrinsic functions on behalf of one reader.
// Its recursion is bounded: the tree's height is, and a resource's name or a
// condition that depends on itself is an error.
type evaluation struct {
	*Scope
	approximated func(syntax.Position, string)
	// conditional is true inside of Conditions, where resources cannot be
	// referred to: whether they exist depends on the conditions.
	conditional bool
}

// resolve implements Scope.Resolve.
func (e evaluation) resolve(n *syntax.Node) (*syntax.Node, error) {
	name, arg, ok := n.Intrinsic()
	if !ok {
		return e.withIncludes(n)
	}
	switch name {
	case "Ref":
		return e.ref(n.Pos, arg)
	case "Fn::GetAtt":
		return e.getAtt(n.Pos, arg)
	case "Fn::Sub":
		return e.sub(n.Pos, arg)
	case "Fn::If":
		return e.choose(arg)
	case "Fn::FindInMap":
		return e.findInMap(n.Pos, arg)
	case "Fn::Select":
		return e.selectItem(n.Pos, arg)
	case "Fn::Join":
		return e.join(n.Pos, arg)
	case "Fn::Split":
		return e.split(n.Pos, arg)
	case "Fn::Base64":
		value, err := e.text(arg, name)
		return syntax.Text(n.Pos, base64.StdEncoding.EncodeToString([]byte(value))), err
	case "Fn::Cidr":
		return e.cidr(n.Pos, arg)
	case "Fn::GetAZs":
		return e.zones(n.Pos, arg)
	case "Fn::ImportValue":
		return e.importValue(n.Pos, arg)
	case "Fn::Transform":
		return e.transform(n.Pos, arg)
	case "Fn::Length", "Fn::ToJsonString":
		return e.extension(n.Pos, name, arg)
	case "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not":
		return nil, syntax.Errorf(n.Pos, "%s stands only in Conditions; name the condition in Fn::If", name)
	}
	return nil, syntax.Errorf(n.Pos, "%s is not supported", name)
}

// arguments gives the elements of a function's argument list; want says in
// words how many of them there have to be.
func arguments(arg *syntax.Node, name, want string, least, most int) ([]*syntax.Node, error) {
	if arg.Kind != syntax.Sequence || len(arg.Items) < least || len(arg.Items) > most {
		return nil, syntax.Errorf(arg.Pos, "%s takes a list of %s", name, want)
	}
	return arg.Items, nil
}

// text evaluates n to a single value, for the function called name.
func (e evaluation) text(n *syntax.Node, name string) (string, error) {
	v, err := e.resolve(n)
	if err != nil {
		return "", err
	}
	if v == nil || v.Kind != syntax.Scalar {
		return "", syntax.Errorf(n.Pos, "%s takes text here, but got %s", name, kindOf(v))
	}
	return v.Value, nil
}

// list evaluates n to a list and each element of it; elements that come to
// AWS::NoValue are dropped.
func (e evaluation) list(n *syntax.Node, name string) ([]*syntax.Node, error) {
	v, err := e.resolve(n)
	if err != nil {
		return nil, err
	}
	if v == nil || v.Kind != syntax.Sequence {
		return nil, syntax.Errorf(n.Pos, "%s takes a list here, but got %s", name, kindOf(v))
	}
	var items []*syntax.Node
	for _, item := range v.Items {
		r, err := e.resolve(item)
		if err != nil {
			return nil, err
		}
		if r != nil {
			items = append(items, r)
		}
	}
	return items, nil
}

// kindOf is Kind for what may be nil, the value of AWS::NoValue.
func kindOf(n *syntax.Node) syntax.Kind {
	if n == nil {
		return syntax.Null
	}
	return n.Kind
}

func (e evaluation) choose(arg *syntax.Node) (*syntax.Node, error) {
	branch, err := e.branch(arg)
	if err != nil {
		return nil, err
	}
	return e.resolve(branch)
}

// branch gives the argument of Fn::If that its condition picks.
func (e evaluation) branch(arg *syntax.Node) (*syntax.Node, error) {
	args, err := arguments(arg, "Fn::If", "a condition's name and two values", 3, 3)
	if err != nil {
		return nil, err
	}
	condition, err := e.name(args[0], "Fn::If takes a condition's name here")
	if err != nil {
		return nil, err
	}
	holds, err := e.condition(condition, args[0].Pos)
	if err != nil {
		return nil, err
	}
	if holds {
		return args[1], nil
	}
	return args[2], nil
}

func (e evaluation) findInMap(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	most, want := 3, "a mapping's name and two keys"
	if e.extended {
		most, want = 4, "a mapping's name, two keys and maybe a DefaultValue"
	}
	args, err := arguments(arg, "Fn::FindInMap", want, 3, most)
	if err != nil {
		return nil, err
	}
	found, missing, err := e.lookUp(args)
	if err != nil {
		return nil, err
	}
	if missing == nil {
		return found.At(pos), nil
	}
	if len(args) == 4 && args[3].Get("DefaultValue") != nil {
		return e.resolve(args[3].Get("DefaultValue"))
	}
	return nil, missing
}

// lookUp gives the value in Mappings that the three arguments of Fn::FindInMap
// name, or what of it is missing.
func (e evaluation) lookUp(args []*syntax.Node) (found *syntax.Node, missing, err error) {
	found = e.mappings
	for i, what := range []string{"mapping", "key", "key"} {
		key, err := e.mapKey(args[i])
		if err != nil {
			return nil, nil, err
		}
		next := found.Get(key)
		if next == nil {
			return nil, syntax.Errorf(args[i].Pos, "Fn::FindInMap: there is no %s %q%s", what, key, syntax.Suggestion(key, found.Keys())), nil
		}
		found = next
	}
	return found, nil, nil
}

// mapKey evaluates an argument of Fn::FindInMap. Without
// AWS::LanguageExtensions it may be a Ref or another Fn::FindInMap only.
func (e evaluation) mapKey(n *syntax.Node) (string, error) {
	if name, _, ok := n.Intrinsic(); ok && !e.extended && name != "Ref" && name != "Fn::FindInMap" {
		return "", syntax.Errorf(n.Pos, "%s in Fn::FindInMap needs the transform %s", name, Extensions)
	}
	return e.text(n, "Fn::FindInMap")
}

func (e evaluation) selectItem(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	args, err := arguments(arg, "Fn::Select", "an index and a list", 2, 2)
	if err != nil {
		return nil, err
	}
	text, err := e.text(args[0], "Fn::Select")
	if err != nil {
		return nil, err
	}
	items, err := e.list(args[1], "Fn::Select")
	if err != nil {
		return nil, err
	}
	index, err := strconv.Atoi(text)
	if err != nil || index < 0 || index >= len(items) {
		return nil, syntax.Errorf(args[0].Pos, "Fn::Select: %q is not an index of a list of %d", text, len(items))
	}
	return items[index].At(pos), nil
}

func (e evaluation) join(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	args, err := arguments(arg, "Fn::Join", "a delimiter and a list", 2, 2)
	if err != nil {
		return nil, err
	}
	delimiter, err := e.text(args[0], "Fn::Join")
	if err != nil {
		return nil, err
	}
	items, err := e.list(args[1], "Fn::Join")
	if err != nil {
		return nil, err
	}
	out := builder{pos: pos}
	for i, item := range items {
		if item.Kind != syntax.Scalar {
			return nil, syntax.Errorf(item.Pos, "Fn::Join takes a list of texts, but one is %s", item.Kind)
		}
		if i > 0 {
			out.add(delimiter)
		}
		out.add(item.Value)
	}
	return out.text()
}

func (e evaluation) split(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	args, err := arguments(arg, "Fn::Split", "a delimiter and a text", 2, 2)
	if err != nil {
		return nil, err
	}
	delimiter, err := e.text(args[0], "Fn::Split")
	if err != nil {
		return nil, err
	}
	text, err := e.text(args[1], "Fn::Split")
	if err != nil {
		return nil, err
	}
	if delimiter == "" {
		return nil, syntax.Errorf(args[0].Pos, "Fn::Split takes a delimiter here, but it is empty")
	}
	return syntax.List(pos, strings.Split(text, delimiter)), nil
}

// keys gives a map's keys in an order that does not change from run to run.
func keys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
