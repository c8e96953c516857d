package resolve

import (
	"encoding/base64"
	"maps"
	"slices"

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
	// rules is true inside of Rules, which have functions of their own.
	rules bool
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
		return e.base64(n.Pos, arg)
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
	case "Fn::RefAll", "Fn::ValueOf", "Fn::ValueOfAll":
		return e.lookedUp(n.Pos, name, arg)
	case "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn":
		return nil, syntax.Errorf(n.Pos, "%s stands only in Rules, and comes to true or false there", name)
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

// kindOf is Kind for what may be nil, the value of AWS::NoValue.
func kindOf(n *syntax.Node) syntax.Kind {
	if n == nil {
		return syntax.Null
	}
	return n.Kind
}

func (e evaluation) choose(arg *syntax.Node) (*syntax.Node, error) {
	branch, other, known, err := e.branches(arg)
	if err != nil {
		return nil, err
	}
	v, err := e.resolve(branch)
	if known || err != nil {
		return v, err
	}
	// It may be the other one: that there is nothing is not known then, and what would
	// be there may be who has to be kept away.
	if v == nil {
		v, err = e.resolve(other)
	}
	if v == nil || err != nil {
		return nil, err
	}
	return unknown(v), nil
}

// branches gives the argument of Fn::If that its condition picks, and the other one;
// known is false where the condition depends on what is not known here.
func (e evaluation) branches(arg *syntax.Node) (picked, other *syntax.Node, known bool, err error) {
	args, err := arguments(arg, "Fn::If", "a condition's name and two values", 3, 3)
	if err != nil {
		return nil, nil, false, err
	}
	condition, err := e.name(args[0], "Fn::If takes a condition's name here")
	if err != nil {
		return nil, nil, false, err
	}
	if condition.StandIn && e.conditions[condition.Value] == nil {
		e.approximated(args[0].Pos, "Fn::If: which condition it asks for is not known here; it is taken for false")
		return args[2], args[1], false, nil
	}
	t, err := e.condition(condition.Value, args[0].Pos)
	if t.holds {
		return args[1], args[2], t.known, err
	}
	return args[2], args[1], t.known, err
}

func (e evaluation) base64(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	v, err := e.scalar(arg, "Fn::Base64")
	if err != nil {
		return nil, err
	}
	return unknownIf(syntax.Text(pos, base64.StdEncoding.EncodeToString([]byte(v.Value))), v), nil
}

// keys gives a map's keys in an order that does not change from run to run.
func keys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
