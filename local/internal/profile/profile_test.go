package profile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const config = `
# regions
[default]
region = us-west-2

[profile dev]
region=eu-central-1
aws_access_key_id = from the config
s3 =
  max_concurrent_requests = 20
  region = nested, so none of ours

[profile  sso]
sso_session = company
`

const credentials = `
[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = a=b
[dev] ; mine
AWS_ACCESS_KEY_ID = AKIADEV
aws_secret_access_key = secret
aws_session_token = token
`

// home writes the files that the AWS CLI shares with others.
func home(t *testing.T) func(string) (string, bool) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".aws"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"config": config, "credentials": credentials} {
		if err := os.WriteFile(filepath.Join(dir, ".aws", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return only("HOME", dir)
}

// only is an environment of one variable.
func only(name, value string) func(string) (string, bool) {
	return func(asked string) (string, bool) {
		if asked != name {
			return "", false
		}
		return value, true
	}
}

func TestLoad(t *testing.T) {
	lookup := home(t)
	for _, test := range []struct {
		name string
		want Profile
	}{
		{"", Profile{}},
		{"default", Profile{AccessKeyID: "AKIADEFAULT", SecretAccessKey: "a=b", Region: "us-west-2"}},
		{"dev", Profile{AccessKeyID: "AKIADEV", SecretAccessKey: "secret", SessionToken: "token", Region: "eu-central-1"}},
		{"sso", Profile{}},
	} {
		got, err := Load(test.name, lookup)
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
			t.Errorf("%q: %v (-want +got):\n%s", test.name, err, diff)
		}
	}
}

func TestLoadErrors(t *testing.T) {
	lookup := home(t)
	if _, err := Load("nobody", lookup); err == nil || !strings.Contains(err.Error(), `"nobody"`) {
		t.Errorf("got %v, want an error that names the profile", err)
	}
	folder := t.TempDir()
	_, err := Load("default", only("AWS_CONFIG_FILE", folder))
	if err == nil || !strings.Contains(err.Error(), `reading profile "default"`) {
		t.Errorf("got %v, want one about a folder in the place of the file", err)
	}
}

func TestLoadFromOtherFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(path, []byte("[x]\naws_access_key_id=K\naws_secret_access_key=S\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Load("x", only("AWS_SHARED_CREDENTIALS_FILE", path))
	want := map[string]string{"AWS_ACCESS_KEY_ID": "K", "AWS_SECRET_ACCESS_KEY": "S"}
	if diff := cmp.Diff(want, got.Variables()); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// Half of a pair of keys is of no use.
func TestVariables(t *testing.T) {
	if got := (Profile{AccessKeyID: "K"}).Variables(); got != nil {
		t.Errorf("got %v for a key without its secret, want none", got)
	}
	if got := (Profile{AccessKeyID: "K", SecretAccessKey: "S", SessionToken: "T"}).Variables(); len(got) != 3 {
		t.Errorf("got %v, want three variables", got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(config), "profile dev")
	f.Add([]byte("[\n=\n[x"), "x")
	f.Fuzz(func(t *testing.T, src []byte, section string) {
		values := map[string]string{}
		if !read(src, section, values) && len(values) > 0 {
			t.Errorf("got %v from a section that is not there", values)
		}
	})
}
