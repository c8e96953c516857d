package property_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/stack"
)

// read gives the Object over the given lines, and what it reports.
func read(t *testing.T, lines string) (*property.Object, *property.Report) {
	t.Helper()
	return propertytest.Read(t, "Any::Type", lines)
}

// What each kind of value gives for what may stand in a template: fallbacks for what is
// absent or wrong, and what is wrong with its place.
func TestValues(t *testing.T) {
	text := func(o *property.Object) any { return o.Text("K", "fallback") }
	choice := func(o *property.Object) any { return o.Choice("K", "fallback", "Zip", "Image") }
	integer := func(o *property.Object) any {
		if i := o.Integer("K", 1, 9); i != nil {
			return *i
		}
		return nil
	}
	boolean := func(o *property.Object) any { return o.Boolean("K", true) }
	texts := func(o *property.Object) any { return o.Texts("K") }
	textMap := func(o *property.Object) any {
		return o.TextMap("K", func(name, value string) string {
			if name == value {
				return "is its own name"
			}
			return ""
		})
	}
	plain := func(o *property.Object) any { return o.PlainText("K") }
	plains := func(o *property.Object) any { return o.PlainTexts("K") }
	none, noMap := []string(nil), map[string]string(nil)
	for _, test := range []struct {
		name, lines string
		get         func(*property.Object) any
		want        any
		said        []string
	}{
		{"text", "      K: '010'", text, "010", nil},
		{"text of a reference", "      K: !Ref P", text, "given", nil},
		{"text that is absent", "      Other: x", text, "fallback", nil},
		{"text that is null", "      K:", text, "fallback", nil},
		{"text that is NoValue", "      K: !Ref AWS::NoValue", text, "fallback", nil},
		{"text that is a list", "      K: [a]", text, "fallback", []string{"t.yaml:8:10: K has to be a single value, but here is a list"}},
		{"text of a parameter without a value", "      K: !Ref Unset", text, "Unset",
			[]string{"8:10 approximated K: the parameter Unset has no value; give one with --parameter-overrides Unset=…; its name stands for it"}},
		{"text that cannot be evaluated", "      K: !Ref Q", text, "fallback",
			[]string{`t.yaml:8:10: "Q" is neither a parameter nor a resource of the template`}},

		{"choice", "      K: Image", choice, "Image", nil},
		{"choice of another", "      K: zip", choice, "fallback",
			[]string{`t.yaml:8:10: K has to be Zip or Image, but here is "zip"; did you mean "Zip"?`}},

		{"integer", "      K: '9'", integer, 9, nil},
		{"integer that is absent", "      J: 1", integer, nil, nil},
		{"integer that is too large", "      K: 10", integer, nil, []string{`t.yaml:8:10: K has to be a whole number from 1 to 9, but here is "10"`}},
		{"integer that is too small", "      K: 0", integer, nil, []string{`t.yaml:8:10: K has to be a whole number from 1 to 9, but here is "0"`}},
		{"integer with a point", "      K: 1.0", integer, nil, []string{`t.yaml:8:10: K has to be a whole number from 1 to 9, but here is "1.0"`}},

		{"boolean", "      K: 'FALSE'", boolean, false, nil},
		{"boolean of another word", "      K: n", boolean, true, []string{`t.yaml:8:10: K has to be true or false, but here is "n"`}},

		{"texts", "      K: [a, !Ref P, !Ref AWS::NoValue, ~]", texts, []string{"a", "given"}, nil},
		{"texts that are one", "      K: a", texts, none, []string{"t.yaml:8:10: K has to be a list, but here is a single value"}},
		{"texts with a mapping", "      K: [a, {b: c}]", texts, []string{"a"},
			[]string{"t.yaml:8:14: K has to be a list of single values, but one is a mapping"}},

		{"text map", "      K: {a: !Ref P, b: c}", textMap, map[string]string{"a": "given", "b": "c"}, nil},
		{"text map that is absent", "      J: {}", textMap, noMap, nil},
		{"text map with faults", "      K: {a: a, b: , c: [d], e: f}", textMap, map[string]string{"e": "f"}, []string{
			"t.yaml:8:11: K.a is its own name", "t.yaml:8:17: K.b has no value",
			"t.yaml:8:25: c has to be a single value, but here is a list",
		}},

		{"plain text has no stand-ins", "      K: !Ref Unset", plain, "Unset", nil},
		{"plain text that is a list", "      K: [a]", plain, "", nil},
		{"plain texts", "      K: [a, !Ref P, {b: c}]", plains, []string{"a", "given"}, nil},
		{"plain texts of one", "      K: !Ref P", plains, []string{"given"}, nil},
		{"plain texts that are absent", "      J: a", plains, none, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := read(t, test.lines+"\n")
			if diff := cmp.Diff(test.want, test.get(o)); diff != "" {
				t.Errorf("value (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}

// An absent mapping answers like an empty one, and what it contains is absent too.
func TestAbsentObject(t *testing.T) {
	o, report := read(t, "      K: ~\n      L: [a]\n")
	for _, absent := range []*property.Object{o.Object("K"), o.Object("J").Object("I"), o.Object("L")} {
		if absent.Exists() || absent.Has("a") || absent.Entries() != nil || absent.Node() != nil || absent.Text("a", "fallback") != "fallback" {
			t.Errorf("got the mapping %v, want none", absent.Node())
		}
		for e := range absent.Objects() {
			t.Errorf("got the entry %s, want none", e.Key)
		}
		absent.Done(property.Schema{Of: "nothing"})
		if got := absent.Pos().Line; got != 5 {
			t.Errorf("got the line %d, want that of the resource", got)
		}
	}
	want := []string{"t.yaml:9:10: L has to be a mapping, but here is a list"}
	if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
		t.Errorf("errors and notes (-want +got):\n%s", diff)
	}
}

// The entries of a mapping of mappings come in the template's order, with the places
// of their keys, and what is in them has its path.
func TestObjects(t *testing.T) {
	o, report := read(t, "      K:\n        B: {x: 1}\n        A: {x: [2]}\n        C: text\n")
	var got []string
	for e, inner := range o.Object("K").Objects() {
		got = append(got, fmt.Sprint(e.Key, " ", e.Pos.Line, " ", inner.Text("x", "none")))
		inner.Note(stack.Ignored, inner.PosOf("y"), "y", "text")
	}
	if diff := cmp.Diff([]string{"B 9 1", "A 10 none"}, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	want := []string{
		"t.yaml:10:16: x has to be a single value, but here is a list",
		"t.yaml:11:12: C has to be a mapping, but here is a single value",
		"9:12 ignored K.B.y: text", "10:12 ignored K.A.y: text",
	}
	if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
		t.Errorf("errors and notes (-want +got):\n%s", diff)
	}
}

// Metadata stands beside Properties and has a path of its own.
func TestMetadata(t *testing.T) {
	o, report := read(t, "      K: v\n    Metadata: {BuildMethod: [x], Maru: {Methods: TRACE}}\n")
	o.Metadata().Text("BuildMethod", "")
	o.Metadata().Object("Maru").Done(property.Schema{Of: "Metadata.Maru"})
	want := []string{
		"t.yaml:9:29: BuildMethod has to be a single value, but here is a list",
		"9:41 ignored Metadata.Maru.Methods: is not a property of Metadata.Maru",
	}
	if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
		t.Errorf("errors and notes (-want +got):\n%s", diff)
	}
	if none, _ := read(t, "      K: v\n"); none.Metadata().Exists() {
		t.Error("got Metadata of a resource without, want none")
	}
}

// Where a function or a part of an API is meant, it does not matter by which of its
// names the template says so.
func TestReferences(t *testing.T) {
	variables := map[string]string{"name": "hello"}
	for _, test := range []struct{ value, function, link string }{
		{"!GetAtt F.Arn", "F", ""},
		{"!Ref F", "F", ""},
		{"!Sub '${F.Arn}:live'", "F:live", ""},
		{"!Sub 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${F.Arn}/invocations'", "F", ""},
		{"'arn:aws:lambda:us-east-1:123456789012:function:${stageVariables.name}'", "F", ""},
		{"'arn:aws:lambda:us-east-1:123456789012:function:${stageVariables.other}'", "", ""},
		{"!Ref A", "", "A"},
		{"!GetAtt A.RootResourceId", "", "A"},
		{"!Sub 'integrations/${A}'", "", "A"},
		{"other", "", ""},
		{"[a]", "", ""},
	} {
		o, report := read(t, "      K: "+test.value+"\n")
		if got := o.Function("K", variables); got != test.function {
			t.Errorf("%s: got the function %q, want %q", test.value, got, test.function)
		}
		if got := o.Link("K"); got != test.link {
			t.Errorf("%s: got a link to %q, want %q", test.value, got, test.link)
		}
		if got := propertytest.Said(report); got != nil {
			t.Errorf("%s: got %q, want nothing said", test.value, got)
		}
	}
}

// CloudFormation writes names in Pascal case, OpenAPI as they are.
func TestSpell(t *testing.T) {
	o, _ := read(t, "      Body: {uri: a, type: b}\n      IntegrationUri: c\n      '': d\n")
	definition := o.Definition("Body", o.Raw("Body"))
	for _, test := range []struct {
		o     *property.Object
		names []string
		want  string
	}{
		{o, []string{"uri", "integrationUri"}, "IntegrationUri"},
		{o, []string{"type"}, "Type"},
		{o, []string{"type", "integrationType"}, "Type"},
		{o, []string{""}, ""},
		{definition, []string{"uri", "integrationUri"}, "uri"},
		{definition, []string{"integrationType", "type"}, "type"},
		{definition, []string{"connectionId"}, "connectionId"},
	} {
		name := fmt.Sprint(test.names)
		if got := test.o.Spell(test.names...); got != test.want {
			t.Errorf("%s in a definition %t: got %q, want %q", name, test.o.InDefinition(), got, test.want)
		}
	}
	if inner := definition.Object("x"); !inner.InDefinition() || o.InDefinition() {
		t.Error("got a definition that does not hold for what is in it alone")
	}
}

// A value that stands in for one that AWS alone knows is not known.
func TestKnown(t *testing.T) {
	for value, want := range map[string]bool{
		"a": true, "!Ref P": true, "[a, !Ref P]": true, "!Sub '${A}'": true, "": true,
		"!Ref Unset": false, "[a, !Ref Unset]": false, "!ImportValue a.b": false, "'{{resolve:ssm:/a}}'": false, "!Ref Nobody": false,
	} {
		o, report := propertytest.Read(t, "Any::Type", "      K: "+value+"\n")
		if got := o.Known("K"); got != want {
			t.Errorf("%s: got %t, want %t", value, got, want)
		}
		if said := propertytest.Said(report); said != nil || !o.Known("Absent") {
			t.Errorf("%s: got %q said, want nothing", value, said)
		}
	}
}
