package resolve

import (
	"errors"

	"maru/local/internal/template/internal/syntax"
)

// truth is what a condition comes to. What depends on something that is not known here
// comes to what its stand-in gives.
type truth struct {
	holds bool
	// known is true where it is so whatever the unknown values are.
	known bool
}

func (t truth) not() truth { return truth{!t.holds, t.known} }

func (t truth) and(u truth) truth {
	refuted := t.known && !t.holds || u.known && !u.holds
	return truth{t.holds && u.holds, refuted || t.known && u.known}
}

func (t truth) or(u truth) truth { return t.not().and(u.not()).not() }

// equal compares two values, of which only the known can be told apart.
func equal(a, b *syntax.Node) truth {
	return truth{a.Kind == syntax.Scalar && b.Kind == syntax.Scalar && a.Value == b.Value, !a.StandIn && !b.StandIn}
}

// contains tells whether a list has a value.
func contains(list, value *syntax.Node) truth {
	found := truth{known: true}
	for _, item := range list.Items {
		found = found.or(equal(item, value))
	}
	return found
}

// decision is a function that comes to true or false.
type decision struct {
	// It takes so many values, in words what want says.
	least, most int
	want        string
	decide      func(e evaluation, args []*syntax.Node) (truth, error)
	// inRules is true for one that stands in Rules only.
	inRules bool
}

// decisions gives the decisions by name:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
// and
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-rules.html.
func decisions() map[string]decision {
	return map[string]decision{
		"Fn::And":              {2, 10, "two to ten conditions", evaluation.decideAll, false},
		"Fn::Or":               {2, 10, "two to ten conditions", evaluation.decideAny, false},
		"Fn::Not":              {1, 1, "one condition", evaluation.decideNot, false},
		"Fn::Equals":           {2, 2, "two values", evaluation.decideEquals, false},
		"Fn::If":               {3, 3, "a condition's name and two conditions", evaluation.decideIf, true},
		"Fn::Contains":         {2, 2, "a list and a value", evaluation.decideContains, true},
		"Fn::EachMemberEquals": {2, 2, "a list and a value", evaluation.decideEachEquals, true},
		"Fn::EachMemberIn":     {2, 2, "two lists", evaluation.decideEachIn, true},
	}
}

// decide evaluates a condition, or in Rules what may stand in the place of one.
func (e evaluation) decide(n *syntax.Node) (truth, error) {
	if n.Kind != syntax.Mapping || len(n.Entries) != 1 {
		return truth{}, e.undecidable(n)
	}
	name, arg := n.Entries[0].Key, n.Entries[0].Value
	if name == "Condition" {
		return e.holding(arg)
	}
	d, ok := decisions()[name]
	if !ok || d.inRules && !e.rules {
		return truth{}, e.undecidable(n)
	}
	args, err := arguments(arg, name, d.want, d.least, d.most)
	if err != nil {
		return truth{}, err
	}
	return d.decide(e, args)
}

// undecidable is the error of what comes neither to true nor to false.
func (e evaluation) undecidable(n *syntax.Node) error {
	if e.rules {
		return syntax.Errorf(n.Pos, "a rule takes one function here that comes to true or false, such as Fn::Equals or Fn::Contains")
	}
	return syntax.Errorf(n.Pos, "a condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition")
}

// decideAll evaluates every condition, so that no error in one depends on the others.
func (e evaluation) decideAll(args []*syntax.Node) (truth, error) {
	all := truth{true, true}
	var errs []error
	for _, a := range args {
		t, err := e.decide(a)
		all, errs = all.and(t), append(errs, err)
	}
	return all, errors.Join(errs...)
}

func (e evaluation) decideAny(args []*syntax.Node) (truth, error) {
	any := truth{false, true}
	var errs []error
	for _, a := range args {
		t, err := e.decide(a)
		any, errs = any.or(t), append(errs, err)
	}
	return any, errors.Join(errs...)
}

func (e evaluation) decideNot(args []*syntax.Node) (truth, error) {
	t, err := e.decide(args[0])
	return t.not(), err
}

func (e evaluation) decideIf(args []*syntax.Node) (truth, error) {
	condition, err := e.holding(args[0])
	yes, yesErr := e.decide(args[1])
	no, noErr := e.decide(args[2])
	return condition.and(yes).or(condition.not().and(no)), errors.Join(err, yesErr, noErr)
}

func (e evaluation) decideEquals(args []*syntax.Node) (truth, error) {
	a, err := e.scalar(args[0], "Fn::Equals")
	if err != nil {
		return truth{}, err
	}
	b, err := e.scalar(args[1], "Fn::Equals")
	if err != nil {
		return truth{}, err
	}
	return equal(a, b), nil
}

func (e evaluation) decideContains(args []*syntax.Node) (truth, error) {
	list, err := e.list(args[0], "Fn::Contains")
	if err != nil {
		return truth{}, err
	}
	value, err := e.scalar(args[1], "Fn::Contains")
	if err != nil {
		return truth{}, err
	}
	return contains(list, value), nil
}

func (e evaluation) decideEachEquals(args []*syntax.Node) (truth, error) {
	list, err := e.list(args[0], "Fn::EachMemberEquals")
	if err != nil {
		return truth{}, err
	}
	value, err := e.scalar(args[1], "Fn::EachMemberEquals")
	if err != nil {
		return truth{}, err
	}
	all := truth{true, true}
	for _, item := range list.Items {
		all = all.and(equal(item, value))
	}
	return all, nil
}

func (e evaluation) decideEachIn(args []*syntax.Node) (truth, error) {
	list, err := e.list(args[0], "Fn::EachMemberIn")
	if err != nil {
		return truth{}, err
	}
	in, err := e.list(args[1], "Fn::EachMemberIn")
	if err != nil {
		return truth{}, err
	}
	all := truth{true, true}
	for _, item := range list.Items {
		all = all.and(contains(in, item))
	}
	return all, nil
}
