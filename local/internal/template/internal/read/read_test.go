package read

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// readerOf gives the reader of a template that it has not read yet.
func readerOf(t *testing.T, src string) *reader {
	t.Helper()
	root, err := syntax.Parse("t.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	scope, err := resolve.New(root, resolve.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return newReader(scope, &stack.Stack{Dir: "/app"})
}

// Each type of resource is read in one phase, or in several that are about different
// things; the phases come in the order in which resources depend on each other.
func TestPhases(t *testing.T) {
	first := map[string]int{}
	for i, p := range phases() {
		for kind := range p {
			if _, ok := first[kind]; !ok {
				first[kind] = i
			}
		}
	}
	for _, before := range [][2]string{
		{resolve.TypeCloudFormationREST, resolve.TypeRESTStage}, {resolve.TypeRESTStage, resolve.TypeRESTAuthorizer},
		{resolve.TypeModel, resolve.TypeMethod}, {resolve.TypeRequestValidator, resolve.TypeMethod},
		{resolve.TypeRESTAuthorizer, resolve.TypeMethod}, {resolve.TypeIntegration, resolve.TypeRoute},
		{resolve.TypeAPI, resolve.TypeFunction}, {resolve.TypeLayer, resolve.TypeFunction},
		{resolve.TypeFunction, resolve.TypeEventInvoke}, {resolve.TypeStack, resolve.TypeURL},
		{resolve.TypeCloudFormationFunction, resolve.TypeVersion},
	} {
		earlier, ok := first[before[0]]
		later, too := first[before[1]]
		if !ok || !too || earlier >= later {
			t.Errorf("%s is read in phase %d and %s in phase %d, want it before", before[0], earlier, before[1], later)
		}
	}
}

// A note that several resources have in one place is of what they share.
func TestShared(t *testing.T) {
	at := func(line int) stack.Position { return stack.Position{File: "t.yaml", Line: line} }
	note := func(level stack.Level, resource, property string, line int) stack.Note {
		return stack.Note{Level: level, Resource: resource, Property: property, Text: "text", Pos: at(line)}
	}
	var got []string
	for _, n := range shared([]stack.Note{
		note(stack.Ignored, "A", "Tracing", 1), note(stack.Ignored, "B", "Tracing", 1), // Globals
		note(stack.Ignored, "A", "VpcConfig", 2), note(stack.Ignored, "A", "VpcConfig", 2),
		note(stack.Emulated, "A", "Timeout", 3), note(stack.Emulated, "B", "Timeout", 3),
		note(stack.Refused, "A", "", 4), note(stack.Refused, "B", "", 4), // a loop
	}) {
		got = append(got, n.Resource+"."+n.Property)
	}
	if diff := cmp.Diff("[.Tracing .Tracing A.VpcConfig A.VpcConfig A.Timeout B.Timeout A. B.]", fmt.Sprint(got)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// Notes are in the template's order, and a property is not reported as emulated beside
// what it is not.
func TestSetReport(t *testing.T) {
	r := readerOf(t, "Resources: {A: {Type: Any::Type}}\n")
	pos := func(line int) stack.Position { return stack.Position{File: "t.yaml", Line: line} }
	r.report = new(property.Report)
	for _, n := range []stack.Note{
		{Level: stack.Listed, Resource: "A", Property: "Tags", Pos: pos(4)},
		{Level: stack.Emulated, Resource: "A", Property: "Events", Pos: pos(3)},
		{Level: stack.Ignored, Resource: "A", Property: "Events", Text: "x", Pos: pos(3)},
		{Level: stack.Emulated, Resource: "A", Property: "Name", Pos: pos(2)},
		{Level: stack.Emulated, Resource: "A", Property: "Name", Pos: pos(2)},
		{Level: stack.Refused, Resource: "A", Text: "whole", Pos: pos(1)},
		{Level: stack.Refused, Resource: "A", Property: "Part", Text: "whole", Pos: pos(5)},
	} {
		r.report.Note(n)
	}
	r.setReport()
	lines := func(notes []stack.Note) (all []string) {
		for _, n := range notes {
			all = append(all, fmt.Sprintf("%d %s %s", n.Pos.Line, n.Level, n.Property))
		}
		return all
	}
	if diff := cmp.Diff([]string{"1 refused ", "3 ignored Events"}, lines(r.stack.Notes)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	want := []string{"1 refused ", "2 emulated Name", "3 ignored Events", "4 listed Tags", "5 refused Part"}
	if diff := cmp.Diff(want, lines(r.stack.Report)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

// Errors come from the top to the end, and each once.
func TestErrors(t *testing.T) {
	r := readerOf(t, "Resources: {A: {Type: Any::Type}}\n")
	for _, line := range []int{3, 1, 3, 2} {
		r.report.Fail(stack.Position{File: "t.yaml", Line: line, Column: 1}, "wrong")
	}
	r.report.Fail(stack.Position{File: "t.yaml", Line: 1, Column: 1}, "also")
	want := "[t.yaml:1:1: also t.yaml:1:1: wrong t.yaml:2:1: wrong t.yaml:3:1: wrong]"
	if got := fmt.Sprint(r.errors()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What is true of the top level of a template.
func TestSections(t *testing.T) {
	for _, test := range []struct{ name, src, errs, notes string }{
		{"all of it", "AWSTemplateFormatVersion: 2010-09-09\nDescription: d\nRules: {}\nHooks: {}\nResources: {A: {Type: Any::Type}}\n", "",
			"Hooks: the hooks are not called"},
		{"a misspelt section", "Resources: {A: {Type: Any::Type}}\nOutpts: {}\n", `t.yaml:2:1: "Outpts" is not a section of a template; did you mean "Outputs"?`, ""},
		{"another version", "AWSTemplateFormatVersion: 2010\nResources: {A: {Type: Any::Type}}\n",
			"t.yaml:1:27: AWSTemplateFormatVersion has to be 2010-09-09, the only one there is", ""},
		{"no resources", "Resources: {}\n", "t.yaml:1:1: the template has no Resources", ""},
		{"SAM without its transform", "Resources: {A: {Type: AWS::Serverless::SimpleTable}, B: {Type: AWS::Serverless::SimpleTable}}\n",
			"t.yaml:1:13: the type AWS::Serverless::SimpleTable needs the line \"Transform: AWS::Serverless-2016-10-31\" at the template's top", ""},
		{"another macro", "Transform: [Mine]\nResources: {A: {Type: Any::Type}}\n", "", "Transform: the macro Mine is not run"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := readerOf(t, test.src)
			r.template(r.scope.Template())
			if got := strings.Trim(fmt.Sprint(r.errors()), "[]"); got != test.errs {
				t.Errorf("got the errors %s, want %s", got, test.errs)
			}
			var notes []string
			for _, n := range r.report.Notes() {
				if n.Resource == "" {
					notes = append(notes, n.Property+": "+n.Text)
				}
			}
			if got := strings.Join(notes, "\n"); got != test.notes {
				t.Errorf("got the notes %s, want %s", got, test.notes)
			}
		})
	}
}

// Globals are checked where they stand, and laid below a resource's own properties.
func TestMerged(t *testing.T) {
	const globals = "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Timeout: 9, MemorySize: 512}, %s}\nResources:\n  F: {Type: AWS::Serverless::Function, %s}\n"
	for _, test := range []struct{ name, more, resource, want, errs string }{
		{"none of its own", "Api: {}", "Metadata: {}", "{Timeout: 9, MemorySize: 512}", ""},
		{"its own", "Api: {}", "Properties: {Timeout: 3}", "{Timeout: 3, MemorySize: 512}", ""},
		{"without one", "Api: {}", "Properties: {}, IgnoreGlobals: [Timeout]", "{MemorySize: 512}", ""},
		{"without all", "Api: {}", "Properties: {A: b}, IgnoreGlobals: '*'", "{A: b}", ""},
		{"IgnoreGlobals of another kind", "Api: {}", "Properties: {}, IgnoreGlobals: {}", "{Timeout: 9, MemorySize: 512}",
			`t.yaml:4:71: IgnoreGlobals has to be "*" or a list of properties`},
		{"a section of another name", "Functon: {}", "Metadata: {}", "{Timeout: 9, MemorySize: 512}",
			`t.yaml:2:52: "Functon" is not a section of Globals; did you mean "Function"?`},
		{"a section that is none", "Api: []", "Metadata: {}", "{Timeout: 9, MemorySize: 512}", "t.yaml:2:57: Globals.Api has to be a mapping, but here is a list"},
		{"a property that is not global", "Api: {StageName: x}", "Metadata: {}", "{Timeout: 9, MemorySize: 512}",
			"t.yaml:2:58: StageName cannot stand in Globals.Api; give it to each resource"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := readerOf(t, fmt.Sprintf(globals, test.more, test.resource))
			r.readGlobals(r.scope.Template().Get("Globals"))
			if got := flow(r.merged(r.scope.Resource("F"))); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if got := strings.Trim(fmt.Sprint(r.errors()), "[]"); got != test.errs {
				t.Errorf("got the errors %s, want %s", got, test.errs)
			}
		})
	}
}

func TestSchemaTexts(t *testing.T) { propertytest.Texts(t, nestedSchema) }
