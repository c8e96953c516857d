// Package resolve evaluates the intrinsic functions of a CloudFormation
// template as a stack's creation would: parameters, mappings, conditions, Ref,
// Fn::GetAtt, Fn::Sub and their kin. See
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html.
//
// Evaluation is lazy. Only what a reader asks for is evaluated, so a parameter
// without a value or a function that cannot be evaluated here matters only
// where something depends on it.
//
// What only a deployed stack could know, such as the name AWS makes up for a
// queue, is stood in for by a value of the same shape.
package resolve

import (
	"errors"
	"slices"

	"maru/local/internal/template/internal/syntax"
)

// maxResources is CloudFormation's quota:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html.
const maxResources = 500

// Settings is what a stack gets from outside of its template.
type Settings struct {
	// Parameters are the values given for the template's parameters, by name.
	Parameters                   map[string]string
	Region, AccountID, StackName string
}

// Scope is everything that an intrinsic function can refer to. It is not safe
// for concurrent use.
type Scope struct {
	settings   Settings
	parameters map[string]*parameter
	mappings   *syntax.Node
	conditions map[string]*condition
	resources  map[string]*Resource
	order      []*Resource
	// names holds every name that Ref accepts, for suggestions.
	names []string
}

// Resource is one entry of the template's Resources.
type Resource struct {
	LogicalID string
	Type      string
	// Node is the resource's mapping with Type, Properties and the rest.
	Node *syntax.Node
	// Pos is where the logical ID stands.
	Pos syntax.Position

	// properties caches those that references to the resource need; the value
	// is nil while it is evaluated.
	properties map[string]*syntax.Node
}

// New reads the sections of the template that others refer to. The Scope is
// usable even with an error, which holds everything wrong in these sections.
func New(template *syntax.Node, settings Settings) (*Scope, error) {
	s := &Scope{
		settings:   settings,
		parameters: map[string]*parameter{},
		conditions: map[string]*condition{},
		resources:  map[string]*Resource{},
	}
	var errs []error
	for _, section := range []struct {
		key  string
		read func(*Scope, *syntax.Node) error
	}{
		{"Parameters", (*Scope).readParameters},
		{"Mappings", (*Scope).readMappings},
		{"Conditions", (*Scope).readConditions},
		{"Resources", (*Scope).readResources},
	} {
		n := template.Get(section.key)
		if n == nil || n.Kind == syntax.Null {
			continue
		}
		if n.Kind != syntax.Mapping {
			errs = append(errs, syntax.Errorf(n.Pos, "%s has to be a mapping, but here is %s", section.key, n.Kind))
			continue
		}
		errs = append(errs, section.read(s, n))
	}
	errs = append(errs, s.checkOverrides(template.Pos))
	s.names = slices.Concat(template.Get("Parameters").Keys(), template.Get("Resources").Keys(), pseudoParameters)
	return s, errors.Join(errs...)
}

func (s *Scope) readMappings(section *syntax.Node) error {
	s.mappings = section
	return nil
}

func (s *Scope) readResources(section *syntax.Node) error {
	if n := len(section.Entries); n > maxResources {
		return syntax.Errorf(section.Pos, "the template has %d resources; CloudFormation takes %d at most", n, maxResources)
	}
	var errs []error
	for _, e := range section.Entries {
		if err := s.readResource(e); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (s *Scope) readResource(e syntax.Entry) error {
	if name, _, ok := (&syntax.Node{Kind: syntax.Mapping, Entries: []syntax.Entry{e}}).Intrinsic(); ok {
		return syntax.Errorf(e.Pos, "%s is not supported", name)
	}
	if e.Value.Kind != syntax.Mapping {
		return syntax.Errorf(e.Value.Pos, "the resource %s has to be a mapping, but here is %s", e.Key, e.Value.Kind)
	}
	kind := e.Value.Get("Type")
	if kind == nil || kind.Kind != syntax.Scalar {
		return syntax.Errorf(e.Pos, "the resource %s has no Type%s", e.Key, syntax.Suggestion("Type", e.Value.Keys()))
	}
	r := &Resource{LogicalID: e.Key, Type: kind.Value, Node: e.Value, Pos: e.Pos, properties: map[string]*syntax.Node{}}
	s.resources[e.Key] = r
	s.order = append(s.order, r)
	return nil
}

// Resources returns the template's resources in its order, those whose
// condition is false included.
func (s *Scope) Resources() []*Resource { return s.order }

// Resource returns the resource with a logical ID, or nil.
func (s *Scope) Resource(logicalID string) *Resource { return s.resources[logicalID] }

// Present tells whether the resource's Condition holds; a resource without one
// is always there.
func (s *Scope) Present(r *Resource) (bool, error) {
	c := r.Node.Get("Condition")
	if c == nil {
		return true, nil
	}
	if c.Kind != syntax.Scalar {
		return false, syntax.Errorf(c.Pos, "Condition has to be the name of a condition, but here is %s", c.Kind)
	}
	return s.condition(c.Value, c.Pos)
}

// Resolve evaluates n if it is a call of an intrinsic function, and returns it
// as it is otherwise; what is inside of the result is not evaluated. The result
// is nil where n comes to AWS::NoValue, which removes a property. Values that
// stand in for what only AWS knows are reported to approximated.
func (s *Scope) Resolve(n *syntax.Node, approximated func(syntax.Position, string)) (*syntax.Node, error) {
	return evaluation{s, approximated, false}.resolve(n)
}
