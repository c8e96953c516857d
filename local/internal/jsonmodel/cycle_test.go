package jsonmodel

import "testing"

// TestRecursive holds that a schema may come back for what is inside of a value,
// and that one may apply twice to the same.
func TestRecursive(t *testing.T) {
	for _, schema := range []string{
		`{"type":"object","properties":{"left":{"$ref":"#"},"right":{"$ref":"#"}}}`,
		`{"type":"object","patternProperties":{"t$":{"$ref":"#"}}}`,
		`{"type":"object","additionalProperties":{"anyOf":[{"$ref":"#"}]}}`,
		`{"type":"object","properties":{"left":{"allOf":[{"$ref":"#"},{"$ref":"#"}]}}}`,
		`{"type":"object","properties":{"left":{"$ref":"` + URL("abc", "M") + `"}}}`,
	} {
		s := mustCompile(t, schema)
		if !accepts(t, s, `{"left": {"left": {}}}`) || accepts(t, s, `{"left": {"left": 1}}`) {
			t.Errorf("%s: got another decision than that each branch is an object", schema)
		}
	}
}

// TestCycles has models that apply to a value before they apply to it, each by
// another keyword.
func TestCycles(t *testing.T) {
	for _, schema := range []string{
		`{"$ref":"#"}`,
		`{"$ref":"` + URL("abc", "M") + `"}`,
		`{"not":{"$ref":"#"}}`,
		`{"allOf":[{},{"$ref":"#"}]}`,
		`{"anyOf":[{"$ref":"#"}]}`,
		`{"oneOf":[{"$ref":"#"}]}`,
		`{"dependencies":{"a":{"$ref":"#"}}}`,
		`{"items":{"not":{"$ref":"#/items"}}}`,
		`{"items":[{},{"not":{"$ref":"#/items/1"}}]}`,
		`{"items":[{}],"additionalItems":{"not":{"$ref":"#/additionalItems"}}}`,
		`{"additionalProperties":{"not":{"$ref":"#/additionalProperties"}}}`,
		`{"patternProperties":{"a":{"not":{"$ref":"#/patternProperties/a"}}}}`,
		`{"properties":{"a":{"allOf":[{"$ref":"#/properties/b"}]},"b":{"dependencies":{"x":{"$ref":"#/properties/a"}}}}}`,
	} {
		if _, err := compileOne(t, schema); err == nil || err.Error() != "it refers to itself without an end" {
			t.Errorf("%s: got %v, want an error", schema, err)
		}
	}
}
