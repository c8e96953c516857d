package template

import (
	"fmt"
	"testing"
)

func TestIgnoreGlobals(t *testing.T) {
	for _, test := range []struct{ ignore, want string }{
		{"'*'", "128 3s"},
		{"[MemorySize]", "128 9s"},
		{"[]", "512 9s"},
	} {
		s := mustParse(t, "Globals: {Function: {MemorySize: 512, Timeout: 9}}\n"+function+"    IgnoreGlobals: "+test.ignore+"\n")
		f := s.Functions[0]
		if got := fmt.Sprint(f.MemorySize, " ", f.Timeout); got != test.want {
			t.Errorf("IgnoreGlobals: %s: got %s, want %s", test.ignore, got, test.want)
		}
	}
}
