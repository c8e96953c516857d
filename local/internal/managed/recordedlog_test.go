package managed_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

// tailOf returns the log of one invocation, as its caller gets it.
func tailOf(t *testing.T, l *lambda.Lambda, qualifier, event string) string {
	t.Helper()
	r := lambdatest.Run(t, l, lambda.Request{Qualifier: qualifier, Event: []byte(event), Tail: true})
	return lambdatest.Normalize(string(r.Log), r.RequestID)
}

// TestRecordedLogs (D.9) has the logs that AWS was recorded to write around those of
// either language, and what either language writes: the logs of
// test_invocation_with_logs, test_request_id_invoke and
// test_invocation_with_qualifier.
func TestRecordedLogs(t *testing.T) {
	const report = "REPORT RequestId: ID\tDuration: N ms\tBilled Duration: N ms\tMemory Size: 128 MB\tMax Memory Used: N MB\tInit Duration: N ms\t\n"
	for _, test := range []struct{ name, runtime, source, qualifier, want string }{
		{"test_invocation_with_logs[python3.10]", "python3.10", "def handler(event, context):\n    print(event)\n    return event\n", "",
			"START RequestId: ID Version: $LATEST\n{}\nEND RequestId: ID\n" + report},
		{"test_invocation_with_logs[nodejs16.x]", "nodejs16.x", "exports.handler = async (event) => { console.log(event); return event }", "",
			"START RequestId: ID Version: $LATEST\nTIME\tID\tINFO\t{}\nEND RequestId: ID\n" + report},
		{"test_request_id_invoke", python, `
import logging
logging.getLogger().setLevel(logging.INFO)
def handler(event, context):
    logging.info("RequestId log message")
    return context.aws_request_id
`, "", "START RequestId: ID Version: $LATEST\n[INFO]\tTIME\tID\tRequestId log message\nEND RequestId: ID\n" + report},
		{"test_invocation_with_qualifier", python, `
import logging
logging.getLogger().setLevel(logging.INFO)
def handler(event, context):
    print("Lambda log message - print function")
    logging.info("Lambda log message - logging module")
`, "1", "START RequestId: ID Version: 1\nLambda log message - print function\n[INFO]\tTIME\tID\tLambda log message - logging module\nEND RequestId: ID\n" + report},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := map[bool]string{true: "app.py", false: "app.js"}[strings.HasPrefix(test.runtime, "python")]
			f := newFunction(t, test.runtime, "app.handler", map[string]string{file: test.source})
			f.Qualifiers = map[string]string{"1": "1"}
			l, log := start(t, f)
			if diff := cmp.Diff(test.want, tailOf(t, l, test.qualifier, "{}")); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, log)
			}
		})
	}
}

// TestRecordedTimeout (D.6, D.10) is test_lambda_invoke_timed_out_environment_reuse:
// a timeout costs the process what it had in memory, and leaves what it had in
// /tmp. Its error is that of the later test_lambda_invoke_with_timeout, which has
// the time no more: the log has it still.
func TestRecordedTimeout(t *testing.T) {
	f := newFunction(t, python, "app.handler", map[string]string{"app.py": `
import time
number = 0
def handler(event, context):
    global number
    if "write" in event:
        with open(event["path"], "w") as file:
            file.write(event["write"])
    elif "set" in event:
        number = event["set"]
    elif "wait" in event:
        time.sleep(event["wait"])
    elif "path" in event:
        with open(event["path"]) as file:
            return {"content": file.read()}
    else:
        return {"number": number}
`})
	f.Timeout = time.Second
	l, log := start(t, f)
	path := filepath.Join(t.TempDir(), "file") // /tmp is the machine's
	const timeout = `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed out after 1.00 seconds"}`
	for _, step := range []struct{ name, event, want string }{
		{"file-write", fmt.Sprintf(`{"path":%q,"write":"some-content"}`, path), "null"},
		{"file-read", fmt.Sprintf(`{"path":%q}`, path), `{"content": "some-content"}`},
		{"set-number", `{"set":42}`, "null"},
		{"read-number", `{}`, `{"number": 42}`},
		{"timed-out", `{"wait":20}`, timeout},
		{"file-read-after-timeout", fmt.Sprintf(`{"path":%q}`, path), `{"content": "some-content"}`},
		{"read-number-after-timeout", `{}`, `{"number": 0}`},
	} {
		if got := invoke(t, l, step.event); got != step.want {
			t.Errorf("%s: got %s, want %s", step.name, got, step.want)
		}
	}
	line := regexp.MustCompile(`(?m)^Fn \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [0-9a-f-]{36} Task timed out after 1\.00 seconds$`)
	if !line.MatchString(log.String()) {
		t.Errorf("got the log\n%s, want the timeout in it", log)
	}
}
