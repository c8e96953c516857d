package read

import (
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// samTransform is the macro that gives the AWS::Serverless types their meaning.
const samTransform = "AWS::Serverless-2016-10-31"

// sections are the keys of a template's top level:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html.
// A text makes a line of the report; those without one are read, or have no
// effect on what a stack does once it is there. None makes a note: Hooks are about how
// AWS deploys.
var sections = []struct{ name, note string }{
	{"AWSTemplateFormatVersion", ""}, {"Description", ""}, {"Metadata", ""}, {"Parameters", ""}, {"Mappings", ""},
	{"Conditions", ""}, {"Transform", ""}, {"Globals", ""}, {"Resources", ""}, {"Outputs", ""},
	{"Rules", ""},
	{"Hooks", "the hooks are not called"},
}

// template reads the top level.
func (r *reader) template(root *syntax.Node) {
	if root.Kind != syntax.Mapping {
		r.report.Problem(syntax.Fatalf(root.Pos, "a template is a mapping with Resources, but here is %s", root.Kind))
		return
	}
	var names []string
	notes := map[string]string{}
	for _, s := range sections {
		names, notes[s.name] = append(names, s.name), s.note
	}
	for _, e := range root.Entries {
		switch text, ok := notes[e.Key]; {
		case !ok && syntax.Suggestion(e.Key, []string{"Globals"}) != "":
			r.failGlobals(e.Pos, "%q is not a section of a template; did you mean \"Globals\"?", e.Key)
		case !ok:
			r.report.Fail(e.Pos, "%q is not a section of a template%s", e.Key, syntax.Suggestion(e.Key, names))
		case text != "":
			r.report.Note(stack.Note{Level: stack.Listed, Property: e.Key, Text: text, Pos: e.Pos})
		}
		r.checkLogicalIDs(e.Key, e.Value)
	}
	if v := root.Get("AWSTemplateFormatVersion"); v != nil && v.Value != "2010-09-09" {
		r.report.Fail(v.Pos, "AWSTemplateFormatVersion has to be 2010-09-09, the only one there is")
	}
	if n := root.Get("Resources"); n == nil || n.Kind == syntax.Null || n.Kind == syntax.Mapping && len(n.Entries) == 0 {
		instead := ""
		if n == nil {
			instead = syntax.Instead("Resources", root.Keys())
		}
		r.report.Problem(syntax.Fatalf(root.Pos, "the template has no Resources%s", instead))
	}
	serverless := r.transforms(resolve.Macros(root))
	r.readGlobals(root.Get("Globals"))
	r.resources(serverless)
}

// transforms tells whether SAM's transform is among macros, and notes others.
func (r *reader) transforms(macros []*syntax.Node) (serverless bool) {
	for _, name := range macros {
		switch {
		case name.Kind != syntax.Scalar:
			r.report.Fail(name.Pos, "Transform takes names of macros, but here is %s without a Name", name.Kind)
		case name.Value == samTransform:
			serverless = true
		case name.Value != resolve.Extensions:
			r.report.Note(stack.Note{
				Level: stack.Ignored, Property: "Transform", Pos: name.Pos,
				Text: "the macro " + name.Value + " is not run" + syntax.Suggestion(name.Value, []string{samTransform}),
			})
		}
	}
	return serverless
}
