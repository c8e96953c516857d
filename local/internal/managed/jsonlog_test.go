package managed_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/lambda"
)

// TestJSONLog has what functions log with LogFormat JSON, as awslambdaric's
// JsonFormatter and the LogPatch of aws-lambda-nodejs-runtime-interface-client
// write it. What a Python function prints stays as it is.
func TestJSONLog(t *testing.T) {
	for _, test := range []struct {
		name, runtime, file, source, level string
		want                               []string
	}{
		{
			"Python", python, "app.py", `
import logging
def handler(e, c):
    print("plain")
    logging.debug("not this")
    logging.info("한 %d", 1, extra={"order": 7, "level": "mine"})
    try:
        raise ValueError("bad")
    except Exception:
        logging.getLogger("shop").exception("oh")
`, "INFO",
			[]string{
				`plain`,
				`{"timestamp": "TIME", "level": "INFO", "message": "한 1", "logger": "root", "requestId": "ID", "order": 7}`,
				`{"timestamp": "TIME", "level": "ERROR", "message": "oh", "logger": "shop", "requestId": "ID", ` +
					`"stackTrace": ["  File \"DIR/app.py\", line 8, in handler\n    raise ValueError(\"bad\")\n"], ` +
					`"errorType": "ValueError", "errorMessage": "bad", "location": "DIR/app.py:handler:10"}`,
			},
		},
		{
			"Python's errors", python, "app.py", "def handler(e, c):\n    raise ValueError('no luck')\n", "WARN",
			[]string{
				`{"timestamp": "TIME", "level": "ERROR", "errorMessage": "no luck", "errorType": "ValueError", "requestId": "ID", ` +
					`"stackTrace": ["  File \"DIR/app.py\", line 2, in handler\n    raise ValueError('no luck')\n"]}`,
			},
		},
		{
			"Python's TRACE", python, "app.py", "import logging\ndef handler(e, c):\n    logging.debug('this')\n", "TRACE",
			[]string{`{"timestamp": "TIME", "level": "DEBUG", "message": "this", "logger": "root", "requestId": "ID"}`},
		},
		{
			"Node.js", nodejs, "app.js", `
exports.handler = async () => {
  console.debug("not this");
  console.log({ order: 7 });
  console.info("%s costs", "한", 3n);
  const around = {}; around.self = around;
  console.warn(around);
  console.log();
};
`, "INFO",
			[]string{
				`{"timestamp":"TIME","level":"INFO","requestId":"ID","message":{"order":7}}`,
				`{"timestamp":"TIME","level":"INFO","requestId":"ID","message":"한 costs 3n"}`,
				`{"timestamp":"TIME","level":"WARN","requestId":"ID","message":"<ref *1> { self: [Circular *1] }"}`,
				`{"timestamp":"TIME","level":"INFO","requestId":"ID"}`,
			},
		},
		{
			"Node.js's least", nodejs, "app.js", `exports.handler = async () => { console.error("not this"); console.fatal("this"); }`, "FATAL",
			[]string{`{"timestamp":"TIME","level":"FATAL","requestId":"ID","message":"this"}`},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := logging(newFunction(t, test.runtime, "app.handler", map[string]string{test.file: test.source}), test.level)
			l, log := start(t, f)
			invoke(t, l, "{}")
			var got []string
			for _, line := range printed(log.String()) {
				got = append(got, strings.ReplaceAll(line, f.Dir, "DIR"))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// An error of a Node.js function has its stack, which goes on in the runtime client.
func TestJSONLogOfErrors(t *testing.T) {
	type message struct {
		ErrorType, ErrorMessage, Code string
		StackTrace                    []string
	}
	for name, source := range map[string]string{
		"thrown": `exports.handler = async () => { throw Object.assign(new RangeError("no luck"), { code: "E1" }); }`,
		"logged": `exports.handler = async () => { console.error(Object.assign(new RangeError("no luck"), { code: "E1" })); }`,
	} {
		f := logging(newFunction(t, nodejs, "app.handler", map[string]string{"app.js": source}), "ERROR")
		l, log := start(t, f)
		invoke(t, l, "{}")
		lines := printed(log.String())
		var got struct {
			Level, RequestID string
			Message          message
		}
		if len(lines) != 1 || json.Unmarshal([]byte(lines[0]), &got) != nil {
			t.Fatalf("%s: got %q, want one object", name, lines)
		}
		stack := got.Message.StackTrace
		got.Message.StackTrace = nil
		if want := (message{ErrorType: "RangeError", ErrorMessage: "no luck", Code: "E1"}); got.Level != "ERROR" || got.RequestID != "ID" || !cmp.Equal(got.Message, want) {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
		if len(stack) < 2 || stack[0] != "RangeError: no luck" || !strings.Contains(stack[1], f.Dir+"/app.js") {
			t.Errorf("%s: got the stack %q", name, stack)
		}
	}
}

// logging gives a function the variables of LogFormat JSON.
func logging(f *lambda.Function, level string) *lambda.Function {
	f.RuntimeVariables = maps.Clone(f.RuntimeVariables)
	f.RuntimeVariables["AWS_LAMBDA_LOG_FORMAT"], f.RuntimeVariables["AWS_LAMBDA_LOG_LEVEL"] = "JSON", level
	return f
}
