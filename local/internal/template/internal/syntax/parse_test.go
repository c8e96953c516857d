package syntax

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// render writes a tree in one line: scalars in quotes, everything else as JSON
// would have it.
func render(n *Node) string {
	switch n.Kind {
	case Scalar:
		return fmt.Sprintf("%q", n.Value)
	case Sequence:
		var items []string
		for _, item := range n.Items {
			items = append(items, render(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case Mapping:
		var entries []string
		for _, e := range n.Entries {
			entries = append(entries, e.Key+": "+render(e.Value))
		}
		return "{" + strings.Join(entries, ", ") + "}"
	}
	return "null"
}

func TestParse(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"scalars", "[2010-09-09, '010', 'yes', 1.0, '', ~]", `["2010-09-09", "010", "yes", "1.0", "", null]`},
		{"a value left out is null", "Events:", `{Events: null}`},
		{"JSON", `{"Ref": "A", "n": [1, null]}`, `{Ref: "A", n: ["1", null]}`},
		{"short forms become long ones", "[!Ref A, !GetAtt A.Arn, !GetAtt [A, Arn], !Condition C]",
			`[{Ref: "A"}, {Fn::GetAtt: "A.Arn"}, {Fn::GetAtt: ["A", "Arn"]}, {Condition: "C"}]`},
		{"short forms nest", "!Join ['-', [!Ref A, !Sub '${B}']]",
			`{Fn::Join: ["-", [{Ref: "A"}, {Fn::Sub: "${B}"}]]}`},
		{"standard tags are read over", "[!!str 1, !!int '2']", `["1", "2"]`},
		{"aliases are expanded", "a: &x {k: v}\nb: *x", `{a: {k: "v"}, b: {k: "v"}}`},
		{"merged keys stand behind own ones", "a: &x {k: v, l: w}\nb: {<<: *x, k: own}",
			`{a: {k: "v", l: "w"}, b: {k: "own", l: "w"}}`},
		{"the first of several merged mappings wins", "<<: [{k: a}, {k: b, l: c}]", `{k: "a", l: "c"}`},
		{"JSON escapes", `{"a": "\ud83d\ude00\/\u00e9", "b": [true, false, 1.0, -2e3, "1"]}`,
			`{a: "😀/é", b: ["true", "false", "1.0", "-2e3", "1"]}`},
		{"byte order mark", "\ufeff{\"a\": {}}", `{a: {}}`},
		{"YAML in braces", "{\"a\": b, # why\n c: !Ref d,}", `{a: "b", c: {Ref: "d"}}`},
		{"Korean", "설명: 마루", `{설명: "마루"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := Parse("t.yaml", []byte(test.src))
			if err != nil {
				t.Fatal(err)
			}
			if got := render(d.Root); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestParsePositions(t *testing.T) {
	d, err := Parse("t.yaml", []byte("# 마루\nA:\n  B: !Ref C\n  가: [d, e]\nF: &x 1\nG: *x\n"))
	if err != nil {
		t.Fatal(err)
	}
	n := d.Root
	ref, list := n.Get("A").Get("B"), n.Get("A").Get("가")
	got := []string{
		n.Entries[0].Pos.String(),
		ref.Pos.String(),
		ref.Get("Ref").Pos.String(),
		list.Items[1].Pos.String(),
		n.Get("G").Pos.String(),
	}
	want := []string{"t.yaml:2:1", "t.yaml:3:6", "t.yaml:3:6", "t.yaml:4:10", "t.yaml:6:4"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("positions (-want +got):\n%s", diff)
	}
}

func TestParsePositionsJSON(t *testing.T) {
	d, err := Parse("t.json", []byte("{\n\t\"가\": {\"B\" : [1, {\"c\": null}]},\n\n\"d\"\n:\ntrue}"))
	if err != nil {
		t.Fatal(err)
	}
	n := d.Root
	list := n.Get("가").Get("B")
	got := []string{
		n.Pos.String(), n.Entries[0].Pos.String(), n.Get("가").Entries[0].Pos.String(), list.Pos.String(),
		list.Items[1].Get("c").Pos.String(), n.Entries[1].Pos.String(), n.Get("d").Pos.String(),
	}
	want := []string{"t.json:1:1", "t.json:2:2", "t.json:2:8", "t.json:2:14", "t.json:2:24", "t.json:4:1", "t.json:6:1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("positions (-want +got):\n%s", diff)
	}
}

// A number is told from text that looks like one.
func TestParseTyped(t *testing.T) {
	for _, src := range []string{`[1, 1.5, true, "1", "true", x]`, "{\"a\": [1, 1.5, true, \"1\", \"true\", \"x\"]}"} {
		d, err := Parse("t", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		n := d.Root
		if a := n.Get("a"); a != nil {
			n = a
		}
		var got []bool
		for _, item := range n.Items {
			got = append(got, item.Typed)
		}
		if diff := cmp.Diff([]bool{true, true, true, false, false, false}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", src, diff)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"empty", "", "t.yaml: the template is empty"},
		{"only a comment", "# nothing\n", "t.yaml: the template is empty"},
		{"not YAML", "a: b\nc: [d", "t.yaml:2:1: reading YAML: did not find expected ',' or ']'"},
		{"mapping in a value", "a: b\n c: d", "t.yaml:2:1: reading YAML: mapping values are not allowed in this context"},
		{"character that begins no value", "a:\n  b: @c", "t.yaml:2:1: reading YAML: found character that cannot start any token"},
		{"bad indentation", "a:\n  b: c\n d: e\n", "t.yaml:3:1: reading YAML: did not find expected key"},
		{"bad indentation further down", "a: 1\nb:\n  c:\n    d: 1\n    e: 2\n   f: 3\n    g: 4\n", "t.yaml:6:1: reading YAML: did not find expected key"},
		{"bad indentation in a list", "a:\n  - b\n  - c\n d: 1\n", "t.yaml:4:1: reading YAML: did not find expected key"},
		{"a bracket that is not closed", "a: 1\nb:\n  c: [d,\n    e\n  f: 1\n", "t.yaml:4:1: reading YAML: did not find expected ',' or ']'"},
		{"bad indentation in a second document", "a: 1\n---\nb:\n  c: 1\n d: 2\n", "t.yaml:3:1: reading YAML: did not find expected key"},
		{"two documents", "a: b\n---\nc: d\n", "t.yaml:2:1: a second YAML document begins here; a template is one"},
		{"key that is no text", "[a]: b", "t.yaml:1:1: a key has to be plain text"},
		{"misspelt tag", "a: !Reff b", `t.yaml:1:4: the tag !Reff is not an intrinsic function; did you mean "Ref"?`},
		{"strange tag", "a: !include b.yaml", "t.yaml:1:4: the tag !include is not an intrinsic function"},
		{"alias in its own anchor", "a: &x [*x]", "t.yaml:1:8: the alias *x stands inside of its own anchor"},
		{"merge of text", "<<: text", "t.yaml:1:5: << merges a mapping, but here is a single value"},
		{"too deep", strings.Repeat("[", 101) + strings.Repeat("]", 101),
			"t.yaml:1:1: the template is nested more than 100 levels deep"},
		{"not JSON", "{\n  \"a\": 1\n  \"b\": 2\n}", `t.yaml:3:3: reading JSON: invalid character '"' after object key:value pair`},
		{"JSON without an end", `{"a": [1`, "t.yaml:1:8: reading JSON: unexpected end of JSON input"},
		{"text behind JSON", "{}\n{}", "t.yaml:2:1: reading JSON: invalid character '{' after top-level value"},
		{"too deep in JSON", `{"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}",
			"t.yaml:1:105: the template is nested more than 100 levels deep"},
		{"too large", strings.Repeat("#", MaxSize+1),
			"t.yaml: the template has 1048577 bytes; CloudFormation takes 1048576 at most"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse("t.yaml", []byte(test.src))
			if err == nil {
				t.Fatalf("got no error, want %s", test.want)
			}
			if got := err.Error(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// A tab that indents is named, at its place.
func TestParseTabs(t *testing.T) {
	for _, test := range []struct{ src, at string }{
		{"a:\n\tb: c", "2:1"},
		{"a:\n  \tb: c", "2:3"},
		{"\ta: b\n", "1:1"},
		{"a:\n  b: c\n\td: e\n", "3:1"},
		{"a:\n  b: c\n\n  # text\n  \td: e\n", "5:3"},
		{"a:\n  - b\n\t- c\n", "3:1"},
		{"a:\n- b\n-\tc\n", "3:2"},
		{"a:\n  b: >\n    x\n\tc: d\n", "4:1"},
		{"a: |\n\tx\n", "2:1"},
		{"a: {\n\tb: c\n\t}\n", "2:1"},
	} {
		_, err := Parse("t.yaml", []byte(test.src))
		if want := "t.yaml:" + test.at + ": a tab cannot indent YAML; use spaces"; err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", test.src, err, want)
		}
	}
}

// Of a key that is given several times the last value holds, in its first place.
func TestParseDuplicateKeys(t *testing.T) {
	const holds = "; the last one holds, as in CloudFormation"
	for _, test := range []struct {
		name, src, want string
		remarks         []string
	}{
		{"YAML", "a: 1\nb: 2\na: {c: 3}\n", `{a: {c: "3"}, b: "2"}`, []string{`3:1: the key "a" was given before, at t.yaml:1:1`}},
		{"several times", "a: 1\na: 2\na: 3\n", `{a: "3"}`, []string{
			`2:1: the key "a" was given before, at t.yaml:1:1`, `3:1: the key "a" was given before, at t.yaml:2:1`,
		}},
		{"at two levels", "a: {b: 1, b: 2}\na: {b: 3, b: 4}\n", `{a: {b: "4"}}`, []string{
			`1:11: the key "b" was given before, at t.yaml:1:5`, `2:11: the key "b" was given before, at t.yaml:2:5`,
			`2:1: the key "a" was given before, at t.yaml:1:1`,
		}},
		{"JSON", "{\n \"가\": 1, \"b\": 2, \"가\": 3}", `{가: "3", b: "2"}`, []string{`2:18: the key "가" was given before, at t.yaml:2:2`}},
		{"braces", `{"a": 1, a: 2}`, `{a: "2"}`, []string{`1:10: the key "a" was given before, at t.yaml:1:2`}},
		{"two spellings of a key", "on: 1\ntrue: 2\n", `{true: "2"}`, []string{`2:1: the key "true" was given before, at t.yaml:1:1`}},
		{"merged keys are not given before", "x: &x {k: v}\ny: {<<: *x, k: w}\n", `{x: {k: "v"}, y: {k: "w"}}`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := Parse("t.yaml", []byte(test.src))
			if err != nil {
				t.Fatal(err)
			}
			if got := render(d.Root); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			var got, want []string
			for _, r := range d.Remarks {
				got = append(got, r.Pos.String()+": "+r.Text)
			}
			for _, text := range test.remarks {
				want = append(want, "t.yaml:"+text+holds)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("remarks (-want +got):\n%s", diff)
			}
		})
	}
}

// Each line of the "billion laughs" doubles what the line before expands to.
func TestParseAliasBomb(t *testing.T) {
	var src strings.Builder
	src.WriteString("a0: &a0 [x, x]\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&src, "a%d: &a%d [*a%d, *a%d]\n", i, i, i-1, i-1)
	}
	_, err := Parse("t.yaml", []byte(src.String()))
	if err == nil || !strings.Contains(err.Error(), "aliases make the template larger than 10 MB") {
		t.Errorf("got %v, want an error on the template's size", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("a: &x !Sub '${b}'\n<<: {c: *x}\n"))
	f.Add([]byte(`{"Ref": ["a", null]}`))
	f.Add([]byte(`{"a": {"b": [1, true, "\u00e9"]}, "a": 2}`))
	f.Add([]byte("a: [yes, 010, 0x_, 1_000.5e3, 22:22, 1:30.5, -.inf, .nan, !!int '08', 012345678901]\non: 1\ntrue: 2\n"))
	f.Add([]byte("a:\n  b: c\n\td: e\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		d, err := Parse("t.yaml", src)
		if err == nil && (d == nil || d.Root == nil) {
			t.Error("got neither a tree nor an error")
		}
	})
}

func TestOneOrMore(t *testing.T) {
	one, more := Text(Position{}, "a"), List(Position{}, []string{"a", "b"})
	for _, test := range []struct {
		n    *Node
		want []*Node
	}{
		{nil, nil},
		{one, []*Node{one}},
		{more, more.Items},
		{&Node{Kind: Mapping}, []*Node{{Kind: Mapping}}},
	} {
		if got := test.n.OneOrMore(); len(got) != len(test.want) || len(got) > 0 && got[0].Kind != test.want[0].Kind {
			t.Errorf("%v: got %v, want %v", test.n, got, test.want)
		}
	}
}
