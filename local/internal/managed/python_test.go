package managed_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const python = "python3.12"

func TestPythonResults(t *testing.T) {
	for _, test := range []struct{ name, handler, source, want string }{
		{"event", "app.handler", "def handler(e, c): return e", `{"a": "한"}`},
		{"nothing", "app.handler", "def handler(e, c): pass", `null`},
		{"bytes are sent as they are", "app.handler", `def handler(e, c): return b"[1]"`, `[1]`},
		{"decimals", "app.handler", "from decimal import Decimal\ndef handler(e, c): return [Decimal('1.5'), Decimal(3)]", `[1.5, 3]`},
		{"another name", "app.main", "def main(e, c): return 1", `1`},
		{"a folder", "pkg/app.handler", "def handler(e, c): return __name__", `"pkg.app"`},
		{"a package", "pkg.app.handler", "def handler(e, c): return __name__", `"pkg.app"`},
		{"trace ID", "app.handler", "import os\ndef handler(e, c): return os.environ['_X_AMZN_TRACE_ID']", `"Root=1-2-3"`},
		{"files of the task root", "app.handler", "import os\ndef handler(e, c): return os.path.exists('app.py')", `true`},
		{
			"context", "app.handler",
			"def handler(e, c): return [c.aws_request_id, c.function_name, c.function_version, c.invoked_function_arn, c.memory_limit_in_mb," +
				" c.log_group_name, c.client_context.custom['k'], c.client_context.client.app_title, c.client_context.env, c.identity.cognito_identity_id," +
				" 9000 < c.get_remaining_time_in_millis() <= 10000]",
			`["ID", "fn", "$LATEST", "arn:aws:lambda:eu-west-1:123456789012:function:fn", "128", "/aws/lambda/fn", "값", "t", null, null, true]`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, _, log := deploy(t, python, test.handler, map[string]string{"app.py": test.source, "pkg/app.py": test.source})
			for range 2 { // the connection is kept
				if got := invoke(t, l, `{"a":"한"}`); got != test.want {
					t.Errorf("got %s, want %s\n%s", got, test.want, log)
				}
			}
		})
	}
}

