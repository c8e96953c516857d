package rawjson

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzScanner checks that the scanner takes what encoding/json takes and reads
// the same strings.
func FuzzScanner(f *testing.F) {
	for _, s := range []string{
		`{}`, `[]`, ` {"a" : [1, -0.5e+3, true, false, null, "x\u00e9\ud83d\ude00\n"]} `, `"\ud800"`, `"\ud800\u0041"`,
		`{"a":1,}`, `[1 2]`, `01`, `1.`, `-`, `1e`, `"\x"`, `"\u12"`, "\"\x01\"", `nul`, `truee`, `{"a"}`, `{a:1}`, `[`, `"`, ``, "\x00",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s := NewScanner(slices.Clone(data))
		_, err := s.Value()
		if err == nil {
			err = s.End()
		}
		if valid := json.Valid(data); valid != (err == nil) {
			t.Fatalf("%q: got error %v, encoding/json says valid: %v", data, err, valid)
		}
		var want string
		if utf8.Valid(data) && json.Unmarshal(data, &want) == nil && data[0] == '"' {
			s := NewScanner(data)
			if got, err := s.Text(); err != nil || string(got) != want {
				t.Fatalf("%q: got %q, %v, want %q", data, got, err, want)
			}
		}
	})
}

func TestScannerStopsAtDepth(t *testing.T) {
	deep := strings.Repeat("[", maxDepth+1)
	s := NewScanner([]byte(deep))
	if _, err := s.Value(); err != errDepth {
		t.Errorf("got error %v, want %v", err, errDepth)
	}
}
