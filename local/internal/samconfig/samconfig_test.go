package samconfig

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const source = `
version = 0.1
[default.global.parameters]
stack_name = "shop"
region = "eu-west-1"
[default.local_start_api.parameters]
region = "eu-central-1"
port = 8080
debug = true
parameter_overrides = ["A=1", "B=two words"]
[default.deploy.parameters]
confirm_changeset = true
[prod.local_start_api.parameters]
port = 80
`

func TestParse(t *testing.T) {
	got, err := Parse("samconfig.toml", []byte(source), "default", "local_start_api")
	if err != nil {
		t.Fatal(err)
	}
	own := "default.local_start_api.parameters."
	want := []Parameter{
		{"debug", []string{"true"}, own + "debug", false},
		{"parameter-overrides", []string{"A=1", "B=two words"}, own + "parameter_overrides", false},
		{"port", []string{"8080"}, own + "port", false},
		{"region", []string{"eu-central-1"}, own + "region", false},
		{"stack-name", []string{"shop"}, "default.global.parameters.stack_name", true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The same in YAML.
func TestParseYAML(t *testing.T) {
	src := "version: 0.1\ndefault:\n  local_invoke:\n    parameters:\n      port: 8080\n      list: [a, 2]\n"
	got, err := Parse("samconfig.yml", []byte(src), "default", "local_invoke")
	want := []Parameter{
		{"list", []string{"a", "2"}, "default.local_invoke.parameters.list", false},
		{"port", []string{"8080"}, "default.local_invoke.parameters.port", false},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// A table stands for parameters by name, as sam has it
// (CfnParameterOverridesType in samcli/cli/types.py).
func TestParseTables(t *testing.T) {
	for path, src := range map[string]string{
		"samconfig.toml": "[default.global.parameters]\nparameter_overrides = {B = \"two words\", A = 1, C = [\"x\", \"y\"]}",
		"samconfig.yaml": "default: {global: {parameters: {parameter_overrides: {A: 1, B: two words, C: [x, y]}}}}",
	} {
		got, err := Parse(path, []byte(src), "default", "local_invoke")
		want := []Parameter{{"parameter-overrides", []string{"A=1", "B=two words", "C=x,y"}, "default.global.parameters.parameter_overrides", true}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", path, err, diff)
		}
	}
}

func TestParseSaysNothing(t *testing.T) {
	for _, src := range []string{"", "version = 0.1", "[default]", "[default.global]", "[other.global.parameters]\na = 1"} {
		got, err := Parse("samconfig.toml", []byte(src), "default", "local_invoke")
		if len(got) != 0 || err != nil {
			t.Errorf("%q: got %v, %v, want nothing", src, got, err)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, test := range []struct{ path, src, want string }{
		{"samconfig.toml", "[default", "to end table name"},
		{"samconfig.yaml", "a: [", "line 1"},
		{"samconfig.yaml", "- a", "cannot unmarshal"},
		{"samconfig.toml", "default = 1", "default has to be a table"},
		{"samconfig.toml", "default.global = 1", "default.global has to be a table"},
		{"samconfig.toml", "[default.global.parameters.a.b]\nc = 1", "default.global.parameters.a.b has to be a text"},
		{"samconfig.yaml", "default: {global: {parameters: {a: }}}", "default.global.parameters.a has to be a text"},
	} {
		_, err := Parse(test.path, []byte(test.src), "default", "local_invoke")
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: got %v, want …%s…", test.src, err, test.want)
		}
	}
}

// TOML comes before YAML, and a folder is no file.
func TestFind(t *testing.T) {
	dir := t.TempDir()
	if got := Find(dir); got != "" {
		t.Errorf("got %q in an empty folder, want none", got)
	}
	if err := os.Mkdir(filepath.Join(dir, "samconfig.toml"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"samconfig.yml", "samconfig.yaml"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if got := Find(dir); got != path {
			t.Errorf("got %q, want %q", got, path)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("samconfig.toml", []byte(source))
	f.Add("samconfig.yaml", []byte("default: {global: {parameters: {a: [1, true]}}}"))
	f.Fuzz(func(t *testing.T, path string, src []byte) {
		parameters, err := Parse(path, src, "default", "local_start_api")
		if err != nil && parameters != nil {
			t.Errorf("got parameters %v with an error", parameters)
		}
		for _, p := range parameters {
			if !strings.HasPrefix(p.Key, "default.") || strings.Contains(p.Name, "_") {
				t.Errorf("got %+v", p)
			}
		}
	})
}

func ExampleParse() {
	src := `
[default.global.parameters]
region = "eu-central-1"
[default.local_start_api.parameters]
port = 8080
`
	parameters, err := Parse("samconfig.toml", []byte(src), "default", "local_start_api")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range parameters {
		fmt.Printf("--%s %s\n", p.Name, p.Values[0])
	}
	// Output:
	// --port 8080
	// --region eu-central-1
}
