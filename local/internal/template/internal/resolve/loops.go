package resolve

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

const (
	// Extensions is the transform that brings loops and more functions:
	// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-languageextensions.html.
	Extensions = "AWS::LanguageExtensions"
	forEach    = "Fn::ForEach::"
)

// usesExtensions tells whether the template has the transform.
func usesExtensions(template *syntax.Node) bool {
	return slices.ContainsFunc(Macros(template), func(name *syntax.Node) bool { return name.Value == Extensions })
}

// Macros returns the names of the macros that a template's Transform calls. A call is a
// name, or a mapping with a Name:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-section-structure.html.
// What is neither is given as it is.
func Macros(template *syntax.Node) []*syntax.Node {
	var names []*syntax.Node
	for _, call := range template.Get("Transform").OneOrMore() {
		if name := call.Get("Name"); name != nil {
			call = name
		}
		names = append(names, call)
	}
	return names
}

// expander writes out the loops of a section:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html.
type expander struct {
	evaluation
	// room is how much the section may still grow.
	room int
	err  error
}

// loop is a loop's variable with one of its values.
type loop struct{ name, value string }

// expandLoops gives the section with every Fn::ForEach in it written out. On an
// error, the rest of it is missing.
func (s *Scope) expandLoops(section *syntax.Node) (*syntax.Node, error) {
	// Loops are written out before anything is created, so as in conditions
	// there are no resources to refer to.
	x := &expander{evaluation: evaluation{Scope: s, approximated: s.approximate, conditional: true}, room: syntax.MaxSize}
	n := x.expand(section, nil)
	return n, x.err
}

// stop ends the expansion with its first error.
func (x *expander) stop(err error) { x.err = cmp.Or(x.err, err) }

func (x *expander) fail(pos syntax.Position, format string, args ...any) {
	x.stop(syntax.Errorf(pos, format, args...))
}

// take counts one value or key of a size.
func (x *expander) take(pos syntax.Position, size int) {
	if x.room -= 1 + size; x.room < 0 {
		x.fail(pos, "loops make the template larger than %d bytes", syntax.MaxSize)
	}
}

// expand copies n with the variables of the loops around it filled in.
func (x *expander) expand(n *syntax.Node, loops []loop) *syntax.Node {
	x.take(n.Pos, len(n.Value))
	if x.err != nil {
		return &syntax.Node{Pos: n.Pos}
	}
	if name, arg, ok := n.Intrinsic(); ok && name == "Ref" && arg.Kind == syntax.Scalar {
		for _, l := range loops {
			if l.name == arg.Value {
				return syntax.Text(n.Pos, l.value)
			}
		}
	}
	c := *n
	c.Value, c.Items, c.Entries = fill(n.Value, loops), nil, nil
	for _, item := range n.Items {
		c.Items = append(c.Items, x.expand(item, loops))
	}
	if n.Kind == syntax.Mapping {
		c.Entries = x.entries(n.Entries, loops)
	}
	return &c
}

// entries copies the entries of a mapping; each loop among them gives as many
// as it makes.
func (x *expander) entries(entries []syntax.Entry, loops []loop) []syntax.Entry {
	var all []syntax.Entry
	seen := map[string]bool{}
	for _, e := range entries {
		x.take(e.Pos, len(e.Key))
		made := []syntax.Entry{e}
		if strings.HasPrefix(e.Key, forEach) {
			made = x.loop(e, loops)
		} else {
			made[0].Key, made[0].Value = fill(e.Key, loops), x.expand(e.Value, loops)
		}
		for _, e := range made {
			if seen[e.Key] {
				x.fail(e.Pos, "the loop makes the key %q a second time", e.Key)
			}
			seen[e.Key] = true
		}
		all = append(all, made...)
	}
	return all
}

// loop writes out one loop: [name, collection, {key: value}].
func (x *expander) loop(e syntax.Entry, loops []loop) []syntax.Entry {
	args, err := arguments(e.Value, e.Key, "a variable, a list of its values and a mapping", 3, 3)
	if err == nil && (args[0].Kind != syntax.Scalar || args[2].Kind != syntax.Mapping) {
		err = syntax.Errorf(e.Value.Pos, "%s takes a variable's name first and a mapping last", e.Key)
	}
	if err != nil {
		x.stop(err)
		return nil
	}
	values, err := x.list(x.expand(args[1], loops), e.Key)
	if err != nil {
		x.stop(err)
	} else if values.StandIn || slices.ContainsFunc(values.Items, func(v *syntax.Node) bool { return v.StandIn }) {
		x.open = true
	}
	var all []syntax.Entry
	if err != nil {
		return nil
	}
	for _, v := range values.Items {
		if v.Kind != syntax.Scalar {
			x.fail(v.Pos, "%s takes a list of texts, but one is %s", e.Key, v.Kind)
		}
		if x.err != nil {
			return nil
		}
		inner := append(slices.Clone(loops), loop{args[0].Value, v.Value})
		all = append(all, x.entries(args[2].Entries, inner)...)
	}
	return all
}

var notAlphanumeric = regexp.MustCompile(`[^A-Za-z0-9]`)

// Alphanumeric reports whether a name has the form of a logical ID: letters and digits.
func Alphanumeric(name string) bool { return name != "" && !notAlphanumeric.MatchString(name) }

// fill puts the values of the loops' variables into a text: ${Name} the value,
// &{Name} its letters and digits.
func fill(text string, loops []loop) string {
	if !strings.Contains(text, "{") {
		return text
	}
	for _, l := range loops {
		text = strings.ReplaceAll(text, "${"+l.name+"}", l.value)
		text = strings.ReplaceAll(text, "&{"+l.name+"}", notAlphanumeric.ReplaceAllString(l.value, ""))
	}
	return text
}
