package jsonmodel

import "testing"

func TestInvalidError(t *testing.T) {
	for _, test := range []struct{ schema, body, want string }{
		{`{"required":["b","a"]}`, `{}`, `[object has missing required properties (["a","b"])]`},
		{`{"required":["a","<"]}`, `{}`, `[object has missing required properties (["\u003c","a"])]`},
		{`{"type":["integer","null"]}`, `"x"`, `[instance type (string) does not match any allowed primitive type (allowed: ["integer","null"])]`},
		{`{"type":"number"}`, `"x"`, `[instance type (string) does not match any allowed primitive type (allowed: ["integer","number"])]`},
		{`{"additionalProperties":false}`, `{"b":1,"a":1}`, `[object instance has properties which are not allowed by the schema: ["a","b"]]`},
		{`{"allOf":[{"required":["b"]},{"required":["a"]}]}`, `{}`,
			`[object has missing required properties (["a"]), object has missing required properties (["b"])]`},
		{`{"properties":{"a":{"required":["z"]}},"required":["b"]}`, `{"a":{}}`,
			`[object has missing required properties (["b"]), object has missing required properties (["z"])]`},
		{`{"maximum":3}`, `4`, `[maximum: got 4, want 3]`},
	} {
		err := mustCompile(t, test.schema).Validate([]byte(test.body))
		if err == nil || err.Error() != test.want {
			t.Errorf("%s of %s: got %v, want %s", test.body, test.schema, err, test.want)
		}
	}
	if err := mustCompile(t, `{}`).Validate([]byte(`4`)); err != nil {
		t.Errorf("a model of everything: got %v", err)
	}
}
