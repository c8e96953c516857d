package invokeapi_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

// accepted is a queue that keeps what it is given.
type accepted []lambda.Request

func (a *accepted) Enqueue(_ context.Context, r lambda.Request) (string, error) {
	*a = append(*a, r)
	return r.ID, nil
}

// invoked is what a caller gets, with the request's ID as "ID".
type invoked struct {
	Status                          int32
	Version, FunctionError, Payload string
}

func invokedBy(out *sdk.InvokeOutput) invoked {
	id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
	return invoked{
		out.StatusCode, aws.ToString(out.ExecutedVersion), aws.ToString(out.FunctionError),
		strings.ReplaceAll(string(out.Payload), id, "ID"),
	}
}

// recordedFunctions are those that AWS was recorded with, in Go.
func recordedFunctions(t *testing.T) []*lambda.Function {
	var all []*lambda.Function
	for _, name := range []string{"echo", "nothing", "request-id", "fail", "exit", "init-exit", "large", "sleep"} {
		f := lambdatest.NamedFunction(t, name, name)
		f.MemorySize = 512
		if name == "sleep" {
			f.Timeout = time.Second
		}
		all = append(all, f)
	}
	return all
}

// TestRecordedInvocations (D.5 to D.7, D.22) holds what the AWS SDK gets against
// what it was recorded to get from AWS, by LocalStack's tests of those names.
func TestRecordedInvocations(t *testing.T) {
	var queue accepted
	client := newClient(start(t, &queue, recordedFunctions(t)...))
	unhandled := func(errorType, message string) invoked {
		return invoked{200, "$LATEST", "Unhandled", fmt.Sprintf(`{"errorType":%q,"errorMessage":%q}`, errorType, message)}
	}
	exited := unhandled("Runtime.ExitError", "RequestId: ID Error: Runtime exited without providing a reason")
	tooLarge := unhandled("Function.ResponseSizeTooLarge", "Response payload size exceeded maximum allowed payload size (6291556 bytes).")
	for _, test := range []struct {
		recording, function string
		kind                types.InvocationType
		want                invoked
	}{
		{"test_invocation_type_request_response", "echo", types.InvocationTypeRequestResponse, invoked{200, "$LATEST", "", "{}"}},
		{"test_invocation_type_event", "echo", types.InvocationTypeEvent, invoked{202, "", "", ""}},
		{"test_invocation_type_dry_run", "echo", types.InvocationTypeDryRun, invoked{204, "", "", ""}},
		{"test_invocation_type_no_return_payload", "nothing", types.InvocationTypeRequestResponse, invoked{200, "$LATEST", "", "null"}},
		{"test_invocation_type_no_return_payload, Event", "nothing", types.InvocationTypeEvent, invoked{202, "", "", ""}},
		{"test_request_id_invoke", "request-id", "", invoked{200, "$LATEST", "", `"ID"`}},
		{"test_lambda_handler_error", "fail", "", invoked{200, "$LATEST", "Unhandled", `{"errorMessage":"no luck","errorType":"errorString"}`}},
		{"test_lambda_handler_exit", "exit", "", exited},
		{"test_lambda_runtime_exit", "init-exit", "", exited},
		{"test_lambda_too_large_response", "large", "", tooLarge},
		{"test_lambda_too_large_response, again", "large", "", tooLarge},
		{"test_lambda_invoke_with_timeout", "sleep", "", unhandled("Sandbox.Timedout", "RequestId: ID Error: Task timed out after 1.00 seconds")},
	} {
		t.Run(test.recording, func(t *testing.T) {
			out, err := client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: &test.function, InvocationType: test.kind, Payload: []byte("{}")})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, invokedBy(out)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if len(queue) != 2 || queue[0].Function != "echo" || queue[1].Function != "nothing" || queue[0].ID == queue[1].ID {
		t.Errorf("got the queue %+v, want one event of each function", queue)
	}
}

// TestRecordedThrottle (D.18) is test_reserved_concurrency, of a function that
// may not run at all: who waits is refused, what is queued is not. What becomes of
// it then is package async's.
func TestRecordedThrottle(t *testing.T) {
	none := 0
	f := lambdatest.NewFunction(t, "echo")
	f.ReservedConcurrency = &none
	var queue accepted
	client := newClient(start(t, &queue, f))
	_, err := client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("fn"), InvocationType: types.InvocationTypeRequestResponse})
	var refused *types.TooManyRequestsException
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a TooManyRequestsException", err)
	}
	got := []string{refused.ErrorCode(), string(refused.Reason), aws.ToString(refused.Type), refused.ErrorMessage()}
	want := []string{"TooManyRequestsException", "ReservedFunctionConcurrentInvocationLimitExceeded", "User", "Rate Exceeded."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	out, err := client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("fn"), InvocationType: types.InvocationTypeEvent, Payload: []byte("{}")})
	if err != nil || out.StatusCode != 202 || len(out.Payload) != 0 || len(queue) != 1 {
		t.Errorf("got %+v, %v and %d events, want 202 and the event queued", out, err, len(queue))
	}
}

