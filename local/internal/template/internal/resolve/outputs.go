package resolve

import (
	"fmt"
	"slices"

	"maru/local/internal/template/internal/syntax"
)

func (s *Scope) readOutputs(section *syntax.Node) error {
	s.outputs = section
	return nil
}

// output gives the value of one of the stack's outputs for its use at pos, in
// another stack:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html.
func (s *Scope) output(pos syntax.Position, name string, approximated func(syntax.Position, string)) (*syntax.Node, error) {
	o := s.outputs.Get(name)
	if o == nil {
		return nil, syntax.Errorf(pos, "%s has no output %q%s", s.file, name, syntax.Suggestion(name, s.outputs.Keys()))
	}
	present, err := s.holding(o.Get("Condition"))
	if err != nil {
		return nil, err
	}
	value := o.Get("Value")
	if !present.holds || value == nil {
		return nil, syntax.Errorf(pos, "%s has no output %q: its condition is false or it has no Value", s.file, name)
	}
	e := evaluation{Scope: s, approximated: func(_ syntax.Position, text string) { approximated(pos, text) }}
	v, err := e.resolve(value)
	if err != nil {
		return nil, err
	}
	if v == nil || v.Kind != syntax.Scalar {
		return nil, syntax.Errorf(value.Pos, "an output has to be text, but this is %s", kindOf(v))
	}
	return v.At(pos), nil
}

// nestedOutput gives {Fn::GetAtt: [r, Outputs.name]}.
func (e evaluation) nestedOutput(pos syntax.Position, r *Resource, name string) (*syntax.Node, error) {
	if err := e.mustBePresent(pos, r); err != nil {
		return nil, err
	}
	child, err := e.Nested(r)
	if err != nil {
		return nil, err
	}
	if child == nil {
		return e.attributeOf(pos, r, "Outputs."+name)
	}
	return child.output(pos, name, e.approximated)
}

// importValue gives the value of an export: one given from outside, else that
// of a stack of the tree.
func (e evaluation) importValue(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	if e.conditional {
		return nil, syntax.Errorf(pos, "conditions and loops cannot import values")
	}
	name, err := e.text(arg, "Fn::ImportValue")
	if err != nil {
		return nil, err
	}
	if value, ok := e.tree.imports[name]; ok {
		return syntax.Text(pos, value), nil
	}
	if e.tree.exporting[name] {
		return nil, syntax.Fatalf(pos, "the export %q depends on itself", name)
	}
	// A stack that exports the value need not be read before the one in need.
	e.tree.scopes[0].loadNested()
	for _, s := range e.tree.scopes {
		if output := s.exported(name); output != "" {
			e.tree.exporting = with(e.tree.exporting, name)
			defer delete(e.tree.exporting, name)
			return s.output(pos, output, e.approximated)
		}
	}
	// Another stack has it: what is deployed finds it, and much runs without.
	return e.standIn(pos, name, fmt.Sprintf("there is no export %q; give its value with --parameter-overrides %s=…; its name stands for it", name, name)), nil
}

// with adds a key to a set, which may be nil.
func with(set map[string]bool, key string) map[string]bool {
	if set == nil {
		set = map[string]bool{}
	}
	set[key] = true
	return set
}

// exported gives the output that the stack exports by a name, "" for none. The
// names of exports, like conditions, cannot depend on resources.
func (s *Scope) exported(name string) (output string) {
	if s.outputs == nil {
		return ""
	}
	e := evaluation{Scope: s, approximated: silent, conditional: true}
	for _, entry := range s.outputs.Entries {
		n := entry.Value.Get("Export").Get("Name")
		if n == nil {
			continue
		}
		if present, err := s.holding(entry.Value.Get("Condition")); !present.holds || err != nil {
			continue
		}
		if text, err := e.text(n, "Name"); err == nil && text == name {
			return entry.Key
		}
	}
	return ""
}

// imported gives the names of the exports that the tree's templates import.
func (t *tree) imported() []string {
	names := []string{}
	for _, s := range t.scopes {
		e := evaluation{Scope: s, approximated: silent, conditional: true}
		for name, arg := range s.template.Calls() {
			if name != "Fn::ImportValue" {
				continue
			}
			if text, err := e.text(arg, name); err == nil && !slices.Contains(names, text) {
				names = append(names, text)
			}
		}
	}
	return names
}

// CheckOutputs finds what is wrong with the outputs: references to what there is not,
// conditions that there are not, and values that are missing.
func (s *Scope) CheckOutputs() []error {
	var errs []error
	for _, e := range s.outputs.Fields() {
		if e.Value.Get("Value") == nil && e.Value.Get(transformKey) == nil {
			errs = append(errs, syntax.Errorf(e.Pos, "the output %s has no Value%s", e.Key, syntax.Instead("Value", e.Value.Keys())))
		}
		_, err := s.holding(e.Value.Get("Condition"))
		errs = append(append(errs, err), s.Dangling(e.Value)...)
	}
	return errs
}
