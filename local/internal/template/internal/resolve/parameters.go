package resolve

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"maru/local/internal/template/internal/syntax"
)

// parameter is one entry of Parameters:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html.
type parameter struct {
	name string
	pos  syntax.Position
	kind string
	// value is a Scalar, or a Sequence for the list types; nil where there is
	// neither an override nor a default.
	value *syntax.Node
	// stored is true for a value that AWS would read from Parameter Store.
	stored bool
	noEcho bool
	// given is where its value is from; the zero value stands for the default.
	given given
	// err is what is wrong with it, which whatever refers to it has as well.
	err error
}

// given is a value for a parameter from outside of the template: of
// --parameter-overrides or of the resource that is the nested stack.
type given struct {
	text string
	// pos has a Line only in the template around a nested stack.
	pos            syntax.Position
	approximations []string
	// standIn is true for a value that is not known here.
	standIn bool
}

// parameterKeys are the attributes a parameter may have.
var parameterKeys = []string{
	"Type", "Default", "Description", "AllowedValues", "AllowedPattern", "ConstraintDescription",
	"MinLength", "MaxLength", "MinValue", "MaxValue", "NoEcho",
}

var storedType = regexp.MustCompile(`^AWS::SSM::Parameter::Value<(.+)>$`)

func (s *Scope) readParameters(section *syntax.Node) error {
	var errs []error
	for _, e := range section.Entries {
		p := &parameter{name: e.Key, pos: e.Pos}
		s.parameters[e.Key] = p
		p.err = p.read(e.Value, s.given)
		if _, ok := s.given[e.Key]; ok && s.parent == nil {
			p.err = syntax.Fatal(p.err) // whoever starts the host can give another value
		}
		errs = append(errs, p.err)
	}
	return errors.Join(errs...)
}

// checkOverrides finds values that were given for parameters which do not
// exist, unless they are for exports that the tree imports. In a nested stack
// that is an error, as in CloudFormation; on the command line, where one list
// may serve several templates, it is noted.
func (s *Scope) checkOverrides() error {
	var errs []error
	var imported []string
	for _, name := range keys(s.given) {
		if s.parameters[name] != nil {
			continue
		}
		if imported == nil {
			imported = s.tree.imported()
		}
		if slices.Contains(imported, name) {
			continue
		}
		suggestion := syntax.Suggestion(name, slices.Concat(keys(s.parameters), imported))
		if s.prefix == "" {
			s.approximate(syntax.Position{File: s.file, Line: 1, Column: 1},
				"--parameter-overrides names "+strconv.Quote(name)+", which is not a parameter of the template"+suggestion)
			continue
		}
		errs = append(errs, syntax.Errorf(s.given[name].pos, "the nested stack is given %q, which is not a parameter of the template%s",
			name, suggestion))
	}
	return errors.Join(errs...)
}

func (p *parameter) read(n *syntax.Node, overrides map[string]given) error {
	if n.Kind != syntax.Mapping {
		return syntax.Errorf(n.Pos, "the parameter %s has to be a mapping with a Type, but here is %s", p.name, n.Kind)
	}
	for _, e := range n.Entries {
		if !slices.Contains(parameterKeys, e.Key) {
			return syntax.Errorf(e.Pos, "%q is not an attribute of a parameter%s", e.Key, syntax.Suggestion(e.Key, parameterKeys))
		}
		if e.Key != "AllowedValues" && e.Value.Kind != syntax.Scalar {
			return syntax.Errorf(e.Value.Pos, "%s has to be a single value, but here is %s", e.Key, e.Value.Kind)
		}
	}
	kind := n.Get("Type")
	if kind == nil {
		return syntax.Errorf(p.pos, "the parameter %s has no Type%s", p.name, syntax.Instead("Type", n.Keys()))
	}
	if err := p.readType(kind); err != nil {
		return err
	}
	if v := n.Get("NoEcho"); v != nil {
		p.noEcho = strings.EqualFold(v.Value, "true")
	}
	value, pos := n.Get("Default"), p.pos
	if g, ok := overrides[p.name]; ok {
		value, p.given = syntax.Text(p.pos, g.text), g
		if g.pos.Line > 0 {
			pos = g.pos
		}
	} else if value != nil {
		pos = value.Pos
	}
	if value == nil {
		return nil
	}
	return p.set(value.At(pos), n)
}

