package template

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzParse holds that any bytes give a Stack or an error, never both and
// never neither, and that a Stack's routes lead to functions it has.
func FuzzParse(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		src, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte(withAuth("{DefaultAuthorizer: AWS_IAM}", "{EnableIamAuthorizer: true}", "{Type: HttpApi}")))
	f.Add([]byte("Globals: &a {Function: *a}\nResources: *a\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := Parse("template.yaml", src, Options{})
		if (s == nil) == (err == nil) {
			t.Fatalf("got the stack %v and the error %v, want one of them", s, err)
		}
		if err != nil {
			return
		}
		functions := map[string]bool{}
		for _, function := range s.Functions {
			functions[function.LogicalID] = true
		}
		for _, a := range s.APIs {
			for _, r := range a.Routes {
				if !functions[r.Function] {
					t.Errorf("the route %s %s leads to the function %q, which the stack does not have", r.Method, r.Path, r.Function)
				}
			}
		}
	})
}

// FuzzParseParameters holds that no argument makes it panic and that names are
// never empty.
func FuzzParseParameters(f *testing.F) {
	f.Add(`A=1 B="x y"`)
	f.Add(`ParameterKey=A,ParameterValue='b c'`)
	f.Fuzz(func(t *testing.T, arg string) {
		values, err := ParseParameters([]string{arg})
		if _, ok := values[""]; ok && err == nil {
			t.Errorf("got a value without a name from %q", arg)
		}
	})
}
