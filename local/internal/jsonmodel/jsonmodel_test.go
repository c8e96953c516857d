package jsonmodel

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// decoded reads a schema, or anything else in JSON.
func decoded(t testing.TB, text string) any {
	t.Helper()
	v, err := Decode(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// compileOne compiles the model M of an API abc, which has a model Name of texts
// and one called "A b" as well.
func compileOne(t testing.TB, schema string) (*Schema, error) {
	t.Helper()
	models := map[string]any{
		"M": decoded(t, schema), "Name": decoded(t, `{"type":"string"}`), "A b": decoded(t, `{"definitions":{"n":{"type":"number"}}}`),
	}
	schemas, broken := Compile("abc", models, []string{"M"})
	if len(schemas)+len(broken) != 1 {
		t.Fatalf("got the schemas %v and the errors %v, want one of either", schemas, broken)
	}
	return schemas["M"], broken["M"]
}

func mustCompile(t testing.TB, schema string) *Schema {
	t.Helper()
	s, err := compileOne(t, schema)
	if err != nil {
		t.Fatalf("%s: %v", schema, err)
	}
	return s
}

// accepts tells whether a model takes a body, which has to be JSON.
func accepts(t *testing.T, s *Schema, body string) bool {
	t.Helper()
	err := s.Validate([]byte(body))
	var invalid *InvalidError
	if err != nil && !errors.As(err, &invalid) {
		t.Fatalf("%s: %v", body, err)
	}
	return err == nil
}

func TestValidate(t *testing.T) {
	for _, test := range []struct{ name, schema, good, bad string }{
		{"types", `{"type":"object","properties":{"n":{"type":"integer","maximum":3,"exclusiveMaximum":true}},"additionalProperties":false}`, `{"n":2}`, `{"n":3}`},
		{"another draft's name", `{"$schema":"http://json-schema.org/draft-07/schema#","minimum":3,"exclusiveMinimum":true}`, `4`, `3`},
		{"own definitions", `{"$ref":"#/definitions/a","definitions":{"a":{"type":"null"}}}`, `null`, `1`},
		{"another model", `{"type":"array","items":{"$ref":"https://apigateway.amazonaws.com/restapis/abc/models/Name"}}`, `["a"]`, `[1]`},
		{"inside of another model", `{"$ref":"https://apigateway.amazonaws.com/restapis/abc/models/A%20b#/definitions/n"}`, `1`, `"1"`},
		{"values of every kind", `{"enum":[1,1.5,true,"1",null,[]]}`, `null`, `false`},
		{"whole numbers", `{"type":"integer"}`, `1.0`, `1.5`},
		{"as many as it says", `{"minItems":2}`, `[1,2]`, `[1]`},
		{"pattern of package regexp", `{"pattern":"^a+$"}`, `"aa"`, `"ab"`},
		{"keyword of a later draft", `{"const":1,"maximum":3}`, `2`, `4`},
	} {
		s := mustCompile(t, test.schema)
		if !accepts(t, s, test.good) || accepts(t, s, test.bad) {
			t.Errorf("%s: got %t for %s and %t for %s, want true and false",
				test.name, accepts(t, s, test.good), test.good, accepts(t, s, test.bad), test.bad)
		}
	}
}

// TestNoJSON holds that what is no JSON breaks every model, and in other words than
// what a model refuses.
func TestNoJSON(t *testing.T) {
	s := mustCompile(t, `{}`)
	for _, body := range []string{"", " ", "{", "a=1", `{}{}`, `[1e999999999]`} {
		err := s.Validate([]byte(body))
		var invalid *InvalidError
		if err == nil || errors.As(err, &invalid) {
			t.Errorf("%q: got %v, want an error of Decode", body, err)
		}
	}
}

func TestBroken(t *testing.T) {
	for _, test := range []struct{ name, schema, want string }{
		{"no schema", `[1]`, "at '': got array, want object"},
		{"type", `{"type":"objekt"}`, "at '/type': 'anyOf' failed - at '/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', 'object', 'string' - at '/type': got string, want array"},
		{"pattern that package regexp does not have", `{"pattern":"^(?=x)"}`, "at '/pattern': '^(?=x)' is not valid regex: error parsing regexp: invalid or unsupported Perl syntax: `(?=`"},
		{"keyword as later drafts have it", `{"minimum":1,"exclusiveMinimum":3}`, "at '/exclusiveMinimum': got number, want boolean"},
		{"a model that is not the API's", `{"$ref":"https://apigateway.amazonaws.com/restapis/abc/models/Dog"}`,
			`failing loading "https://apigateway.amazonaws.com/restapis/abc/models/Dog": the API has no such model`},
		{"a model of another API", `{"$ref":"https://apigateway.amazonaws.com/restapis/xyz/models/Name"}`,
			`failing loading "https://apigateway.amazonaws.com/restapis/xyz/models/Name": the API has no such model`},
		{"file", `{"$ref":"file:///etc/hostname"}`, `failing loading "file:///etc/hostname": the API has no such model`},
		{"place that is not there", `{"$ref":"#/definitions/a"}`,
			`json-pointer in "https://apigateway.amazonaws.com/restapis/abc/models/M#/definitions/a" not found`},
		{"reference to itself", `{"not":{"$ref":"#"}}`, "it refers to itself without an end"},
	} {
		s, err := compileOne(t, test.schema)
		if err == nil || err.Error() != test.want || s != nil {
			t.Errorf("%s: got %v, %v, want the error %s", test.name, s, err, test.want)
		}
	}
}

// TestNeeded holds that a model is looked at only where it is needed, or referred to.
func TestNeeded(t *testing.T) {
	models := map[string]any{
		"Good": decoded(t, `{"type":"object"}`), "Wrong": decoded(t, `{"type":"wrong"}`),
		"Ref": decoded(t, `{"$ref":"`+URL("abc", "Wrong")+`"}`),
	}
	for _, test := range []struct{ needed, schemas, broken []string }{
		{nil, nil, nil},
		{[]string{"Good"}, []string{"Good"}, nil},
		{[]string{"Good", "Missing", "Ref", "Wrong"}, []string{"Good"}, []string{"Missing", "Ref", "Wrong"}},
	} {
		schemas, broken := Compile("abc", models, test.needed)
		if diff := cmp.Diff(test.schemas, slices.Sorted(maps.Keys(schemas))); diff != "" {
			t.Errorf("%v: schemas (-want +got):\n%s", test.needed, diff)
		}
		if diff := cmp.Diff(test.broken, slices.Sorted(maps.Keys(broken))); diff != "" {
			t.Errorf("%v: broken (-want +got):\n%s", test.needed, diff)
		}
	}
}

// TestModelsAreNotChanged: the caller keeps its models.
func TestModelsAreNotChanged(t *testing.T) {
	const schema = `{"$schema":"http://json-schema.org/draft-07/schema#","type":"object"}`
	models := map[string]any{"M": decoded(t, schema)}
	Compile("abc", models, []string{"M"})
	if diff := cmp.Diff(decoded(t, schema), models["M"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestURL(t *testing.T) {
	for name, want := range map[string]string{
		"Pet":        "https://apigateway.amazonaws.com/restapis/abc/models/Pet",
		"PUT /x a/b": "https://apigateway.amazonaws.com/restapis/abc/models/PUT%20%2Fx%20a%2Fb",
	} {
		if got := URL("abc", name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// TestBuiltin has the models that every API has.
func TestBuiltin(t *testing.T) {
	for _, test := range []struct{ name, good, bad string }{
		{"Empty", `{"a":1}`, `[]`},
		{"Error", `{"message":"m"}`, `{"message":1}`},
	} {
		schemas, broken := Compile("abc", map[string]any{test.name: Builtin(test.name)}, []string{test.name})
		if s := schemas[test.name]; s == nil || !accepts(t, s, test.good) || accepts(t, s, test.bad) {
			t.Errorf("%s: got %v, %v, want a model that takes %s and not %s", test.name, s, broken, test.good, test.bad)
		}
	}
	if got := Builtin("Pet"); got != nil {
		t.Errorf("Pet: got %v, want none", got)
	}
}

// FuzzValidate holds that a model takes the bodies that it allows and no others.
func FuzzValidate(f *testing.F) {
	for _, seed := range []string{`{"a":1,"b":2}`, `{"a":1,"b":2,"a":"x"}`, ``, ` `, `null`, `[[[`, "\xff", `{"a":1e999999999,"b":-0}`} {
		f.Add([]byte(seed))
	}
	s := mustCompile(f, `{"type":"object","required":["a","b"],"properties":{"a":{"type":"number","minimum":-9},"b":{"type":"number","minimum":-9}}}`)
	f.Fuzz(func(t *testing.T, body []byte) {
		allowed := bothAreNumbers(body)
		err := s.Validate(body)
		if allowed != (err == nil) || err != nil && err.Error() == "" {
			t.Errorf("%q: got %v, want allowed %t", body, err, allowed)
		}
	})
}

// FuzzCompile holds that a model comes to a schema or an error, whatever it is, and
// that a schema checks bodies, such as the model itself, without a panic.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{`{"$ref":"#"}`, `{"items":{"$ref":"#"}}`, `{"id":"http://a/b","$ref":"c#d"}`, `{"$ref":"` + URL("abc", "M") + `#/not","not":{}}`,
		`{"dependencies":{"a":["b"]},"enum":[{}]}`, `{"$schema":1,"multipleOf":0.01}`, `{"$schema":"http://json-schema.org/schema","$ref":"#"}`, `[]`, `true`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		model, err := Decode(strings.NewReader(text))
		if err != nil {
			return
		}
		schemas, broken := Compile("abc", map[string]any{"M": model}, []string{"M"})
		if (schemas["M"] == nil) == (broken["M"] == nil) {
			t.Fatalf("%s: got %v and %v, want one of them", text, schemas["M"], broken["M"])
		}
		if s := schemas["M"]; s != nil {
			_ = s.Validate([]byte(text))
		}
	})
}
