package rawjson

import "testing"

func TestObject(t *testing.T) {
	tests := []struct{ text, want string }{
		{`{"a":1}`, "1"},
		{`{"a":1,"a": [2]}`, "[2]"},
		{`{"A":1}`, ""}, // another name
		{`{}`, ""},
	}
	for _, tt := range tests {
		if got, err := Object([]byte(tt.text)); err != nil || string(got["a"]) != tt.want {
			t.Errorf("%s: got %s, %v, want %s", tt.text, got["a"], err, tt.want)
		}
	}
	for _, text := range []string{``, `null`, `[]`, `"{}"`, `{"a":1`, `{}{}`} {
		if got, err := Object([]byte(text)); err == nil {
			t.Errorf("%q: got %v, want an error", text, got)
		}
	}
}
