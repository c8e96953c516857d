package jsonmodel

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bothAreNumbers tells, by package encoding/json alone, whether a body is an object
// whose a and b are numbers from -9.
func bothAreNumbers(body []byte) bool {
	var value map[string]any
	if json.Unmarshal(body, &value) != nil {
		return false
	}
	for _, name := range []string{"a", "b"} {
		if number, ok := value[name].(float64); !ok || number < -9 {
			return false
		}
	}
	return true
}

func TestDecode(t *testing.T) {
	for _, test := range []struct {
		text string
		want any // nil for an error
	}{
		{`"a"`, "a"},
		{`true`, true},
		{`12`, json.Number("12")},
		{`-9223372036854775808`, json.Number("-9223372036854775808")},
		{`9223372036854775808`, float64(9223372036854775808)},
		{`1.50`, 1.5},
		{`1e3`, 1000.0},
		{`1e-999999999`, 0.0},
		{`{"a":[1,{"b":2.5}],"c":null}`, map[string]any{"a": []any{json.Number("1"), map[string]any{"b": 2.5}}, "c": nil}},
		{`1e999999999`, nil},
		{`[{"a":1e999999999}]`, nil},
		{`{} {}`, nil},
		{`{"a":`, nil},
		{``, nil},
	} {
		got, err := Decode(strings.NewReader(test.text))
		if err != nil {
			got = nil
		}
		if diff := cmp.Diff(test.want, got); diff != "" || (err == nil) != (test.want != nil) {
			t.Errorf("%s: got the error %v (-want +got):\n%s", test.text, err, diff)
		}
	}
	if got, err := Decode(strings.NewReader(` null `)); got != nil || err != nil {
		t.Errorf("null: got %v, %v", got, err)
	}
}

// TestNumbers holds that numbers keep their value as far as schemas need it.
func TestNumbers(t *testing.T) {
	s := mustCompile(t, `{"properties":{"i":{"maximum":9007199254740992},"d":{"multipleOf":0.01}}}`)
	for body, want := range map[string]bool{
		`{"i": 9007199254740992}`: true, `{"i": 9007199254740993}`: false, `{"i": 1e308}`: false,
		`{"d": 0.07}`: true, `{"d": 0.071}`: false, `{"d": 1e-999999999}`: true,
	} {
		if got := accepts(t, s, body); got != want {
			t.Errorf("%s: got %t, want %t", body, got, want)
		}
	}
}
