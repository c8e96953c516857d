package resolve

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/syntax"
)

const extended = `
Transform: [AWS::LanguageExtensions]
Parameters:
  Zones: {Type: CommaDelimitedList, Default: "a, b"}
  Stage: {Type: String, Default: dev}
Mappings:
  Sizes: {dev: {memory: 128, names: [x, y-1]}}
`

// shown gives a value as JSON with its keys in the template's order.
func shown(t *testing.T, s *Scope, n *syntax.Node) string {
	t.Helper()
	text, err := evaluation{Scope: s, approximated: silent}.jsonString(n.Pos, n)
	if err != nil {
		t.Fatal(err)
	}
	return text.Value
}

func TestLoops(t *testing.T) {
	for _, test := range []struct{ name, resources, want string }{
		{"list", `{"Fn::ForEach::L": [X, [a, b], {"F${X}": {Type: T, N: "${X}!"}}]}`,
			`{"Fa":{"Type":"T","N":"a!"},"Fb":{"Type":"T","N":"b!"}}`},
		{"parameter and Ref", `{"Fn::ForEach::L": [X, !Ref Zones, {"F${X}": {Type: T, N: !Ref X, S: !Sub "${X}-${Stage}"}}]}`,
			`{"Fa":{"Type":"T","N":"a","S":"a-dev"},"Fb":{"Type":"T","N":"b","S":"b-dev"}}`},
		{"letters and digits", `{"Fn::ForEach::L": [X, !FindInMap [Sizes, !Ref Stage, names], {"F&{X}": {Type: "${X}"}}]}`,
			`{"Fx":{"Type":"x"},"Fy1":{"Type":"y-1"}}`},
		{"nested", `{"Fn::ForEach::L": [X, [a, b], {"Fn::ForEach::M": [Y, [1, 2], {"F${X}${Y}": {Type: T}}]}]}`,
			`{"Fa1":{"Type":"T"},"Fa2":{"Type":"T"},"Fb1":{"Type":"T"},"Fb2":{"Type":"T"}}`},
		{"properties", `{F: {Type: T, Properties: {"Fn::ForEach::L": [X, [a, b], {"K${X}": [!Ref X]}], Z: 1}}}`,
			`{"F":{"Type":"T","Properties":{"Ka":["a"],"Kb":["b"],"Z":1}}}`},
		{"inner list of the outer variable", `{"Fn::ForEach::L": [S, [dev], {"Fn::ForEach::M": [N, !FindInMap [Sizes, !Ref S, names], {"F&{N}": {Type: T}}]}]}`,
			`{"Fx":{"Type":"T"},"Fy1":{"Type":"T"}}`},
		{"empty", `{"Fn::ForEach::L": [X, [], {"F${X}": {Type: T}}], G: {Type: T}}`, `{"G":{"Type":"T"}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			sc, _ := scope(t, extended+"Resources: "+test.resources+"\n", settings)
			got := shown(t, sc, sc.Template().Get("Resources"))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("resources (-want +got):\n%s", diff)
			}
			if !json.Valid([]byte(got)) {
				t.Errorf("got %s, want JSON", got)
			}
		})
	}
}

func TestLoopErrors(t *testing.T) {
	bomb := `{"F${A}${B}${C}${D}${E}${F}": {Type: T}}`
	for _, v := range []string{"A", "B", "C", "D", "E", "F"} {
		bomb = `{"Fn::ForEach::` + v + `": [` + v + `, [a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r], ` + bomb + `]}`
	}
	for _, test := range []struct{ name, resources, want string }{
		{"no list", `{"Fn::ForEach::L": X}`, "t.yaml:8:31: Fn::ForEach::L takes a list of a variable, a list of its values and a mapping"},
		{"no mapping", `{"Fn::ForEach::L": [X, [a], b]}`, "t.yaml:8:31: Fn::ForEach::L takes a variable's name first and a mapping last"},
		{"no collection", `{"Fn::ForEach::L": [X, a, {}]}`, "t.yaml:8:35: Fn::ForEach::L takes a list here, but got a single value"},
		{"list of lists", `{"Fn::ForEach::L": [X, [[a]], {}]}`, "t.yaml:8:36: Fn::ForEach::L takes a list of texts, but one is a list"},
		{"resource", `{F: {Type: T}, "Fn::ForEach::L": [X, [!Ref F], {}]}`,
			`t.yaml:8:50: "F" is not a parameter of the template; conditions and loops cannot refer to anything else`},
		{"same key", `{"Fn::ForEach::L": [X, [a, b], {F: {Type: T}}]}`, `t.yaml:8:44: the loop makes the key "F" a second time`},
		{"too large", bomb, "loops make the template larger than 1048576 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			root, err := syntax.Parse("t.yaml", []byte(extended+"Resources: "+test.resources+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			_, err = New(root, settings)
			var e *syntax.Error
			if !errors.As(err, &e) || !strings.HasSuffix(e.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestExtensions(t *testing.T) {
	for _, test := range []struct{ value, want string }{
		{`!Length [a, b, c]`, "3"},
		{`!Length {Ref: Zones}`, "2"},
		{`{"Fn::Length": {"Fn::Split": [",", "a,b"]}}`, "2"},
		{`!ToJsonString {a: 1, b: "1", c: [true, x, ], d: !Ref Stage, e: !Ref AWS::NoValue, f: , g: '01', "<": "<"}`,
			`{"a":1,"b":"1","c":[true,"x"],"d":"dev","f":null,"g":"01","<":"<"}`},
		{`!ToJsonString [!Ref Zones]`, `[["a","b"]]`},
		{`!ToJsonString [~, !Ref AWS::NoValue, !If ["Isdev", ~, x], [~, {a: ~}], {b: !If ["Isdev", [!Ref Stage], x]}]`, `[null,null,[null,{"a":null}],{"b":["dev"]}]`},
		{`!ToJsonString {a: !Ref AWS::NoValue, b: {c: !Ref AWS::NoValue}, d: []}`, `{"b":{},"d":[]}`},
		{`!FindInMap [Sizes, !Sub "${Stage}", memory]`, "128"},
		{`!FindInMap [Sizes, prod, memory, {DefaultValue: !Ref Stage}]`, "dev"},
		{`!FindInMap [Sizes, dev, memory, {DefaultValue: 1}]`, "128"},
		{`{Ref: !Join ["", [Sta, ge]]}`, "dev"},
		{`{"Fn::GetAtt": [!Sub "F${Stage}", Arn]}`, "arn:aws:lambda:ap-northeast-2:123456789012:function:Fdev"},
		{`{"Fn::If": [!Sub "Is${Stage}", there, gone]}`, "there"},
	} {
		t.Run(test.value, func(t *testing.T) {
			src := extended + "Conditions: {'Fn::ForEach::C': [X, [dev], {'Is${X}': !Equals [!Ref Stage, !Ref X]}]}\n" +
				"Resources: {'Fn::ForEach::L': [X, [dev], {'F${X}': {Type: AWS::Lambda::Function, Condition: 'Is${X}'}}]}\n"
			sc, root := scope(t, src+"Metadata: {Value: "+test.value+"}\n", settings)
			got, err := sc.Resolve(root.Get("Metadata").Get("Value"), silent)
			if err != nil {
				t.Fatal(err)
			}
			if got.Value != test.want {
				t.Errorf("got %s, want %s", got.Value, test.want)
			}
		})
	}
	sc, root := scope(t, extended+"Metadata: {Value: !ToJsonString a}\nResources: {}\n", settings)
	if _, err := sc.Resolve(root.Get("Metadata").Get("Value"), silent); err == nil {
		t.Error("Fn::ToJsonString of a single value: got no error, want one")
	}
}

// TestToJsonString holds which notes and which error Fn::ToJsonString gives.
func TestToJsonString(t *testing.T) {
	for _, test := range []struct {
		value, want string
		notes       []string
	}{
		{`!ToJsonString [{a: "{{resolve:ssm:x}}"}, !GetAZs ""]`, "", []string{
			"the zones a, b and c stand for those that the account has in ap-northeast-2",
			"dynamic references are not looked up; the text {{resolve:…}} stays as it is"}},
		{`!ToJsonString {a: [x, [!Ref Stag]], b: !Ref Nowhere}`, `t.yaml:8:42: "Stag" is neither a parameter nor a resource of the template; did you mean "Stage"?`, nil},
		{`!ToJsonString {a: !Select [9, []]}`, `t.yaml:8:46: Fn::Select: "9" is not an index of a list of 0`, nil},
		{`{"Fn::ToJsonString": !Ref Stage}`, "t.yaml:8:40: Fn::ToJsonString takes a mapping or a list, but got a single value", nil},
		{`{"Fn::ToJsonString": !Ref AWS::NoValue}`, "t.yaml:8:40: Fn::ToJsonString takes a mapping or a list, but got nothing", nil},
	} {
		sc, root := scope(t, extended+"Metadata: {Value: "+test.value+"}\nResources: {}\n", settings)
		var notes []string
		_, err := sc.Resolve(root.Get("Metadata").Get("Value"), func(_ syntax.Position, text string) { notes = append(notes, text) })
		if err != nil && err.Error() != test.want || err == nil && test.want != "" {
			t.Errorf("%s: got the error %v, want %q", test.value, err, test.want)
		}
		if diff := cmp.Diff(test.notes, notes); diff != "" {
			t.Errorf("%s: notes (-want +got):\n%s", test.value, diff)
		}
	}
}

// The transform may be called by its name, alone or in a list, or by a mapping.
func TestExtensionsTransform(t *testing.T) {
	for _, transform := range []string{"AWS::LanguageExtensions", "[Mine, AWS::LanguageExtensions]", "{Name: AWS::LanguageExtensions}", "[{Name: AWS::LanguageExtensions}]"} {
		sc, _ := scope(t, "Transform: "+transform+"\nResources: {'Fn::ForEach::L': [X, [a], {'F${X}': {Type: T}}]}\n", settings)
		if sc.Resource("Fa") == nil {
			t.Errorf("%s: got no resource Fa", transform)
		}
	}
}
