package api

import (
	"testing"

	"maru/local/internal/template/internal/stack"
)

func TestCheckPath(t *testing.T) {
	for _, test := range []struct {
		kind       stack.Kind
		path, want string
	}{
		{stack.REST, "/", ""},
		{stack.REST, "/pets/{id}/toys", ""},
		{stack.REST, "/pets/", ""},
		{stack.REST, "/{proxy+}", ""},
		{stack.HTTP, "$default", ""},
		{stack.REST, "$default", "has to begin with a slash"},
		{stack.REST, "pets", "has to begin with a slash"},
		{stack.REST, "", "has to begin with a slash"},
		{stack.REST, "/a//b", "has an empty segment"},
		{stack.REST, "//", "has an empty segment"},
		{stack.HTTP, "/{a+}/b", "has a greedy parameter before its end: {a+}"},
		{stack.HTTP, "/{a}/{a}", "has the parameter a twice"},
		{stack.HTTP, "/x{a}", "has braces that do not enclose a whole segment: x{a}"},
		{stack.HTTP, "/{a", "has braces that do not enclose a whole segment: {a"},
		{stack.HTTP, "/{}", "has a parameter without a proper name: {}"},
		{stack.HTTP, "/{a{b}}", "has a parameter without a proper name: {a{b}}"},
		{stack.HTTP, "/{+}", "has a parameter without a proper name: {+}"},
	} {
		if got := checkPath(test.kind, test.path); got != test.want {
			t.Errorf("checkPath(%s, %q): got %q, want %q", test.kind, test.path, got, test.want)
		}
	}
}
