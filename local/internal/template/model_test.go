package template

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/jsonmodel"
)

// accepts tells whether a stack's one model that is checked takes a body.
func accepts(t *testing.T, s *Stack, body string) bool {
	t.Helper()
	schemas, broken := s.APIs[0].CompileModels()
	if len(schemas) != 1 || len(broken) != 0 {
		t.Fatalf("got the models %v and the errors %v, want one model", schemas, broken)
	}
	for _, schema := range schemas {
		err := schema.Validate([]byte(body))
		var invalid *jsonmodel.InvalidError
		if err != nil && !errors.As(err, &invalid) {
			t.Fatal(err)
		}
		return err == nil
	}
	return false
}

// checking is a template whose method GET / checks bodies against the model M, which
// has the given schema, beside a model Name of text.
func checking(schema string) string {
	return plainREST + "  V: {Type: AWS::ApiGateway::RequestValidator, Properties: {RestApiId: !Ref R, ValidateRequestBody: true}}\n" +
		"  N: {Type: AWS::ApiGateway::Model, Properties: {RestApiId: !Ref R, ContentType: application/json, Name: Name, Schema: {type: string}}}\n" +
		"  P: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref R, HttpMethod: GET, ResourceId: !GetAtt R.RootResourceId, " +
		"RequestModels: {application/json: !Ref M}, RequestValidatorId: !Ref V, " + toFunction + "}}\n" +
		"  M: {Type: AWS::ApiGateway::Model, Properties: {RestApiId: !Ref R, ContentType: application/json, Schema: " + schema + "}}\n"
}

