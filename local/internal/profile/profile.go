// Package profile reads a named profile from the files that the AWS CLI and SDKs
// share:
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html.
//
// It reads static credentials and the region. Profiles that get their
// credentials from elsewhere (SSO, an assumed role, a process) give none here:
// that takes the network, and functions find these by themselves where their
// SDK can.
package profile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Profile is what a profile says; an empty field is not set.
type Profile struct {
	AccessKeyID, SecretAccessKey, SessionToken string
	Region                                     string
}

// Variables gives the credentials as the environment variables that Lambda
// hands to a function; nil where there are none.
func (p Profile) Variables() map[string]string {
	if p.AccessKeyID == "" || p.SecretAccessKey == "" {
		return nil
	}
	vars := map[string]string{"AWS_ACCESS_KEY_ID": p.AccessKeyID, "AWS_SECRET_ACCESS_KEY": p.SecretAccessKey}
	if p.SessionToken != "" {
		vars["AWS_SESSION_TOKEN"] = p.SessionToken
	}
	return vars
}

// Load reads the profile called name from the credentials and the config file,
// of which the first wins where both set something. lookup is os.LookupEnv;
// AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE name other files than those in
// ~/.aws. No name is an empty profile. A name that neither file has is an error.
func Load(name string, lookup func(string) (string, bool)) (Profile, error) {
	if name == "" {
		return Profile{}, nil
	}
	values := map[string]string{}
	found := false
	for _, file := range []struct{ variable, name, section string }{
		{"AWS_CONFIG_FILE", "config", configSection(name)},
		{"AWS_SHARED_CREDENTIALS_FILE", "credentials", name},
	} {
		path, ok := lookup(file.variable)
		if !ok {
			home, _ := lookup("HOME")
			path = filepath.Join(home, ".aws", file.name)
		}
		src, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return Profile{}, fmt.Errorf("reading profile %q: %w", name, err)
		}
		found = read(src, file.section, values) || found
	}
	if !found {
		return Profile{}, fmt.Errorf("profile %q is neither in ~/.aws/credentials nor in ~/.aws/config", name)
	}
	return Profile{
		AccessKeyID:     values["aws_access_key_id"],
		SecretAccessKey: values["aws_secret_access_key"],
		SessionToken:    values["aws_session_token"],
		Region:          values["region"],
	}, nil
}

// configSection names a profile's section in the config file, where every one
// but default has the word profile in front.
func configSection(name string) string {
	if name == "default" {
		return name
	}
	return "profile " + name
}

// read adds the settings of a section to values and reports whether src has it.
// Indented lines belong to the setting above them and are none of ours.
func read(src []byte, section string, values map[string]string) bool {
	found, inside := false, false
	lines := bufio.NewScanner(bytes.NewReader(src))
	lines.Buffer(nil, len(src)+1)
	for lines.Scan() {
		line := lines.Text()
		switch {
		case line == "" || strings.ContainsAny(line[:1], "#; \t"):
		case line[0] == '[':
			title, _, _ := strings.Cut(line[1:], "]")
			inside = strings.Join(strings.Fields(title), " ") == section
			found = found || inside
		case inside:
			if key, value, ok := strings.Cut(line, "="); ok {
				values[strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
			}
		}
	}
	return found
}
