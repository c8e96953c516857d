package resolve

import (
	"cmp"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"maru/local/internal/template/internal/syntax"
)

// maxStacks is how many stacks a tree has at most. CloudFormation has no such
// limit; this one keeps ten templates that nest each other many times from
// becoming millions.
const maxStacks = 100

// tree is what the stacks of one template and its nested ones share.
type tree struct {
	// scopes are the stacks read so far, a nested one behind that around it.
	scopes []*Scope
	// imports are values for exports from outside of the tree, by name.
	imports map[string]string
	// exporting holds the exports that are being evaluated.
	exporting map[string]bool
	// files holds what AWS::Include names, by path; inclusions counts how often.
	files      map[string]*syntax.Node
	inclusions int
	// remarks are about all files, approximations about the sections of all stacks.
	remarks        []syntax.Remark
	approximations []Approximation
}

// nested is a stack inside of another, read when first asked for.
type nested struct {
	// running is true while the stack is read, known once it was.
	running, known bool
	// scope is nil for a stack whose template is not on this machine.
	scope *Scope
	err   error
}

// Nested returns the scope of the nested stack that the resource is: an
// AWS::CloudFormation::Stack or an AWS::Serverless::Application. It is nil
// where the stack's template is not a file that can be read, such as one in S3
// or in the Serverless Application Repository. The error holds everything wrong
// with what the resource says of the stack, and in the sections that New reads.
func (s *Scope) Nested(r *Resource) (*Scope, error) {
	n := r.nested
	if n == nil {
		return nil, nil
	}
	if n.running {
		return nil, syntax.Fatalf(r.Pos, "the nested stack %s depends on itself", r.LogicalID)
	}
	if !n.known {
		n.running = true
		n.err = s.readNested(r)
		n.running, n.known = false, true
	}
	return n.scope, n.err
}

// loadNested reads all stacks nested in this one; their readers ask again for
// what was wrong.
func (s *Scope) loadNested() {
	for _, r := range s.order {
		if r.nested == nil {
			continue
		}
		if present, err := s.Present(r); err == nil && present {
			_, _ = s.Nested(r)
		}
	}
}

func (s *Scope) readNested(r *Resource) error {
	path, err := s.templateOf(r)
	if path == "" || err != nil {
		return err
	}
	for around := s; around != nil; around = around.parent {
		if around.file == path {
			return syntax.Fatalf(r.Pos, "the template nests itself, with the stack %s", r.LogicalID)
		}
	}
	if len(s.tree.scopes) > maxStacks {
		return syntax.Fatalf(r.Pos, "the template has more than %d nested stacks", maxStacks)
	}
	src, err := s.settings.ReadFile(path)
	if err != nil {
		return syntax.Fatalf(r.Pos, "reading the template of the nested stack %s: %v", r.LogicalID, err)
	}
	template, err := syntax.Parse(path, src)
	if err != nil {
		return err
	}
	settings := s.settings
	settings.StackName += "-" + r.LogicalID // AWS adds letters of its own
	child := &Scope{settings: settings, file: path, tree: s.tree, parent: s, prefix: r.path + "-", given: map[string]given{}}
	err = errors.Join(s.pass(r, child), child.read(template), child.checkOverrides())
	r.nested.scope = child
	child.loadNested()
	return err
}

// templateOf gives the path of the nested stack's template, "" for one that is not
// at hand. The CDK may write where it put the template into Metadata; TemplateURL
// has where it will be in S3.
func (s *Scope) templateOf(r *Resource) (string, error) {
	if s.settings.ReadFile == nil {
		return "", nil
	}
	key := "TemplateURL"
	if r.Type == TypeApplication {
		key = "Location"
	}
	location := r.Node.Get("Metadata").Get("aws:asset:path")
	if location == nil {
		location = r.Node.Get("Properties").Get(key)
	}
	if location == nil {
		return "", syntax.Errorf(r.Pos, "the nested stack %s has no %s", r.LogicalID, key)
	}
	v, err := evaluation{Scope: s, approximated: silent}.resolve(location)
	if err != nil || v == nil {
		return "", err
	}
	return s.fileOf(v), nil
}

// localPath gives the path of a file that the template names relative to its
// own folder; ok is false for one that is on another machine.
func (s *Scope) localPath(location string) (path string, ok bool) {
	location = strings.TrimPrefix(location, "file://")
	if location == "" || strings.Contains(location, "://") || strings.Contains(location, dynamicReference) {
		return "", false
	}
	if filepath.IsAbs(location) {
		return filepath.Clean(location), true
	}
	return filepath.Join(filepath.Dir(s.file), filepath.FromSlash(location)), true
}