// Up to 3.11, by the template's version, characters are escaped.
func TestPythonEscapes(t *testing.T) {
	l, _, _ := deploy(t, "python3.11", "app.handler", map[string]string{"app.py": "def handler(e, c): return e"})
	if got, want := invoke(t, l, `"한"`), `"\ud55c"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPythonFailures(t *testing.T) {
	for _, test := range []struct {
		name, handler, source string
		want                  failure
	}{
		{
			"no module", "nope.handler", "",
			failure{ErrorType: "Runtime.ImportModuleError", ErrorMessage: "Unable to import module 'nope': No module named 'nope'"},
		},
		{
			"the runtime client's own module", "bootstrap.main", "",
			failure{ErrorType: "Runtime.ImportModuleError", ErrorMessage: "Unable to import module 'bootstrap': No module named 'bootstrap'"},
		},
		{
			"a module that imports what is not there", "app.handler", "import nope",
			failure{ErrorType: "Runtime.ImportModuleError", ErrorMessage: "Unable to import module 'app': No module named 'nope'"},
		},
		{
			"no handler", "app.handler", "",
			failure{ErrorType: "Runtime.HandlerNotFound", ErrorMessage: "Handler 'handler' missing on module 'app'"},
		},
		{
			"no dot", "app", "",
			failure{ErrorType: "Runtime.MalformedHandlerName", ErrorMessage: "Bad handler 'app': not enough values to unpack (expected 2, got 1)"},
		},
		{
			"a module of the interpreter", "sys.handler", "",
			failure{ErrorType: "Runtime.BuiltInModuleConflict", ErrorMessage: "Cannot use built-in module sys as a handler module"},
		},
		{
			"syntax", "app.handler", "x = = 1",
			failure{
				ErrorType: "Runtime.UserCodeSyntaxError", ErrorMessage: "Syntax error in module 'app': invalid syntax (app.py, line 1)",
				StackTrace: []string{"  File \"/var/task/app.py\" Line 1\n    x = = 1"},
			},
		},
		{
			"no JSON", "app.handler", "def handler(e, c): return {1, 2}",
			failure{
				ErrorType: "Runtime.MarshalError", RequestID: "ID",
				ErrorMessage: "Unable to marshal response: Object of type set is not JSON serializable",
			},
		},
		{
			"an exception in a function that the handler calls", "app.handler",
			"class Odd(Exception): pass\ndef deep(): raise Odd('why')\ndef handler(e, c): deep()",
			failure{ErrorType: "Odd", ErrorMessage: "why", RequestID: "ID", StackTrace: []string{
				"  File \"/var/task/app.py\", line 3, in handler\n    def handler(e, c): deep()\n",
				"  File \"/var/task/app.py\", line 2, in deep\n    def deep(): raise Odd('why')\n",
			}},
		},
		{
			"a class named in any letters", "app.handler", "class 오류(Exception): pass\ndef handler(e, c): raise 오류()",
			failure{ErrorType: "오류", RequestID: "ID", StackTrace: []string{
				"  File \"/var/task/app.py\", line 2, in handler\n    def handler(e, c): raise 오류()\n",
			}},
		},
		{
			"a message that cannot be printed", "app.handler", "def handler(e, c): raise ValueError('\\ud800')",
			failure{ErrorType: "ValueError", ErrorMessage: "\ufffd", RequestID: "ID", StackTrace: []string{
				"  File \"/var/task/app.py\", line 1, in handler\n    def handler(e, c): raise ValueError('\\ud800')\n",
			}},
		},
		{
			"exit with a status", "app.handler", "import sys\ndef handler(e, c): sys.exit(3)",
			failure{ErrorType: "Runtime.ExitError", ErrorMessage: "RequestId: ID Error: Runtime exited with error: exit status 3"},
		},
		{
			"kill", "app.handler", "import os, signal\ndef handler(e, c): os.kill(os.getpid(), signal.SIGKILL)",
			failure{ErrorType: "Runtime.ExitError", ErrorMessage: "RequestId: ID Error: Runtime exited with error: signal: killed"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, f, log := deploy(t, python, test.handler, map[string]string{"app.py": test.source})
			for range 2 {
				got := invokeFailing(t, l, f.Dir)
				if len(got.StackTrace) == 0 {
					got.StackTrace = nil
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s\n%s", diff, log)
				}
			}
		})
	}
}

// Text that was printed and not ended is not lost, also where the process is killed.
func TestPythonLog(t *testing.T) {
	l, _, log := deploy(t, python, "app.handler", map[string]string{"app.py": `
import logging, os, signal, sys
logging.getLogger().setLevel(logging.INFO)
logging.info("init")
def handler(event, context):
    print("printed", {"a": 1})
    print("to stderr", file=sys.stderr)
    logging.info("told")
    logging.getLogger("lib").warning("warned")
    logging.debug("not shown")
    if event["fail"]:
        raise ValueError("no\nluck")
    print("last words", end="")
    os.kill(os.getpid(), signal.SIGKILL)
`})
	invoke(t, l, `{"fail": true}`)
	invoke(t, l, `{"fail": false}`)
	l.Close(t.Context()) // ends the last line
	lines := printed(log.String())
	want := []string{
		"[INFO]\tTIME\t\tinit",
		`printed {'a': 1}`, "to stderr", "[INFO]\tTIME\tID\ttold", "[WARNING]\tTIME\tID\twarned",
		"[ERROR] ValueError: no", "luck", "Traceback (most recent call last):",
		"  File \"app.py\", line 12, in handler", "    raise ValueError(\"no\\nluck\")",
		`printed {'a': 1}`, "to stderr", "[INFO]\tTIME\tID\ttold", "[WARNING]\tTIME\tID\twarned", "last words",
	}
	for i, line := range lines {
		if before, after, ok := strings.Cut(line, `File "/`); ok {
			lines[i] = before + `File "` + after[strings.Index(after, "app.py"):]
		}
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, log)
	}
}
