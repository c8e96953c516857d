package lambda

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Credentials are those of one place, with the session token that they came with.
func TestCredentials(t *testing.T) {
	type vars = map[string]string
	placeholders := vars{accessKeyID: "local", secretAccessKey: "local", sessionToken: "local"}
	longTerm := vars{accessKeyID: "AKID", secretAccessKey: "secret"}
	temporary := vars{accessKeyID: "ASIA", secretAccessKey: "secret", sessionToken: "token"}
	for _, test := range []struct {
		name       string
		own, shell vars
		want       vars
	}{
		{"none anywhere", nil, nil, placeholders},
		{"empty ones", vars{accessKeyID: "", secretAccessKey: ""}, vars{accessKeyID: "", sessionToken: ""}, placeholders},
		{"long-term keys of the shell", nil, longTerm, longTerm},
		{"temporary ones of the shell", nil, temporary, temporary},
		{"a token of the shell that is left of another day", nil, vars{sessionToken: "old"}, placeholders},
		{"long-term keys of a profile", longTerm, temporary, longTerm},
		{"a token alone in --env-vars", vars{sessionToken: "own"}, longTerm, longTerm},
		{"a secret alone in --env-vars", vars{secretAccessKey: "own"}, temporary, temporary},
	} {
		for _, name := range []string{accessKeyID, secretAccessKey, sessionToken} {
			t.Setenv(name, test.shell[name])
		}
		e := &environment{f: &Function{Environment: test.own}}
		got := vars{}
		for _, variable := range e.variables("", "") {
			if name, value, _ := strings.Cut(variable, "="); slices.Contains([]string{accessKeyID, secretAccessKey, sessionToken}, name) {
				got[name] = value
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// A function's own address of X-Ray's daemon goes before the shell's, in all names.
func TestXRayOfFunction(t *testing.T) {
	for own, want := range map[string]string{"10.0.0.1:9": "_AWS_XRAY_DAEMON_ADDRESS=10.0.0.1", "": "_AWS_XRAY_DAEMON_ADDRESS=10.0.0.2"} {
		t.Setenv(daemonVariable, "10.0.0.2:9")
		e := &environment{f: &Function{Environment: map[string]string{daemonVariable: own}}}
		if got := e.variables("", ""); !slices.Contains(got, want) {
			t.Errorf("%q: got %q, want %s among them", own, got, want)
		}
	}
}

// What else Lambda sets of X-Ray, and does not reserve, is the function's to change.
func TestXRayOverridden(t *testing.T) {
	e := &environment{f: &Function{Environment: map[string]string{"AWS_XRAY_CONTEXT_MISSING": "RUNTIME_ERROR"}}}
	if got, want := e.variables("", ""), "AWS_XRAY_CONTEXT_MISSING=RUNTIME_ERROR"; !slices.Contains(got, want) {
		t.Errorf("got %q, want %s among them", got, want)
	}
}

// X-Ray's daemon is where the shell says, in either of the documented forms.
func TestXRay(t *testing.T) {
	for _, test := range []struct{ shell, address, host, port string }{
		{"", "127.0.0.1:2000", "127.0.0.1", "2000"},
		{"10.0.0.7:3000", "10.0.0.7:3000", "10.0.0.7", "3000"},
		{"[::1]:3000", "[::1]:3000", "::1", "3000"},
		{"tcp:127.0.0.1:2000 udp:127.0.0.2:2001", "tcp:127.0.0.1:2000 udp:127.0.0.2:2001", "127.0.0.2", "2001"},
		{"udp:daemon:2001 tcp:daemon:2000", "udp:daemon:2001 tcp:daemon:2000", "daemon", "2001"},
		{"tcp:127.0.0.1:2000", "tcp:127.0.0.1:2000", "", ""},
		{"nowhere", "nowhere", "", ""},
	} {
		want := map[string]string{"AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR", "AWS_XRAY_DAEMON_ADDRESS": test.address}
		if test.host != "" {
			want["_AWS_XRAY_DAEMON_ADDRESS"], want["_AWS_XRAY_DAEMON_PORT"] = test.host, test.port
		}
		if diff := cmp.Diff(want, xray(test.shell)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.shell, diff)
		}
	}
}
