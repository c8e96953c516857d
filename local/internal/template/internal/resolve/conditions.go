package resolve

import (
	"errors"

	"maru/local/internal/template/internal/syntax"
)

// condition is one entry of Conditions, evaluated when first asked for:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html.
type condition struct {
	node *syntax.Node
	// running is true while the condition is evaluated, known once it was.
	running, known bool
	value          bool
	// guessed is true where the value depends on what is not known here.
	guessed bool
	err     error
}

func (s *Scope) readConditions(section *syntax.Node) error {
	for _, e := range section.Entries {
		s.conditions[e.Key] = &condition{node: e.Value}
	}
	return nil
}

// condition tells whether the named condition holds; pos is where it is used.
func (s *Scope) condition(name string, pos syntax.Position) (bool, error) {
	c := s.conditions[name]
	if c == nil {
		return false, syntax.Errorf(pos, "there is no condition %q%s", name, syntax.Suggestion(name, keys(s.conditions)))
	}
	if c.running {
		return false, syntax.Fatalf(pos, "the condition %q depends on itself", name)
	}
	if !c.known {
		c.running = true
		c.value, c.err = evaluation{Scope: s, approximated: s.approximate, conditional: true, guessed: &c.guessed}.holds(c.node)
		c.running, c.known = false, true
	}
	return c.value, c.err
}

// holds evaluates one condition function.
func (e evaluation) holds(n *syntax.Node) (bool, error) {
	if n.Kind != syntax.Mapping || len(n.Entries) != 1 {
		return false, notCondition(n.Pos)
	}
	arg := n.Entries[0].Value
	switch n.Entries[0].Key {
	case "Condition":
		if arg.Kind != syntax.Scalar {
			return false, syntax.Errorf(arg.Pos, "Condition has to be the name of a condition, but here is %s", arg.Kind)
		}
		value, err := e.condition(arg.Value, arg.Pos)
		if err == nil && e.conditions[arg.Value].guessed {
			e.guess()
		}
		return value, err
	case "Fn::Equals":
		return e.equals(arg)
	case "Fn::Not":
		if arg.Kind != syntax.Sequence || len(arg.Items) != 1 {
			return false, syntax.Errorf(n.Pos, "Fn::Not takes a list of one condition")
		}
		value, err := e.holds(arg.Items[0])
		return !value, err
	case "Fn::And":
		return e.combine(n.Pos, arg, false)
	case "Fn::Or":
		return e.combine(n.Pos, arg, true)
	}
	return false, notCondition(n.Pos)
}

func notCondition(pos syntax.Position) error {
	return syntax.Errorf(pos, "a condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition")
}

func (e evaluation) equals(arg *syntax.Node) (bool, error) {
	args, err := arguments(arg, "Fn::Equals", "two values", 2, 2)
	if err != nil {
		return false, err
	}
	a, err := e.scalar(args[0], "Fn::Equals")
	if err != nil {
		return false, err
	}
	b, err := e.scalar(args[1], "Fn::Equals")
	if err != nil {
		return false, err
	}
	if a.StandIn || b.StandIn {
		e.guess()
	}
	return a.Value == b.Value, nil
}

// guess records that a condition depends on what is not known here.
func (e evaluation) guess() {
	if e.guessed != nil {
		*e.guessed = true
	}
}

// combine is Fn::Or where one true operand decides, Fn::And where one false
// operand does. All operands are evaluated, so that no error in them depends on
// the others.
func (e evaluation) combine(pos syntax.Position, arg *syntax.Node, decisive bool) (bool, error) {
	if arg.Kind != syntax.Sequence || len(arg.Items) < 2 || len(arg.Items) > 10 {
		return false, syntax.Errorf(pos, "Fn::And and Fn::Or take a list of two to ten conditions")
	}
	result := !decisive
	var errs []error
	for _, item := range arg.Items {
		value, err := e.holds(item)
		errs = append(errs, err)
		if value == decisive {
			result = decisive
		}
	}
	return result, errors.Join(errs...)
}
