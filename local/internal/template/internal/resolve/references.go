package resolve

import (
	"fmt"
	"slices"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

// pseudoParameters are the names that every template may refer to:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html.
var pseudoParameters = []string{
	"AWS::AccountId", "AWS::NoValue", "AWS::NotificationARNs", "AWS::Partition",
	"AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix",
}

// stackARN is AWS::StackId. Its last part is a UUID that AWS makes up per stack.
const stackARN = "arn:aws:cloudformation:${Region}:${Account}:stack/${Name}/00000000-0000-4000-8000-000000000000"

// pseudo gives a pseudo parameter's value; ok is false for other names.
func (s *Scope) pseudo(pos syntax.Position, name string) (value *syntax.Node, ok bool) {
	switch name {
	case "AWS::NoValue":
		return nil, true
	case "AWS::NotificationARNs":
		return unknown(syntax.List(pos, nil)), true
	case "AWS::AccountId":
		return syntax.Text(pos, s.settings.AccountID), true
	case "AWS::Partition":
		return syntax.Text(pos, "aws"), true
	case "AWS::Region":
		return syntax.Text(pos, s.settings.Region), true
	case "AWS::StackId":
		return syntax.Text(pos, s.expand(stackARN, s.settings.StackName)), true
	case "AWS::StackName":
		return syntax.Text(pos, s.settings.StackName), true
	case "AWS::URLSuffix":
		return syntax.Text(pos, "amazonaws.com"), true
	}
	return nil, false
}

func (e evaluation) ref(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	name, err := e.name(arg, "Ref takes a name")
	if err != nil {
		return nil, err
	}
	if name.StandIn && !slices.Contains(e.names, name.Value) {
		e.approximated(pos, "Ref: the name is not known here; "+name.Value+" stands for its value")
		return name.At(pos), nil
	}
	return e.reference(pos, name.Value)
}

// name gives a name that CloudFormation wants written out, and takes from
// intrinsic functions with AWS::LanguageExtensions only.
func (e evaluation) name(n *syntax.Node, want string) (*syntax.Node, error) {
	if e.extended && n.Kind == syntax.Mapping {
		return e.scalar(n, "a name")
	}
	if n.Kind != syntax.Scalar {
		return nil, syntax.Errorf(n.Pos, "%s, but got %s", want, n.Kind)
	}
	return n, nil
}

// Ref gives what {Ref: r} stands for; stand-ins are not reported.
func (s *Scope) Ref(r *Resource) (*syntax.Node, error) {
	return evaluation{Scope: s, approximated: silent}.refResource(r.Pos, r)
}

// reference gives what {Ref: name} stands for.
func (e evaluation) reference(pos syntax.Position, name string) (*syntax.Node, error) {
	if value, ok := e.pseudo(pos, name); ok {
		return value, nil
	}
	if p := e.parameters[name]; p != nil {
		return e.parameter(pos, p)
	}
	if e.conditional {
		return nil, syntax.Errorf(pos, "%q is not a parameter of the template; conditions and loops cannot refer to anything else%s",
			name, syntax.Suggestion(name, keys(e.parameters)))
	}
	if r := e.resources[name]; r != nil {
		return e.refResource(pos, r)
	}
	if value, err := e.generated(pos, name); value != nil || err != nil {
		return value, err
	}
	if e.foreign(name) {
		return e.standIn(pos, name, name+" is not known here; its name stands for it"), nil
	}
	return nil, e.undefined(pos, name)
}

func (e evaluation) parameter(pos syntax.Position, p *parameter) (*syntax.Node, error) {
	if p.err != nil {
		return nil, p.err
	}
	if p.value == nil { // what is deployed has one, and much runs without
		e.approximated(pos, fmt.Sprintf(
			"the parameter %s has no value; give one with --parameter-overrides %s=…; its name stands for it", p.name, p.name))
		return unknown(p.standIn().At(pos)), nil
	}
	value := p.value.At(pos)
	if p.stored || p.given.standIn {
		value = unknown(value)
	}
	if p.stored {
		e.approximated(pos, "Parameter Store is not read: the value of the parameter "+p.name+" is taken as it is")
	}
	for _, a := range p.given.approximations {
		e.approximated(pos, a)
	}
	return value, nil
}

func (e evaluation) getAtt(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	var id, attribute string
	switch {
	case arg.Kind == syntax.Scalar:
		id, attribute, _ = strings.Cut(arg.Value, ".")
	case arg.Kind == syntax.Sequence && len(arg.Items) == 2:
		name, err := e.name(arg.Items[0], "Fn::GetAtt takes a resource's name here")
		if err != nil {
			return nil, err
		}
		// The attribute's name, unlike the resource's, may be a Ref.
		if attribute, err = e.text(arg.Items[1], "Fn::GetAtt"); err != nil {
			return nil, err
		}
		if id = name.Value; name.StandIn && e.resources[id] == nil {
			name := id + "." + attribute
			return e.standIn(pos, name, "Fn::GetAtt: the resource is not known here; "+name+" stands for its attribute"), nil
		}
	}
	if id == "" || attribute == "" {
		return nil, syntax.Errorf(arg.Pos, "Fn::GetAtt takes a resource and its attribute, LogicalID.Attribute")
	}
	return e.attribute(pos, id, attribute)
}

// attribute gives what {Fn::GetAtt: [id, attribute]} stands for.
func (e evaluation) attribute(pos syntax.Position, id, attribute string) (*syntax.Node, error) {
	if e.conditional {
		return nil, syntax.Errorf(pos, "conditions cannot refer to an attribute of a resource")
	}
	if value, err := e.generated(pos, id+"."+attribute); value != nil || err != nil {
		return value, err
	}
	r := e.resources[id]
	if r == nil && e.foreign(id) {
		name := id + "." + attribute
		return e.standIn(pos, name, name+" is not known here; its name stands for it"), nil
	}
	if r == nil {
		return nil, e.noResource(pos, id)
	}
	if name, ok := strings.CutPrefix(attribute, "Outputs."); ok && r.nested != nil {
		return e.nestedOutput(pos, r, name)
	}
	return e.attributeOf(pos, r, attribute)
}

// mustBePresent refuses references to a resource whose condition is false, as
// CloudFormation does.
func (e evaluation) mustBePresent(pos syntax.Position, r *Resource) error {
	present, err := e.Present(r)
	if err == nil && !present && !e.PresenceKnown(r) {
		e.approximated(pos, "the resource "+r.LogicalID+" may not be there: its condition depends on what is not known here")
		return nil
	}
	if err == nil && !present {
		return syntax.Errorf(pos, "the resource %s is not created: its condition %s is false", r.LogicalID, r.Node.Get("Condition").Value)
	}
	return err
}

// LogicalID gives the resource that n names, as the property that links an
// event to its API does: by {Ref: ID} or by the ID as text, either of them
// possibly inside of Fn::If. It is "" where n comes to AWS::NoValue. It is outside
// where n is put together by another function, such as Fn::ImportValue, or is a
// parameter with another value than an ID: no resource of the template is meant then.
func (s *Scope) LogicalID(n *syntax.Node) (id string, outside bool, err error) {
	e := evaluation{Scope: s, approximated: silent}
	for n.Kind == syntax.Mapping {
		name, arg, _ := n.Intrinsic()
		switch {
		case name == "Ref" && arg.Kind == syntax.Scalar && s.parameters[arg.Value] == nil:
			if arg.Value == "AWS::NoValue" {
				return "", false, nil
			}
			return s.uniqueID(arg.Value), false, nil
		case name == "Fn::If":
			if n, _, _, err = e.branches(arg); err != nil {
				return "", false, err
			}
		case name != "":
			v, err := e.resolve(n)
			if v == nil || err != nil || v.Kind != syntax.Scalar || s.resources[v.Value] == nil {
				return "", true, err
			}
			return s.uniqueID(v.Value), false, nil
		default:
			return "", false, syntax.Errorf(n.Pos, "this has to be a resource of the template, by !Ref or by its logical ID")
		}
	}
	if n.Kind != syntax.Scalar {
		return "", false, syntax.Errorf(n.Pos, "this has to be a resource of the template, but here is %s", n.Kind)
	}
	return s.uniqueID(n.Value), false, nil
}

// uniqueID gives the LogicalID of the resource that the template calls id, id
// itself for none.
func (s *Scope) uniqueID(id string) string {
	if r := s.resources[id]; r != nil {
		return r.LogicalID
	}
	return id
}

// undefined is the error of a Ref to what there is not.
func (s *Scope) undefined(pos syntax.Position, name string) error {
	return syntax.Errorf(pos, "%q is neither a parameter nor a resource of the template%s", name, syntax.Suggestion(name, s.names))
}

// noResource is the error of a reference to an attribute of what there is not.
func (s *Scope) noResource(pos syntax.Position, id string) error {
	return syntax.Errorf(pos, "%q is not a resource of the template%s", id, syntax.Suggestion(id, keys(s.resources)))
}
