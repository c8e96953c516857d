package read

import (
	"strings"
	"testing"

	"maru/local/internal/template/internal/syntax"
)

func TestMerge(t *testing.T) {
	for _, test := range []struct{ name, global, local, want string }{
		{"scalars are overridden", "a", "b", "b"},
		{"mappings are merged", "{a: 1, b: {c: 2, d: 3}}", "{b: {d: 4}, e: 5}", "{a: 1, b: {c: 2, d: 4}, e: 5}"},
		{"lists are joined, the global one first", "[a, b]", "[b, c]", "[a, b, b, c]"},
		{"other kinds are overridden", "{a: 1}", "[b]", "[b]"},
		{"functions are overridden", "!Ref A", "{b: 1}", "{b: 1}"},
		{"functions override", "{b: 1}", "!Ref A", "{Ref: A}"},
		{"functions are not merged", "!Sub a", "!Ref A", "{Ref: A}"},
		{"null overrides", "a", "~", "~"},
	} {
		t.Run(test.name, func(t *testing.T) {
			global, local := tree(t, test.global), tree(t, test.local)
			got := flow(merge(global, local))
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if before := flow(tree(t, test.global)); flow(global) != before {
				t.Errorf("the global value changed: got %s, want %s", flow(global), before)
			}
		})
	}
}

func tree(t *testing.T, src string) *syntax.Node {
	t.Helper()
	d, err := syntax.Parse("t.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return d.Root
}

// flow writes a tree in YAML's flow style.
func flow(n *syntax.Node) string {
	var parts []string
	switch n.Kind {
	case syntax.Scalar:
		return n.Value
	case syntax.Sequence:
		for _, item := range n.Items {
			parts = append(parts, flow(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case syntax.Mapping:
		for _, e := range n.Entries {
			parts = append(parts, e.Key+": "+flow(e.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return "~"
}
