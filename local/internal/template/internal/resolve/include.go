package resolve

import (
	"slices"

	"maru/local/internal/template/internal/syntax"
)

const (
	transformKey = "Fn::Transform"
	include      = "AWS::Include"
	// maxInclusions ends a file that includes itself.
	maxInclusions = 1000
)

// transform gives what AWS::Include puts in the place of its call:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html.
// A macro of another name, or a file that is not on this machine, leaves
// nothing there.
func (e evaluation) transform(pos syntax.Position, arg *syntax.Node) (*syntax.Node, error) {
	if name := arg.Get("Name"); name == nil || name.Kind != syntax.Scalar || name.Value != include {
		e.approximated(pos, "the macro is not run; of macros in a value, only "+include+" is")
		return nil, nil
	}
	location := arg.Get("Parameters").Get("Location")
	if location == nil {
		return nil, syntax.Errorf(pos, "%s needs the parameter Location", include)
	}
	text, err := e.scalar(location, include)
	if err != nil {
		return nil, err
	}
	path := e.fileOf(text)
	if path == "" || e.settings.ReadFile == nil {
		e.approximated(pos, "nothing is included: "+text.Value+" is not a file of this machine")
		return nil, nil
	}
	n, err := e.included(location.Pos, path)
	if err != nil {
		return nil, err
	}
	return e.resolve(n)
}

// CallsMacro reports whether a value is the call of a macro. One that comes to nothing
// is of a macro that is not run: what it would give is not known here.
func CallsMacro(n *syntax.Node) bool {
	name, _, call := n.Intrinsic()
	return call && name == transformKey
}

// included reads a file for AWS::Include.
func (e evaluation) included(pos syntax.Position, path string) (*syntax.Node, error) {
	if e.tree.inclusions++; e.tree.inclusions > maxInclusions {
		return nil, syntax.Fatalf(pos, "files are included more than %d times", maxInclusions)
	}
	if n := e.tree.files[path]; n != nil {
		return n, nil
	}
	src, err := e.settings.ReadFile(path)
	if err != nil {
		return nil, syntax.Fatalf(pos, "reading the file to include: %v", err)
	}
	document, err := syntax.Parse(path, src)
	if err != nil {
		return nil, err
	}
	e.tree.remarks = append(e.tree.remarks, document.Remarks...)
	if e.tree.files == nil {
		e.tree.files = map[string]*syntax.Node{}
	}
	e.tree.files[path] = document.Root
	return document.Root, nil
}

// withIncludes gives a mapping in which Fn::Transform stands beside other keys
// with what it includes, and everything else as it is. The mapping's own keys
// win.
func (e evaluation) withIncludes(n *syntax.Node) (*syntax.Node, error) {
	call := n.Get(transformKey)
	if call == nil {
		return n, nil
	}
	included, err := e.transform(call.Pos, call)
	if err != nil {
		return nil, err
	}
	whole := *n
	whole.Entries = slices.DeleteFunc(slices.Clone(n.Entries), func(e syntax.Entry) bool { return e.Key == transformKey })
	if included == nil {
		return &whole, nil
	}
	for _, entry := range included.Entries {
		if n.Get(entry.Key) == nil {
			whole.Entries = append(whole.Entries, entry)
		}
	}
	return &whole, nil
}

// include is withIncludes for the template and its sections, which are read
// before there are parameters to refer to.
func (s *Scope) include(n *syntax.Node) (*syntax.Node, error) {
	return evaluation{Scope: s, conditional: true, approximated: s.approximate}.withIncludes(n)
}