// TestRecordedLog (D.9, D.22) is test_invocation_with_logs: the log comes in the
// answer, line by line, and a warm invocation's tells of no init phase.
func TestRecordedLog(t *testing.T) {
	client := newClient(start(t, nil, lambdatest.NewFunction(t, "print")))
	const (
		invocation = "START RequestId: ID Version: $LATEST\nprinted\nEND RequestId: ID\n"
		figures    = "REPORT RequestId: ID\tDuration: N ms\tBilled Duration: N ms\tMemory Size: 128 MB\tMax Memory Used: N MB\t"
	)
	for _, want := range []string{invocation + figures + "Init Duration: N ms\t\n", invocation + figures + "\n"} {
		out, err := client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("fn"), LogType: types.LogTypeTail})
		if err != nil {
			t.Fatal(err)
		}
		id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
		got := lambdatest.Normalize(logOf(t, out), id)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	out, err := client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("fn"), LogType: types.LogTypeNone})
	if err != nil || out.LogResult != nil {
		t.Errorf("got %+v, %v, want no log that nobody asked for", out, err)
	}
}

// TestJSONLogTail has LogFormat JSON in the answer: the members that a report of AWS
// has ("Lambda Telemetry API Event schema reference", platform.report), and no END,
// which only text logs have.
func TestJSONLogTail(t *testing.T) {
	f := lambdatest.NewFunction(t, "print")
	f.JSONLog = true
	client := newClient(start(t, nil, f))
	out, err := client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("fn"), LogType: types.LogTypeTail})
	if err != nil {
		t.Fatal(err)
	}
	id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
	varying := regexp.MustCompile(`("time":)"[^"]+"|("(?:[a-z]\w+Ms|maxMemoryUsedMB)":)[\d.]+`)
	got := varying.ReplaceAllString(strings.ReplaceAll(logOf(t, out), id, "ID"), "${1}${2}N")
	want := `{"time":N,"type":"platform.start","record":{"requestId":"ID","version":"$LATEST"}}
printed
{"time":N,"type":"platform.report","record":{"requestId":"ID","metrics":` +
		`{"durationMs":N,"billedDurationMs":N,"memorySizeMB":128,"maxMemoryUsedMB":N,"initDurationMs":N},"status":"success"}}
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func logOf(t *testing.T, out *sdk.InvokeOutput) string {
	t.Helper()
	log, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult))
	if err != nil {
		t.Fatal(err)
	}
	return string(log)
}

// TestLogTail (D.22): of a longer log the last 4 KB come.
func TestLogTail(t *testing.T) {
	client := newClient(start(t, nil, lambdatest.NewFunction(t, "print-much")))
	out, err := client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("fn"), LogType: types.LogTypeTail})
	if err != nil {
		t.Fatal(err)
	}
	log := logOf(t, out)
	if len(log) != 4<<10 || !strings.HasPrefix(log, "xxx") || !strings.Contains(log, "\nEND RequestId: ") {
		t.Errorf("got a log of %d bytes, want the last 4096\n%s", len(log), log)
	}
}
