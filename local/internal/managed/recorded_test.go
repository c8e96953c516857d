package managed_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// recorded returns what AWS answered to the functions of these tests. It was
// recorded by LocalStack's tests of Lambda (tests/aws/services/lambda_, Apache
// License 2.0), with names and IDs replaced.
func recorded(t *testing.T, name string, v any) {
	t.Helper()
	raw, err := os.ReadFile("testdata/recorded.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(all[name], v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// TestRecordedErrors (D.7, D.8) has test_lambda_handler_error and its like, and of
// test_invocation_type_no_return_payload (D.22) what a caller gets who waits.
func TestRecordedErrors(t *testing.T) {
	for _, test := range []struct{ recorded, file, source string }{
		{"handler error", "lambda_handler_error.py", "def handler(event, context):\n    raise Exception(\"Handler fails\")\n"},
		{"handler exit", "lambda_handler_exit.py", "import sys\ndef handler(event, context):\n    sys.exit(0)\n"},
		{"runtime error", "lambda_runtime_error.py", "raise Exception(\"Runtime startup fails\")\n"},
		{"runtime exit", "lambda_runtime_exit.py", "import sys\nsys.exit(0)\n"},
		{"no return payload", "app.py", "def handler(event, context):\n    return\n"},
	} {
		t.Run(test.recorded, func(t *testing.T) {
			var want, got any
			recorded(t, test.recorded, &want)
			l, f, log := deploy(t, python, strings.TrimSuffix(test.file, ".py")+".handler", map[string]string{test.file: test.source})
			payload := strings.ReplaceAll(strings.ReplaceAll(invoke(t, l, "{}"), "ID", "<uuid>"), f.Dir, "/var/task")
			if err := json.Unmarshal([]byte(payload), &got); err != nil {
				t.Fatalf("%s: %v", payload, err)
			}
			if diff := cmp.Diff(alike(want), alike(got)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, log)
			}
		})
	}
}

// interpreterLine is a frame within Python itself: where it is installed, and at
// which line, is the version's.
var interpreterLine = regexp.MustCompile(`File "(?:/.*/)?(importlib/__init__.py|<frozen [\w.]+>)", line \d+`)

// alike makes the frames within Python itself equal.
func alike(v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	trace, _ := object["stackTrace"].([]any)
	for i := range trace {
		trace[i] = interpreterLine.ReplaceAllString(trace[i].(string), `File "$1"`)
	}
	return v
}

// TestRecordedContext has the names in the context of test_invocation_with_qualifier.
func TestRecordedContext(t *testing.T) {
	var want, got struct{ Context map[string]any }
	recorded(t, "context", &want)
	names := slices.Sorted(maps.Keys(want.Context))
	quoted, _ := json.Marshal(names)
	l, _, _ := deploy(t, python, "app.handler", map[string]string{
		"app.py": "def handler(event, context): return {'context': {n: getattr(context, n) and str(getattr(context, n)) for n in " + string(quoted) + "}}",
	})
	if err := json.Unmarshal([]byte(invoke(t, l, "{}")), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(names, slices.Sorted(maps.Keys(got.Context))); diff != "" || got.Context["memory_limit_in_mb"] != want.Context["memory_limit_in_mb"] {
		t.Errorf("got %v, want %v\n%s", got.Context, want.Context, diff)
	}
}

// TestRecordedEnvironment (D.11) is test_lambda_init_environment, whole: every name
// and every value is AWS's, but for those listed. The shell has no credentials.
func TestRecordedEnvironment(t *testing.T) {
	var want, got struct{ Environment map[string]string }
	recorded(t, "init environment", &want)
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_XRAY_DAEMON_ADDRESS"} {
		t.Setenv(name, "")
	}
	l, f, _ := deploy(t, "python3.14", "handler.handler", map[string]string{
		"handler.py": "import os\ndef handler(event, context): return {'environment': dict(os.environ)}",
	})
	if err := json.Unmarshal([]byte(invoke(t, l, "{}")), &got); err != nil {
		t.Fatal(err)
	}
	for name, pattern := range map[string]string{
		// Names of the account and of the run, which the recording replaces.
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_SESSION_TOKEN": "local",
		"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1",
		"AWS_LAMBDA_FUNCTION_NAME": "fn", "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/fn",
		"AWS_LAMBDA_LOG_STREAM_NAME": `\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}`, "_X_AMZN_TRACE_ID": "Root=1-2-3",
		// AWS's are on the link of the microVM, which a process has not got. Each
		// environment has its own Runtime API, so the port is not 9001.
		"AWS_LAMBDA_RUNTIME_API":  `127\.0\.0\.1:\d+`,
		"AWS_XRAY_DAEMON_ADDRESS": `127\.0\.0\.1:2000`, "_AWS_XRAY_DAEMON_ADDRESS": `127\.0\.0\.1`,
		// The code stays where it is, and for /var/lang stands the machine's interpreter.
		"LAMBDA_TASK_ROOT": f.Dir, "PWD": f.Dir,
		"LD_LIBRARY_PATH": "/lib64:/usr/lib64:" + f.Dir + ":" + f.Dir + "/lib:/opt/lib",
		"PATH":            "/[^:]+:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		// sam local's, not AWS's: code asks for it.
		"AWS_SAM_LOCAL": "true",
	} {
		if value, ok := got.Environment[name]; !ok || !regexp.MustCompile("^"+pattern+"$").MatchString(value) {
			t.Errorf("%s: got %q, want %s", name, value, pattern)
		}
		if _, ok := want.Environment[name]; !ok && name != "AWS_SAM_LOCAL" {
			t.Errorf("%s is not in the recording", name)
		}
		delete(want.Environment, name)
		delete(got.Environment, name)
	}
	if diff := cmp.Diff(want.Environment, got.Environment); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