// pass evaluates the Parameters of the nested stack's resource for child.
func (s *Scope) pass(r *Resource, child *Scope) error {
	parameters := r.Node.Get("Properties").Get("Parameters")
	if parameters == nil {
		return nil
	}
	v, err := evaluation{Scope: s, approximated: silent}.resolve(parameters)
	if err != nil || v == nil || v.Kind == syntax.Null {
		return err
	}
	if v.Kind != syntax.Mapping {
		return syntax.Errorf(v.Pos, "Parameters has to be a mapping, but here is %s", v.Kind)
	}
	var errs []error
	for _, entry := range v.Entries {
		g := given{pos: entry.Pos}
		e := evaluation{Scope: s, approximated: func(_ syntax.Position, text string) {
			g.approximations = append(g.approximations, text)
		}}
		v, err := e.parameterText(entry.Value)
		if v != nil {
			g.text, g.standIn = v.Value, v.StandIn
			child.given[entry.Key] = g
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// parameterText evaluates a value for a parameter; a list becomes the text that
// list parameters take. It is nil for nothing and with an error.
func (e evaluation) parameterText(n *syntax.Node) (*syntax.Node, error) {
	v, err := e.resolve(n)
	switch {
	case err != nil || v == nil || v.Kind == syntax.Null:
		return nil, err
	case v.Kind == syntax.Sequence:
		return e.join(n.Pos, &syntax.Node{Kind: syntax.Sequence, Pos: v.Pos, Items: []*syntax.Node{syntax.Text(v.Pos, ","), v}})
	case v.Kind != syntax.Scalar:
		return nil, syntax.Errorf(v.Pos, "a parameter takes text or a list, but here is %s", v.Kind)
	}
	return v, nil
}

// nameResources makes the logical IDs of nested stacks' resources unique in the
// tree. Values that functions see are made of paths, so that they are the same
// before and after.
func (t *tree) nameResources() {
	count := map[string]int{}
	for _, s := range t.scopes {
		for _, r := range s.order {
			count[r.LogicalID]++
		}
	}
	for _, s := range t.scopes[1:] {
		for _, r := range s.order {
			if count[r.LogicalID] == 1 {
				continue
			}
			id := strings.ReplaceAll(r.path, "-", "")
			unique := id
			for i := 2; count[unique] > 0; i++ {
				unique = id + strconv.Itoa(i)
			}
			count[unique]++
			r.LogicalID = unique
		}
	}
}

// Compare orders positions: those in the root of the tree, then those in the
// templates nested in it in the order in which they were read, then those in
// other files by name.
func (s *Scope) Compare(a, b syntax.Position) int {
	if a.File == b.File {
		return a.Compare(b)
	}
	return cmp.Or(cmp.Compare(s.tree.rank(a.File), s.tree.rank(b.File)), cmp.Compare(a.File, b.File))
}

// rank gives the place of a file among the templates of the tree.
func (t *tree) rank(file string) int {
	if i := slices.IndexFunc(t.scopes, func(s *Scope) bool { return s.file == file }); i >= 0 {
		return i
	}
	return len(t.scopes)
}

// APIID gives the ID of the API with a logical ID of this stack, one that the
// template declares or one that SAM makes.
func (s *Scope) APIID(logicalID string) string {
	if r := s.Resource(logicalID); r != nil {
		return APIID(r.path)
	}
	return APIID(s.prefix + logicalID)
}

// Aliases returns names for the resource besides its logical ID that sam takes:
// the path of a nested stack's resource, "Child/Hello", and its key there; and
// of what CDK has synthesized the construct's path, without the "Resource" at
// its end, and its ID.
func (r *Resource) Aliases() []string {
	var aliases []string
	if r.path != r.LogicalID {
		path := strings.ReplaceAll(r.path, "-", "/")
		aliases = append(aliases, path, path[strings.LastIndex(path, "/")+1:])
	}
	if n := r.Node.Get("Metadata").Get("aws:cdk:path"); n != nil {
		path := strings.TrimSuffix(n.Value, "/Resource")
		aliases = append(aliases, path, path[strings.LastIndex(path, "/")+1:])
	}
	return aliases
}
