package resolve

import (
	"maru/local/internal/template/internal/syntax"
)

// condition is one entry of Conditions, evaluated when first asked for:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html.
type condition struct {
	node *syntax.Node
	// running is true while the condition is evaluated, known once it was.
	running, known bool
	value          truth
	err            error
}

func (s *Scope) readConditions(section *syntax.Node) error {
	for _, e := range section.Entries {
		s.conditions[e.Key] = &condition{node: e.Value}
	}
	return nil
}

// condition tells whether the named condition holds; pos is where it is used.
func (s *Scope) condition(name string, pos syntax.Position) (truth, error) {
	c := s.conditions[name]
	if c == nil && s.open {
		s.approximate(pos, "the condition "+name+" is not known here, and taken for true")
		return truth{holds: true}, nil
	}
	if c == nil {
		return truth{}, syntax.Errorf(pos, "there is no condition %q%s", name, syntax.Suggestion(name, keys(s.conditions)))
	}
	if c.running {
		return truth{}, syntax.Fatalf(pos, "the condition %q depends on itself", name)
	}
	if !c.known {
		c.running = true
		c.value, c.err = evaluation{Scope: s, approximated: s.approximate, conditional: true}.decide(c.node)
		c.running, c.known = false, true
	}
	return c.value, c.err
}

// holding tells whether the condition that an attribute names holds; true for
// no attribute.
func (s *Scope) holding(c *syntax.Node) (truth, error) {
	if c == nil {
		return truth{true, true}, nil
	}
	if c.Kind != syntax.Scalar {
		return truth{}, syntax.Errorf(c.Pos, "Condition has to be the name of a condition, but here is %s", c.Kind)
	}
	return s.condition(c.Value, c.Pos)
}

// CheckConditions evaluates every condition, also those that nothing has.
func (s *Scope) CheckConditions() []error {
	var errs []error
	for _, e := range s.template.Get("Conditions").Fields() {
		if _, err := s.condition(e.Key, e.Pos); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}
