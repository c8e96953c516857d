package jsonmodel

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestImport(t *testing.T) {
	const models = "https://apigateway.amazonaws.com/restapis/abc/models/"
	for _, test := range []struct{ name, schema, want string }{
		{"no schema", `"text"`, `"text"`},
		{"what an import loses", `{"type":"array","minItems":1,"maxItems":2,"minProperties":3,"maxProperties":4,"minLength":5}`, `{"type":"array","minLength":5}`},
		{"at any depth", `{"items":[{"not":{"minItems":1}}],"additionalProperties":{"allOf":[{"maxItems":1}]}}`, `{"items":[{"not":{}}],"additionalProperties":{"allOf":[{}]}}`},
		{"names that are keywords", `{"properties":{"minItems":{"minItems":1},"$ref":{"type":"string"},"enum":{"maxItems":1}}}`, `{"properties":{"minItems":{},"$ref":{"type":"string"},"enum":{}}}`},
		{"every mapping of names", `{"patternProperties":{"maxItems":{"maxItems":1}},"definitions":{"maxItems":{"maxItems":1}},"dependencies":{"maxItems":{"maxItems":1},"a":["minItems"]}}`,
			`{"patternProperties":{"maxItems":{}},"definitions":{"maxItems":{}},"dependencies":{"maxItems":{},"a":["minItems"]}}`},
		{"no mapping of names", `{"properties":[{"minItems":1}]}`, `{"properties":[{"minItems":1}]}`},
		{"values", `{"enum":[{"minItems":1}],"default":{"$ref":"#/definitions/A"},"example":{"maxItems":1}}`, `{"enum":[{"minItems":1}],"default":{"$ref":"#/definitions/A"},"example":{"maxItems":1}}`},
		{"no items", `{"required":[]}`, `{"required":[]}`},
		{"OpenAPI 2", `{"$ref":"#/definitions/A%20b"}`, `{"$ref":"` + models + `A%20b"}`},
		{"OpenAPI 3", `{"items":{"$ref":"#/components/schemas/A"}}`, `{"items":{"$ref":"` + models + `A"}}`},
		{"inside of a schema", `{"$ref":"#/components/schemas/A/properties/x~1y"}`, `{"$ref":"` + models + `A#/properties/x~1y"}`},
		{"elsewhere", `{"$ref":"#/components/parameters/A"}`, `{"$ref":"#/components/parameters/A"}`},
		{"no text", `{"$ref":{"minItems":1}}`, `{"$ref":{"minItems":1}}`},
	} {
		schema := decoded(t, test.schema)
		if diff := cmp.Diff(decoded(t, test.want), Import("abc", schema)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		if diff := cmp.Diff(decoded(t, test.schema), schema); diff != "" {
			t.Errorf("%s: the schema was changed (-want +got):\n%s", test.name, diff)
		}
	}
}

// TestImportedTogether holds that imported models find one another.
func TestImportedTogether(t *testing.T) {
	models := map[string]any{
		"Pets":  Import("abc", decoded(t, `{"type":"array","minItems":9,"items":{"$ref":"#/components/schemas/Pet%20x"}}`)),
		"Pet x": Import("abc", decoded(t, `{"properties":{"tag":{"$ref":"#/components/schemas/Tag/definitions/t"}}}`)),
		"Tag":   Import("abc", decoded(t, `{"definitions":{"t":{"type":"string"}}}`)),
	}
	schemas, broken := Compile("abc", models, []string{"Pets"})
	s := schemas["Pets"]
	if s == nil || !accepts(t, s, `[{"tag":"a"}]`) || accepts(t, s, `[{"tag":1}]`) {
		t.Errorf("got %v, %v, want a model of pets whose tags are text", s, broken)
	}
}

func TestParseReference(t *testing.T) {
	for _, test := range []struct{ ref, name, pointer string }{
		{"#/definitions/Pet", "Pet", ""},
		{"#/components/schemas/Pet", "Pet", ""},
		{"#/definitions/Pet/properties/a~1b", "Pet", "properties/a~1b"},
		{"#/definitions/a~1b%20~01", "a/b ~1", ""},
		{"#/definitions/100%", "100%", ""},
		{"#/definitions/", "", ""},
		{"#/definitions", "", ""},
		{"#/components/parameters/Pet", "", ""},
		{"other.yaml#/definitions/Pet", "", ""},
		{"", "", ""},
	} {
		if name, pointer := ParseReference(test.ref); name != test.name || pointer != test.pointer {
			t.Errorf("%s: got %q and %q, want %q and %q", test.ref, name, pointer, test.name, test.pointer)
		}
	}
}

// FuzzImport holds that an import leads to no keyword that API Gateway loses, and
// that a second one changes nothing.
func FuzzImport(f *testing.F) {
	for _, seed := range []string{`{"minItems":1,"$ref":"#/definitions/A"}`, `{"items":{"$ref":"#/definitions/A~1b/c"}}`, `{"properties":{"minItems":{"minItems":1}}}`, `{"enum":[{"maxItems":1}]}`, `[[{}],null]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		schema, err := Decode(strings.NewReader(text))
		if err != nil {
			return
		}
		model := Import("abc", schema)
		if diff := cmp.Diff(model, Import("abc", model)); diff != "" {
			t.Errorf("%s: a second import changes the model:\n%s", text, diff)
		}
		if keywords, ok := model.(map[string]any); ok && keywords["minItems"] != nil {
			t.Errorf("%s: the model %v has minItems", text, model)
		}
	})
}
