package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An event may begin with what editors and shells of Windows put before a text.
func TestReadEvent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "event.json")
	for _, test := range []struct{ content, want, problem string }{
		{`{"a":1}`, `{"a":1}`, ""},
		{byteOrderMark + `{"a":1}`, `{"a":1}`, ""},
		{byteOrderMark + byteOrderMark + `{"a":1}`, "", "is not JSON"},
		{"", "", "is not JSON"},
	} {
		if err := os.WriteFile(path, []byte(test.content), 0o600); err != nil {
			t.Fatal(err)
		}
		fromFile, err := readEvent(t.Context(), nil, path, false)
		fromStdin, stdinErr := readEvent(t.Context(), strings.NewReader(test.content), "-", false)
		if string(fromFile) != test.want || string(fromStdin) != test.want {
			t.Errorf("%q: got %q and %q, want %q", test.content, fromFile, fromStdin, test.want)
		}
		for _, err := range []error{err, stdinErr} {
			if (err == nil) != (test.problem == "") || err != nil && !strings.Contains(err.Error(), test.problem) {
				t.Errorf("%q: got %v, want %q", test.content, err, test.problem)
			}
		}
	}
}
