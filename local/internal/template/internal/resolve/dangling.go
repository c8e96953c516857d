package resolve

import (
	"regexp"
	"slices"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

// Dangling finds the references, at any depth of a value, to what the template does not
// have: CloudFormation refuses a template with one, whether or not a condition takes it,
// and with "Unresolved resource dependencies". What a macro would add to the template
// nobody knows, so that in one that needs another than SAM's and CloudFormation's own none
// is found.
func (s *Scope) Dangling(n *syntax.Node) []error {
	if n == nil || s.unrunMacros() {
		return nil
	}
	d := dangling{Scope: s}
	d.find(n)
	return d.errs
}

// DanglingNames is Dangling for a list of logical IDs, or one, such as DependsOn.
func (s *Scope) DanglingNames(n *syntax.Node) []error {
	if n == nil || s.unrunMacros() {
		return nil
	}
	d := dangling{Scope: s}
	for _, id := range n.OneOrMore() {
		if id.Kind == syntax.Scalar && s.resources[id.Value] == nil && !s.mayBeGenerated(id.Value) {
			d.errs = append(d.errs, syntax.Errorf(id.Pos, "%q is not a resource of the template%s", id.Value, syntax.Suggestion(id.Value, keys(s.resources))))
		}
	}
	return d.errs
}

// unrunMacros tells whether there are macros that may add to the template.
func (s *Scope) unrunMacros() bool {
	for _, name := range Macros(s.template) {
		if !strings.HasPrefix(name.Value, "AWS::Serverless-") && name.Value != Extensions {
			return true
		}
	}
	return s.template.Get(transformKey) != nil || s.template.Get("Resources").Get(transformKey) != nil
}

// mayBeGenerated tells whether a logical ID may be of what SAM makes beside a resource, or
// what a module has, whose name then begins with that one's:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
// and https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/module-ref-resources.html.
func (s *Scope) mayBeGenerated(id string) bool {
	if strings.HasPrefix(id, "Serverless") {
		return true
	}
	return slices.ContainsFunc(s.order, func(r *Resource) bool {
		generates := strings.HasPrefix(r.Type, "AWS::Serverless::") || strings.HasSuffix(r.Type, "::MODULE")
		return generates && strings.HasPrefix(id, r.keyInTemplate())
	})
}

// keyInTemplate gives the logical ID as the template has it.
func (r *Resource) keyInTemplate() string {
	if r.path == "" {
		return r.LogicalID
	}
	return r.path[strings.LastIndexByte(r.path, '-')+1:]
}

// dangling collects what Dangling finds.
type dangling struct {
	*Scope
	errs []error
}

func (d *dangling) find(n *syntax.Node) {
	if name, arg, call := n.Intrinsic(); call {
		d.call(n.Pos, name, arg)
	}
	for _, item := range n.Items {
		d.find(item)
	}
	for _, e := range n.Entries {
		d.find(e.Value)
	}
}

// call looks at a call of an intrinsic function, but not at what is inside of its
// argument.
func (d *dangling) call(pos syntax.Position, name string, arg *syntax.Node) {
	switch {
	case name == "Ref" && arg.Kind == syntax.Scalar:
		d.name(pos, arg.Value)
	case name == "Fn::GetAtt" && arg.Kind == syntax.Scalar:
		id, _, _ := strings.Cut(arg.Value, ".")
		d.resource(pos, id)
	case name == "Fn::GetAtt" && len(arg.Items) > 0 && arg.Items[0].Kind == syntax.Scalar:
		d.resource(pos, arg.Items[0].Value)
	case name == "Fn::Sub" && arg.Kind == syntax.Scalar:
		d.text(arg, nil)
	case name == "Fn::Sub" && len(arg.Items) == 2 && arg.Items[0].Kind == syntax.Scalar:
		d.text(arg.Items[0], arg.Items[1])
	case name == "Fn::If" && len(arg.Items) > 0 && arg.Items[0].Kind == syntax.Scalar && d.conditions[arg.Items[0].Value] == nil:
		_, err := d.condition(arg.Items[0].Value, arg.Items[0].Pos)
		d.errs = append(d.errs, err)
	}
}

// variable matches what stands for a value in a text of Fn::Sub.
var variable = regexp.MustCompile(`\$\{\s*([a-zA-Z0-9]+)(\.[a-zA-Z0-9.]+)?\s*\}`)

// text looks at a text of Fn::Sub, which has variables of its own.
func (d *dangling) text(text, own *syntax.Node) {
	for _, match := range variable.FindAllStringSubmatch(text.Value, -1) {
		switch name, attribute := match[1], match[2]; {
		case own.Get(name+attribute) != nil:
		case attribute != "":
			d.resource(text.Pos, name)
		default:
			d.name(text.Pos, name)
		}
	}
}

// name looks at the name of a parameter or a resource.
func (d *dangling) name(pos syntax.Position, name string) {
	if !strings.HasPrefix(name, "AWS::") && d.parameters[name] == nil && d.resources[name] == nil && !d.mayBeGenerated(name) {
		d.errs = append(d.errs, d.undefined(pos, name))
	}
}

// resource looks at the logical ID of a resource.
func (d *dangling) resource(pos syntax.Position, id string) {
	if d.resources[id] == nil && !d.mayBeGenerated(id) {
		d.errs = append(d.errs, d.noResource(pos, id))
	}
}

// undefined is the error of a Ref to what there is not.
func (s *Scope) undefined(pos syntax.Position, name string) error {
	return syntax.Errorf(pos, "%q is neither a parameter nor a resource of the template%s", name, syntax.Suggestion(name, s.names))
}

// noResource is the error of a reference to an attribute of what there is not.
func (s *Scope) noResource(pos syntax.Position, id string) error {
	return syntax.Errorf(pos, "Fn::GetAtt: %q is not a resource of the template%s", id, syntax.Suggestion(id, keys(s.resources)))
}

// CheckConditions evaluates every condition, also those that nothing has.
func (s *Scope) CheckConditions() []error {
	var errs []error
	for _, e := range entriesOf(s.template.Get("Conditions")) {
		if _, err := s.condition(e.Key, e.Pos); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// CheckOutputs finds what is wrong with the outputs: references to what there is not,
// conditions that there are not, and values that are missing.
func (s *Scope) CheckOutputs() []error {
	var errs []error
	for _, e := range entriesOf(s.outputs) {
		if e.Value.Get("Value") == nil {
			errs = append(errs, syntax.Errorf(e.Pos, "the output %s has no Value%s", e.Key, syntax.Instead("Value", e.Value.Keys())))
		}
		_, err := s.holding(e.Value.Get("Condition"))
		errs = append(append(errs, err), s.Dangling(e.Value)...)
	}
	return errs
}

// entriesOf gives the entries of a section, which may be absent.
func entriesOf(section *syntax.Node) []syntax.Entry {
	if section == nil {
		return nil
	}
	return section.Entries
}
