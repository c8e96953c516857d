package resolve

import (
	"regexp"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

// Dangling finds the references, at any depth of a value, to what the template does not
// have: CloudFormation refuses a template with one, whether or not a condition takes it,
// and with "Unresolved resource dependencies". In a template that is not known whole none is
// found.
func (s *Scope) Dangling(n *syntax.Node) []error {
	if n == nil || s.open {
		return nil
	}
	d := dangling{Scope: s}
	d.find(n)
	return d.errs
}

// DanglingNames is Dangling for a list of logical IDs, or one, such as DependsOn.
func (s *Scope) DanglingNames(n *syntax.Node) []error {
	if n == nil || s.open {
		return nil
	}
	var errs []error
	for _, id := range n.OneOrMore() {
		if id.Kind == syntax.Scalar && s.resources[id.Value] == nil && !s.foreign(id.Value) {
			errs = append(errs, s.noResource(id.Pos, id.Value))
		}
	}
	return errs
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

// name looks at the name of a parameter or a resource, or of what SAM lets a resource's
// name have behind a dot.
func (d *dangling) name(pos syntax.Position, name string) {
	if id, _, ok := strings.Cut(name, "."); ok && d.resources[id] != nil {
		return
	}
	if !strings.HasPrefix(name, "AWS::") && d.parameters[name] == nil && d.resources[name] == nil && !d.foreign(name) {
		d.errs = append(d.errs, d.undefined(pos, name))
	}
}

// resource looks at the logical ID of a resource.
func (d *dangling) resource(pos syntax.Position, id string) {
	if d.resources[id] == nil && !d.foreign(id) {
		d.errs = append(d.errs, d.noResource(pos, id))
	}
}
