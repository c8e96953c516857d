package resolve

import (
	"regexp"
	"slices"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

// anyFunctionARN finds the ARNs of functions in a text, such as a state machine's
// definition.
var anyFunctionARN = regexp.MustCompile(`:function:[a-zA-Z0-9_-]+`)

// FunctionsIn gives the logical IDs of the functions of the tree that a value names, or
// what is in it, at any depth and in the template's order: by Ref, by an ARN, however
// that is put together, and by the name alone under a key such as FunctionName. What
// cannot be evaluated names those that are in it.
func (s *Scope) FunctionsIn(n *syntax.Node) []string {
	f := functionFinder{Scope: s}
	f.find("", n)
	return f.ids
}

// functionFinder collects the functions that values name.
type functionFinder struct {
	*Scope
	ids []string
}

// find looks at a value that stands under key.
func (f *functionFinder) find(key string, n *syntax.Node) {
	if n == nil {
		return
	}
	if name, arg, call := n.Intrinsic(); call {
		f.call(key, n, name, arg)
		return
	}
	if n.Kind == syntax.Scalar {
		f.text(key, n.Value)
	}
	for _, item := range n.Items {
		f.find(key, item)
	}
	for _, e := range n.Entries {
		f.find(e.Key, e.Value)
	}
}

// call looks at what a call of an intrinsic function comes to.
func (f *functionFinder) call(key string, n *syntax.Node, name string, arg *syntax.Node) {
	if r := f.resources[arg.Value]; name == "Ref" && r != nil && r.Function() {
		f.add(r.LogicalID)
		return
	}
	v, err := f.Resolve(n, silent)
	if err != nil {
		f.find(key, arg)
		return
	}
	if v == nil || v == n {
		return
	}
	f.find(key, v)
}

// text looks at a text under key.
func (f *functionFinder) text(key, text string) {
	for _, arn := range anyFunctionARN.FindAllString(text, -1) {
		f.add(f.named(arn))
	}
	if strings.Contains(strings.ToLower(key), "function") {
		f.add(f.named(text))
	}
}

// named gives the logical ID of the function that an ARN or a name means.
func (f *functionFinder) named(arn string) string {
	id, _ := f.FunctionOf(arn)
	return id
}

// add adds a function, the first time that it is named.
func (f *functionFinder) add(logicalID string) {
	if logicalID != "" && !slices.Contains(f.ids, logicalID) {
		f.ids = append(f.ids, logicalID)
	}
}
