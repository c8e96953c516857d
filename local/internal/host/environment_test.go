package host

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template"
)

// Each place is set beside all that are weaker than it.
func TestEnvironmentOrder(t *testing.T) {
	function := &template.Function{
		LogicalID: "Get", Name: "get",
		Environment: map[string]string{"REDIS_URL": "template"},
	}
	for _, test := range []struct {
		name, file, shell, redis, dotenv, host string
		empty                                  bool // the shell's
		want                                   string
	}{
		{name: "template", want: "template"},
		{name: "host", host: "host", want: "host"},
		{name: ".env", host: "host", dotenv: "dotenv", want: "dotenv"},
		{name: "shell", host: "host", dotenv: "dotenv", shell: "shell", want: "shell"},
		{name: "an empty one in the shell", host: "host", empty: true, want: "host"},
		{name: "--redis", host: "host", dotenv: "dotenv", shell: "shell", redis: "memory", want: "host"},
		{name: "--env-vars", host: "host", dotenv: "dotenv", shell: "shell", redis: "memory", file: "file", want: "file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			c := Config{Redis: test.redis}
			if test.shell != "" || test.empty {
				c.Environ = []string{"REDIS_URL=" + test.shell, "UNDECLARED=shell"}
			}
			if test.dotenv != "" {
				dir = filepath.Dir(write(t, ".env", "REDIS_URL="+test.dotenv))
			}
			if test.file != "" {
				c.EnvVars = write(t, "vars.json", `{"Get": {"REDIS_URL": "`+test.file+`"}}`)
			}
			e, err := newEnvironment(c, &template.Stack{Dir: dir, Functions: []*template.Function{function}})
			if err != nil {
				t.Fatal(err)
			}
			if test.host != "" {
				e.local[redisVariable] = test.host
			}
			if diff := cmp.Diff(map[string]string{"REDIS_URL": test.want}, e.of(function)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A profile's credentials go to functions as a whole or not at all: they are
// not mixed with the shell's.
func TestCredentials(t *testing.T) {
	stack, err := template.Parse("template.yaml", []byte(oneAPI), template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	profile := map[string]string{"AWS_ACCESS_KEY_ID": "profile's", "AWS_SESSION_TOKEN": "profile's"}
	for _, test := range []struct {
		name    string
		environ []string
		want    int
	}{
		{"none in the shell", nil, 2},
		{"an empty one", []string{"AWS_ACCESS_KEY_ID="}, 2},
		{"the shell's", []string{"AWS_ACCESS_KEY_ID=shell's"}, 0},
	} {
		e, err := newEnvironment(Config{Environ: test.environ, Credentials: profile}, stack)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.of(&template.Function{LogicalID: "F"}); len(got) != test.want {
			t.Errorf("%s: got %v, want %d of the profile's", test.name, got, test.want)
		}
	}
}
