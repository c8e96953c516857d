// Package resolve evaluates the intrinsic functions of a CloudFormation
// template as a stack's creation would: parameters, mappings, conditions, Ref,
// Fn::GetAtt, Fn::Sub and their kin. See
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html.
//
// Evaluation is lazy. Only what a reader asks for is evaluated, so a parameter
// without a value or a function that cannot be evaluated here matters only
// where something depends on it.
//
// A Scope is one template. Those of nested stacks have their own, and values
// pass between them as parameters, outputs and exports; nested.go has the tree.
//
// What only a deployed stack could know, such as the name AWS makes up for a
// queue, is stood in for by a value of the same shape. Where not even the shape is
// known, as of a parameter without a value, the stand-in is marked, and no function
// refuses it; see unknown.go. Rules are checked with the values that are known.
package resolve

import (
	"errors"
	"slices"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

// maxResources is CloudFormation's quota:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html.
const maxResources = 500

// Settings is what a stack gets from outside of its template.
type Settings struct {
	// Parameters are the values given for the template's parameters, and for
	// exports of stacks that the template does not nest, by name.
	Parameters                   map[string]string
	Region, AccountID, StackName string
	// ReadFile reads the templates of nested stacks and what AWS::Include
	// names, by paths relative to the same folder as the template's own. Where
	// it is nil such things are noted and left out.
	ReadFile func(path string) ([]byte, error)
	// Exists reports whether a file or a folder is there, by a path like those of
	// ReadFile. Where it is nil nothing that is in S3 is at hand.
	Exists func(path string) bool
	// URL gives the address of the function URL with this logical ID; nil stands
	// for one of the form that AWS gives them.
	URL func(logicalID string) string
}

// dynamicReference begins a reference to Parameter Store or Secrets Manager:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html.
const dynamicReference = "{{resolve:"

// silent takes approximations that nobody asked for.
func silent(syntax.Position, string) {}

// Scope is everything that an intrinsic function in one template can refer to.
// It is not safe for concurrent use.
type Scope struct {
	settings Settings
	// file is the template's path.
	file string
	// template is the whole of it, loops expanded.
	template *syntax.Node
	// tree is shared with the scopes of the stacks nested in this one and of
	// those it is nested in.
	tree *tree
	// parent is the scope of the stack around this one; nil for the root.
	parent *Scope
	// prefix stands before the logical IDs of a nested stack: "Child-".
	prefix string
	// given are the values for parameters by name.
	given map[string]given
	// extended is true with the transform AWS::LanguageExtensions.
	extended   bool
	parameters map[string]*parameter
	mappings   *syntax.Node
	conditions map[string]*condition
	resources  map[string]*Resource
	order      []*Resource
	globals    *syntax.Node
	outputs    *syntax.Node
	// functions is made by functionNames, parts by gatewayParts.
	functions map[string]*Resource
	parts     map[string]string
	// open is what Open returns. generating are the logical IDs, as the template has them, of
	// what may come to more resources.
	open       bool
	generating []string
	// names holds every name that Ref accepts, for suggestions.
	names []string
	// manifest is nil for a template without one.
	manifest *manifest
}

// Approximation is a stand-in, or what was left out, in the sections of a template,
// its conditions among them.
type Approximation struct {
	Pos  syntax.Position
	Text string
}

// Resource is one entry of the template's Resources.
type Resource struct {
	// LogicalID is the resource's key under Resources. That of a nested stack's
	// resource has the nested stack's before it, ChildHello, where another
	// stack of the tree has the same.
	LogicalID string
	Type      string
	// Node is the resource's mapping with Type, Properties and the rest.
	Node *syntax.Node
	// Pos is where the logical ID stands.
	Pos syntax.Position

	// properties caches those that references to the resource need; the value
	// is nil while it is evaluated.
	properties map[string]*syntax.Node
	// path is the logical ID below those of the nested stacks around it:
	// "Child-Hello".
	path string
	// nested is the stack that the resource is; nil for other types.
	nested *nested
}

// New reads the sections of the template that others refer to, and the
// templates of the stacks it nests. The Scope is usable even with an error,
// which holds everything wrong in these sections, as long as none of it is Fatal;
// what is wrong with a nested stack, Nested tells.
func New(template *syntax.Document, settings Settings) (*Scope, error) {
	s := &Scope{settings: settings, file: template.Root.Pos.File, tree: &tree{imports: settings.Parameters}, given: map[string]given{}}
	for name, value := range settings.Parameters {
		s.given[name] = given{text: value, pos: syntax.Position{File: s.file}}
	}
	err := s.read(template)
	s.loadNested()
	s.tree.nameResources()
	return s, errors.Join(err, s.checkOverrides())
}

// read reads the sections of the template.
func (s *Scope) read(document *syntax.Document) error {
	s.tree.scopes = append(s.tree.scopes, s)
	s.tree.remarks = append(s.tree.remarks, document.Remarks...)
	s.readManifest()
	s.parameters, s.conditions, s.resources = map[string]*parameter{}, map[string]*condition{}, map[string]*Resource{}
	s.template, s.open = document.Root, isOpen(document.Root)
	template, err := s.include(document.Root)
	if err != nil {
		return syntax.Fatal(err) // the rest of the template is missing
	}
	s.template, s.extended = template, usesExtensions(template)
	s.globals = template.Get("Globals")
	var errs []error
	for _, section := range []struct {
		key  string
		read func(*Scope, *syntax.Node) error
	}{
		{"Parameters", (*Scope).readParameters},
		{"Mappings", (*Scope).readMappings},
		{"Conditions", (*Scope).readConditions},
		{"Rules", (*Scope).readRules},
		{"Resources", (*Scope).readResources},
		{"Outputs", (*Scope).readOutputs},
	} {
		n, err := s.section(section.key)
		if err == nil && n != nil {
			err = section.read(s, n)
		}
		errs = append(errs, err)
	}
	s.names = slices.Concat(template.Get("Parameters").Keys(), s.template.Get("Resources").Keys(), pseudoParameters)
	return errors.Join(errs...)
}

// section gives a section with its loops expanded, nil where it is absent.
func (s *Scope) section(key string) (*syntax.Node, error) {
	n := s.template.Get(key)
	if n == nil || n.Kind == syntax.Null {
		return nil, nil
	}
	if n.Kind != syntax.Mapping {
		return nil, syntax.Fatalf(n.Pos, "%s has to be a mapping, but here is %s", key, n.Kind)
	}
	if n.Get(transformKey) != nil {
		var err error
		if n, err = s.include(n); err != nil {
			return nil, syntax.Fatal(err)
		}
		s.template = s.template.With(key, n)
	}
	if !s.extended {
		return n, nil
	}
	expanded, err := s.expandLoops(n)
	s.template = s.template.With(key, expanded)
	return expanded, syntax.Fatal(err) // the rest of the section is missing
}

func (s *Scope) readResources(section *syntax.Node) error {
	if n := len(section.Entries); n > maxResources {
		return syntax.Fatalf(section.Pos, "the template has %d resources; CloudFormation takes %d at most", n, maxResources)
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
	switch {
	case strings.HasPrefix(e.Key, forEach) && !s.extended:
		return syntax.Errorf(e.Pos, "%s needs the transform %s", e.Key, Extensions)
	case strings.HasPrefix(e.Key, "Fn::"):
		return syntax.Errorf(e.Pos, "%s is not supported", e.Key)
	}
	node, err := s.include(e.Value)
	if err != nil {
		return err
	}
	if node.Kind != syntax.Mapping {
		return syntax.Errorf(node.Pos, "the resource %s has to be a mapping, but here is %s", e.Key, node.Kind)
	}
	kind := node.Get("Type")
	switch {
	case kind == nil && e.Value.Get(transformKey) != nil:
		s.generating = append(s.generating, e.Key) // what the macro makes of it is not known, which is noted
		return nil
	case kind == nil:
		return syntax.Errorf(e.Pos, "the resource %s has no Type%s", e.Key, syntax.Instead("Type", node.Keys()))
	case kind.Kind != syntax.Scalar:
		return syntax.Errorf(kind.Pos, "the Type of the resource %s has to be a single value, but here is %s", e.Key, kind.Kind)
	}
	r := &Resource{
		LogicalID: e.Key, Type: kind.Value, Node: node, Pos: e.Pos,
		properties: map[string]*syntax.Node{}, path: s.prefix + e.Key,
	}
	if r.Type == TypeStack || r.Type == TypeApplication {
		r.nested = &nested{}
	}
	if generates(r.Type, node) {
		s.generating = append(s.generating, e.Key)
	}
	s.resources[e.Key] = r
	s.order = append(s.order, r)
	return nil
}

// Resources returns the template's resources in its order, those whose
// condition is false included.
func (s *Scope) Resources() []*Resource { return s.order }

// Resource returns the resource with a logical ID, as the template or as
// Resource.LogicalID has it; nil for none.
func (s *Scope) Resource(logicalID string) *Resource {
	if r := s.resources[logicalID]; r != nil {
		return r
	}
	if i := slices.IndexFunc(s.order, func(r *Resource) bool { return r.LogicalID == logicalID }); i >= 0 {
		return s.order[i]
	}
	return nil
}

// Template returns the template with its loops expanded.
func (s *Scope) Template() *syntax.Node { return s.template }

// Approximations returns what is approximated in the sections of the template and of
// those that it nests, as Resolve reports it for values. They are the same for all
// scopes of a tree, and more of them may come with the next value that is resolved.
func (s *Scope) Approximations() []Approximation { return s.tree.approximations }

// approximate records what is approximated in a section.
func (s *Scope) approximate(pos syntax.Position, text string) {
	s.tree.approximations = append(s.tree.approximations, Approximation{pos, text})
}

// Remarks returns what is to be said of the files read so far: the template, those of
// the nested stacks and what AWS::Include names. They are the same for all scopes of a
// tree, and more of them may come with the next value that is resolved.
func (s *Scope) Remarks() []syntax.Remark { return s.tree.remarks }

// Region returns AWS::Region.
func (s *Scope) Region() string { return s.settings.Region }

// AccountID returns AWS::AccountId.
func (s *Scope) AccountID() string { return s.settings.AccountID }

// File returns the template's path.
func (s *Scope) File() string { return s.file }

// Present tells whether the resource's Condition holds; a resource without one
// is always there.
func (s *Scope) Present(r *Resource) (bool, error) {
	t, err := s.holding(r.Node.Get("Condition"))
	return t.holds, err
}

// PresenceKnown tells whether Present depends on nothing that is not known here.
func (s *Scope) PresenceKnown(r *Resource) bool {
	t, err := s.holding(r.Node.Get("Condition"))
	return t.known && err == nil
}

// Resolve evaluates n if it is a call of an intrinsic function, and returns it
// as it is otherwise; what is inside of the result is not evaluated. The result
// is nil where n comes to AWS::NoValue, which removes a property. Values that
// stand in for what only AWS knows are reported to approximated.
func (s *Scope) Resolve(n *syntax.Node, approximated func(syntax.Position, string)) (*syntax.Node, error) {
	v, err := evaluation{Scope: s, approximated: approximated}.resolve(n)
	if err == nil && v != nil && v.Kind == syntax.Scalar && strings.Contains(v.Value, dynamicReference) {
		approximated(v.Pos, "dynamic references are not looked up; the text "+dynamicReference+"…}} stays as it is")
	}
	return v, err
}