func (p *parameter) readType(n *syntax.Node) error {
	p.kind = n.Value
	if m := storedType.FindStringSubmatch(p.kind); m != nil {
		p.stored, p.kind = true, m[1]
	}
	types := []string{"String", "Number", "CommaDelimitedList", "List<Number>", "List<String>"}
	// AWS's own types (AWS::EC2::VPC::Id) are checked by AWS against the account.
	if strings.HasPrefix(strings.TrimPrefix(p.kind, "List<"), "AWS::") || slices.Contains(types, p.kind) {
		return nil
	}
	return syntax.Errorf(n.Pos, "%q is not a type of parameter%s", n.Value, syntax.Suggestion(n.Value, types))
}

// standIn is what stands for a parameter without a value.
func (p *parameter) standIn() *syntax.Node {
	if p.isList() {
		return syntax.List(p.pos, []string{p.name})
	}
	return syntax.Text(p.pos, p.name)
}

func (p *parameter) isList() bool {
	return p.kind == "CommaDelimitedList" || strings.HasPrefix(p.kind, "List<")
}

// set takes the value after checking it against the declaration's constraints.
func (p *parameter) set(value, declaration *syntax.Node) error {
	if p.isList() {
		p.value = syntax.List(value.Pos, splitList(value.Value))
	} else {
		p.value = value
	}
	if p.stored || p.given.standIn {
		return nil // the constraints are for the value in Parameter Store, or of AWS
	}
	values := p.value.Items
	if p.value.Kind == syntax.Scalar {
		values = []*syntax.Node{p.value}
	}
	for _, v := range values {
		if problem := p.check(v.Value, declaration); problem != "" {
			return p.invalid(v, problem, declaration)
		}
	}
	return nil
}

func (p *parameter) invalid(value *syntax.Node, problem string, declaration *syntax.Node) error {
	shown := strconv.Quote(value.Value)
	if p.noEcho {
		shown = "the value" // NoEcho keeps it off terminals
	}
	if d := declaration.Get("ConstraintDescription"); d != nil {
		problem += " (" + d.Value + ")"
	}
	return syntax.Errorf(value.Pos, "the parameter %s: %s %s", p.name, shown, problem)
}

// splitList splits a CommaDelimitedList; CloudFormation trims its elements.
func splitList(s string) []string {
	if s == "" {
		return nil
	}
	parts := strings.Split(s, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// check says what is wrong with a value, or "".
func (p *parameter) check(value string, declaration *syntax.Node) string {
	if p.kind == "Number" || p.kind == "List<Number>" {
		number, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return "is not a number"
		}
		if problem := outside(number, declaration, "MinValue", "MaxValue"); problem != "" {
			return problem
		}
	} else if problem := outside(float64(utf8.RuneCountInString(value)), declaration, "MinLength", "MaxLength"); problem != "" {
		return problem
	}
	if allowed := declaration.Get("AllowedValues"); allowed != nil {
		if problem := notAmong(value, allowed.Items); problem != "" {
			return problem
		}
	}
	if pattern := declaration.Get("AllowedPattern"); pattern != nil {
		// AWS's patterns are Java's; what Go cannot compile (lookahead) passes.
		if re, err := regexp.Compile(`^(?:` + pattern.Value + `)$`); err == nil && !re.MatchString(value) {
			return "does not match the AllowedPattern " + pattern.Value
		}
	}
	return ""
}

// notAmong says which values are allowed where the value is none of them.
func notAmong(value string, allowed []*syntax.Node) string {
	var words []string
	for _, n := range allowed {
		words = append(words, n.Value)
	}
	if slices.Contains(words, value) {
		return ""
	}
	return "is not one of the AllowedValues " + strings.Join(words, ", ") + syntax.Suggestion(value, words)
}

// outside says which of the two limits of the declaration the figure passes.
func outside(figure float64, declaration *syntax.Node, least, most string) string {
	if n := declaration.Get(least); n != nil {
		if limit, err := strconv.ParseFloat(n.Value, 64); err == nil && figure < limit {
			return "is below the " + least + " of " + n.Value
		}
	}
	if n := declaration.Get(most); n != nil {
		if limit, err := strconv.ParseFloat(n.Value, 64); err == nil && figure > limit {
			return "is above the " + most + " of " + n.Value
		}
	}
	return ""
}
