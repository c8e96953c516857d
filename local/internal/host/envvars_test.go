package host

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseEnvVars(t *testing.T) {
	for _, test := range []struct {
		name, src string
		want      map[string]map[string]string
		problem   string
	}{
		{"functions", `{"F": {"A": "a"}, "Parameters": {"B": "b"}}`, map[string]map[string]string{"F": {"A": "a"}, "Parameters": {"B": "b"}}, ""},
		{"as they are written", `{"F": {"N": 1.50, "B": true, "E": null}}`, map[string]map[string]string{"F": {"N": "1.50", "B": "true", "E": ""}}, ""},
		{"byte order mark", byteOrderMark + `{"F": {}}`, map[string]map[string]string{"F": {}}, ""},
		{"nothing", `{}`, map[string]map[string]string{}, ""},
		{"flat", `{"A": "a"}`, nil, `A has to be an object of variables; to set a variable A of every function, write {"Parameters": {"A": …}}`},
		{"a list", `["A"]`, nil, `it has to be an object, {"Function": {"NAME": "value"}} or {"Parameters": {"NAME": "value"}}`},
		{"a list of values", `{"F": {"A": ["a"]}}`, nil, "F.A has to be a string, a number or a boolean"},
		{"no JSON", `A=a`, nil, "it is not JSON: invalid character 'A' looking for beginning of value"},
		{"more than JSON", `{"F": {}} }`, nil, "it goes on at byte "},
		{"empty", "", nil, "it is not JSON: EOF"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseEnvVars([]byte(test.src))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if problem := text(err); !strings.HasPrefix(problem, test.problem) || (err == nil) != (test.problem == "") {
				t.Errorf("got %q, want %q", problem, test.problem)
			}
		})
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// An error names the file.
func TestReadEnvVars(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vars.json")
	if _, err := readEnvVars(path); err == nil || !strings.HasPrefix(err.Error(), "reading --env-vars: ") {
		t.Errorf("missing: got %v", err)
	}
	if err := os.WriteFile(path, []byte("[]"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readEnvVars(path); err == nil || !strings.HasPrefix(err.Error(), "reading --env-vars "+path+": it has") {
		t.Errorf("a list: got %v", err)
	}
}

// Whatever the file holds, each function has variables or there is an error.
func FuzzParseEnvVars(f *testing.F) {
	f.Add([]byte(byteOrderMark + `{"F": {"A": "a", "N": 1e9}, "Parameters": {"B": null}}`))
	f.Add([]byte(`{"A": "a"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		vars, err := parseEnvVars(raw)
		if (vars == nil) != (err != nil) {
			t.Fatalf("got %v and %v, want one of them", vars, err)
		}
		for function, variables := range vars {
			if variables == nil {
				t.Errorf("%s: got no variables", function)
			}
		}
	})
}