func TestCloudFormationModels(t *testing.T) {
	for _, test := range []struct{ name, schema, good, bad string }{
		{"types", "{type: object, properties: {n: {type: integer, maximum: 3, exclusiveMaximum: true}}, additionalProperties: false}", `{"n": 2}`, `{"n": 3}`},
		{"another draft", "{$schema: 'http://json-schema.org/draft-07/schema#', minimum: 3, exclusiveMinimum: true}", `4`, `3`},
		{"own definitions", "{$ref: '#/definitions/a', definitions: {a: {type: 'null'}}}", `null`, `1`},
		{"another model", "{type: array, items: {$ref: !Sub 'https://apigateway.amazonaws.com/restapis/${R}/models/${N}'}}", `["a"]`, `[1]`},
		{"text", `'{"type": "object", "required": ["a"]}'`, `{"a": 1}`, `{}`},
		{"values of every kind", "{enum: [1, 1.50, true, '1', null, [], !Ref AWS::Region, !Ref AWS::NoValue]}", `null`, `"us"`},
		{"as many as it says", "{minItems: 2}", `[1, 2]`, `[1]`},
		{"number that float64 does not hold", "{maximum: 9007199254740992}", `9007199254740992`, `9007199254740993`},
		{"fraction", "{multipleOf: 0.01}", `0.07`, `0.071`},
		{"tree", "{type: object, properties: {left: {$ref: '#'}}}", `{"left": {"left": {}}}`, `{"left": {"left": 1}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, checking(test.schema))
			if got := noted(s); got != nil {
				t.Errorf("got the notes %q, want none", got)
			}
			if !accepts(t, s, test.good) || accepts(t, s, test.bad) {
				t.Errorf("got %t for %s and %t for %s, want true and false",
					accepts(t, s, test.good), test.good, accepts(t, s, test.bad), test.bad)
			}
		})
	}
}

// TestModelValues holds what the values of a template come to in a schema, and
// where what is approximated in them is noted.
func TestModelValues(t *testing.T) {
	const conditions = "Conditions: {Yes: !Equals [a, a]}\n"
	for _, test := range []struct {
		name, schema, want string
		notes              []string
	}{
		{"numbers and what only looks like one", "{enum: [1, 1.50, 1E3, -0, '01', 0x10, .inf, 1_001, 99999999999999999999, '1e3', '1']}",
			`{"enum":[1,1.5,1000,0,"01",16,"Infinity",1001,100000000000000000000,"1e3","1"]}`, nil},
		{"booleans and words", "{enum: [True, 'yes', 'true', off, null]}", `{"enum":[true,"yes","true",false,null]}`, nil},
		{"nothing in a mapping", "{default: {a: , b: !Ref AWS::NoValue, c: !If [Yes, ~, x], d: {}}}", `{"default":{"d":{}}}`, nil},
		{"nothing in a list", "{enum: [~, !Ref AWS::NoValue, [], [~], !If [Yes, ~, x], !If [Yes, [~, {a: ~}], x]]}", `{"enum":[null,[],[null],[null,{}]]}`, nil},
		{"functions at any depth", "{properties: {a: {enum: [!Sub '${AWS::Region}', !If [Yes, {x: !Ref AWS::Region}, y]]}}}",
			`{"properties":{"a":{"enum":["us-east-1",{"x":"us-east-1"}]}}}`, nil},
		{"a schema by a function", "!If [Yes, {title: !Ref AWS::Region}, x]", `{"title":"us-east-1"}`, nil},
		{"approximations", "{title: '{{resolve:ssm:x}}', enum: [!GetAZs '']}", `{"enum":[["us-east-1a","us-east-1b","us-east-1c"]],"title":"{{resolve:ssm:x}}"}`, []string{
			"11:116 approximated M.Schema.Schema: dynamic references are not looked up; the text {{resolve:…}} stays as it is",
			"11:144 approximated M.Schema.Schema: the zones a, b and c stand for those that the account has in us-east-1"}},
		{"approximation of a text", `'{"title": "{{resolve:ssm:x}}"}'`, `{"title":"{{resolve:ssm:x}}"}`, []string{
			"11:108 approximated M.Schema: dynamic references are not looked up; the text {{resolve:…}} stays as it is"}},
	} {
		s := mustParse(t, checking(test.schema)+conditions)
		if diff := cmp.Diff(test.notes, noted(s)); diff != "" {
			t.Errorf("%s: notes (-want +got):\n%s", test.name, diff)
		}
		got, err := json.Marshal(s.APIs[0].Models["M"].Schema)
		if diff := cmp.Diff(test.want, string(got)); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", test.name, err, diff)
		}
	}
	_, err := parse(checking("{title: !Ref Nowhere, enum: [1, !Ref Never, {a: !Select [9, []]}]}"), Options{})
	for _, want := range []string{`11:116: "Nowhere" is neither`, `11:140: "Never" is neither`, `11:165: Fn::Select: "9" is not an index`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s among the errors", err, want)
		}
	}
}

// TestBrokenModels holds that what cannot be compiled is noted where it stands
// and not loaded from anywhere.
func TestBrokenModels(t *testing.T) {
	const end = "; routes that check bodies against it answer every request with 500"
	for _, test := range []struct{ name, schema, want string }{
		{"type", "{type: objekt}", "the model M cannot be compiled: at '/type': 'anyOf' failed"},
		{"pattern that RE2 does not have", "{pattern: '^(?=x)'}", "the model M cannot be compiled: at '/pattern': '^(?=x)' is not valid regex"},
		{"keyword of a later draft", "{minimum: 1, exclusiveMinimum: 3}", "the model M cannot be compiled: at '/exclusiveMinimum': got number, want boolean" + end},
		{"unknown model", "{$ref: 'https://apigateway.amazonaws.com/restapis/x/models/Dog'}",
			`the model M cannot be compiled: failing loading "https://apigateway.amazonaws.com/restapis/x/models/Dog": the API has no such model` + end},
		{"file", "{$ref: 'file:///etc/hostname'}", `failing loading "file:///etc/hostname": the API has no such model` + end},
		{"place that is not there", "{$ref: '#/definitions/a'}", "/models/M#/definitions/a\" not found" + end},
		{"number that is out of all bounds", "{multipleOf: 1e999999999}", "the model M cannot be compiled: at '/multipleOf': got string, want number" + end},
		{"cycle", "{not: {$ref: '#'}}", "the model M cannot be compiled: it refers to itself without an end" + end},
		{"cycle inside", "{properties: {a: {allOf: [{$ref: '#/properties/b'}]}, b: {dependencies: {x: {$ref: '#/properties/a'}}}}}",
			"the model M cannot be compiled: it refers to itself without an end" + end},
		{"no schema", "[1]", "the model M cannot be compiled: at '': got array, want object" + end},
	} {
		notes := noted(mustParse(t, checking(test.schema)))
		if len(notes) != 1 || !strings.HasPrefix(notes[0], "11:108 refused M.Schema: ") || !strings.Contains(notes[0], test.want) {
			t.Errorf("%s: got %q, want %q", test.name, notes, test.want)
		}
	}
	if _, err := parse(checking("'{'"), Options{}); err == nil || !strings.Contains(err.Error(), "11:108: Schema has to be JSON") {
		t.Errorf("text that is no JSON: got %v", err)
	}
}

// TestImportedModels holds what API Gateway makes of a definition's schemas.
func TestImportedModels(t *testing.T) {
	const body = `{x-amazon-apigateway-request-validators: {all: {validateRequestBody: true}}, x-amazon-apigateway-request-validator: all,
  paths: {/x: {put: {` + behind + `, requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/A%20b'}}}}}}},
  components: {schemas: {'A b': {type: object, minProperties: 9, example: {minItems: 1}, properties: {minItems: {type: array, minItems: 2,
    items: {$ref: '#/components/schemas/C/properties/c'}}}}, C: {properties: {c: {type: string, nullable: true}}}, Unused: {type: wrong}}}}`
	s := mustParse(t, defined("Api", "", body))
	if got := noted(s); got != nil {
		t.Errorf("got the notes %q, want none", got)
	}
	a := s.APIs[0]
	got, err := json.Marshal(a.Models["A b"].Schema)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"example":{"minItems":1},"properties":{"minItems":{"items":{"$ref":"https://apigateway.amazonaws.com/restapis/` + a.ID +
		`/models/C#/properties/c"},"type":"array"}},"type":"object"}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"A b", "C", "Unused"}, slices.Sorted(maps.Keys(a.Models))); diff != "" {
		t.Errorf("models (-want +got):\n%s", diff)
	}
	if !accepts(t, s, `{"minItems": ["a"]}`) || accepts(t, s, `{"minItems": [1]}`) {
		t.Error("got other bodies accepted than those whose items are all text")
	}
}

// TestModelsOnDemand: a definition's schemas are for documentation unless a
// validator asks for them.
func TestModelsOnDemand(t *testing.T) {
	s := mustParse(t, defined("Api", "", "{x-amazon-apigateway-request-validators: {p: {validateRequestParameters: true}}, paths: {/x: {get: {"+behind+"}}}, definitions: {Pet: {type: wrong}}}"))
	if got := s.APIs[0].Models; got != nil {
		t.Errorf("got the models %v, want none", got)
	}
	if schemas, broken := s.APIs[0].CompileModels(); len(schemas)+len(broken) != 0 {
		t.Errorf("got %v and %v, want nothing compiled", schemas, broken)
	}
}
