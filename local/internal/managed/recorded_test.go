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

// TestRecordedEnvironment (D.11) is test_lambda_init_environment: the names of the
// variables are those that AWS sets, and so are the values that say nothing of the
// machine.
func TestRecordedEnvironment(t *testing.T) {
	var want, got struct{ Environment map[string]string }
	recorded(t, "init environment", &want)
	l, _, _ := deploy(t, "python3.14", "app.handler", map[string]string{
		"app.py": "import os\ndef handler(event, context): return {'environment': dict(os.environ)}",
	})
	if err := json.Unmarshal([]byte(invoke(t, l, "{}")), &got); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{ // this host runs no X-Ray daemon, gives no session, and says what it is
		"AWS_XRAY_DAEMON_ADDRESS", "_AWS_XRAY_DAEMON_ADDRESS", "_AWS_XRAY_DAEMON_PORT", "AWS_SESSION_TOKEN", "AWS_SAM_LOCAL",
	} {
		delete(want.Environment, name)
		delete(got.Environment, name)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want.Environment)), slices.Sorted(maps.Keys(got.Environment))); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	for _, name := range []string{"AWS_EXECUTION_ENV", "LANG", "LC_CTYPE", "PYTHONPATH", "SHLVL", "TZ", "LAMBDA_RUNTIME_DIR", "AWS_XRAY_CONTEXT_MISSING"} {
		if got.Environment[name] != want.Environment[name] {
			t.Errorf("%s: got %q, want %q", name, got.Environment[name], want.Environment[name])
		}
	}
}
