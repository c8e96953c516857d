package lambda_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

// maxPayload is the longest response, in bytes (D.5).
const maxPayload = 6_291_556

// report is how the runtime "report" ends its first invocation.
type report struct {
	Verb    string // of the path: response or error
	Length  int    // of a body of digits; 0 for Body
	Body    string
	Header  map[string]string
	Trailer map[string]string // makes the body one of chunks
	Cut     bool              // the connection ends within the body
}

func init() {
	handlers["report"] = func() {
		event, id := next()
		var r report
		if err := json.Unmarshal([]byte(event), &r); err != nil {
			panic(err)
		}
		got := r.send(id)
		_, id = next()
		call("POST", "/runtime/invocation/"+id+"/response", got)
		next()
	}
	handlers["headers"] = func() {
		r, _ := http.NewRequest("GET", "http://"+os.Getenv("AWS_LAMBDA_RUNTIME_API")+"/2018-06-01/runtime/invocation/next", nil)
		response, err := client.Do(r)
		if err != nil {
			panic(err)
		}
		response.Body.Close()
		answer, _ := json.Marshal(response.Header)
		call("POST", "/runtime/invocation/"+response.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/response", string(answer))
		next()
	}
}

// send reports, and returns the Runtime API's answer as JSON.
func (r report) send(id string) string {
	body := r.Body
	if r.Length > 0 {
		body = strings.Repeat("1", r.Length)
	}
	var head, framing, end strings.Builder
	for name, value := range r.Header {
		fmt.Fprintf(&head, "%s: %s\r\n", name, value)
	}
	switch {
	case r.Trailer != nil:
		framing.WriteString("Transfer-Encoding: chunked\r\n")
		body = fmt.Sprintf("%x\r\n%s\r\n0\r\n", len(body), body)
		for name, value := range r.Trailer {
			fmt.Fprintf(&end, "%s: %s\r\n", name, value)
		}
		end.WriteString("\r\n")
	case r.Cut:
		fmt.Fprintf(&framing, "Content-Length: %d\r\n", len(body)+1)
	default:
		fmt.Fprintf(&framing, "Content-Length: %d\r\n", len(body))
	}
	w := dial()
	defer w.Close()
	fmt.Fprintf(w, "POST /2018-06-01/runtime/invocation/%s/%s HTTP/1.1\r\n%s%s\r\n%s%s", id, r.Verb, &head, &framing, body, &end)
	if r.Cut {
		_ = w.Conn.(*net.TCPConn).CloseWrite()
	}
	answer, _ := json.Marshal(w.answerOf())
	return string(answer)
}

// answerOf reads a response of the Runtime API as "STATUS BODY".
func (w wire) answerOf() string {
	response, err := http.ReadResponse(w.r, nil)
	if err != nil {
		panic(err)
	}
	return textOf(response)
}

// TestReports has what a runtime may report of an invocation (D.2 to D.5): what
// it is answered, and what the caller gets.
func TestReports(t *testing.T) {
	const accepted, object = `202 {"status":"OK"}`, `{"errorType":"Mine","errorMessage":"x","stackTrace":[]}`
	tooLarge := fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", maxPayload)
	platform := func(errorType, message string) string {
		return fmt.Sprintf(`{"errorType":%q,"errorMessage":%q}`, errorType, message)
	}
	for _, test := range []struct {
		name            string
		report          report
		answer, payload string // payload: what the caller gets; empty where it is the body
		errorType       string // empty where the function succeeded
	}{
		{name: "D.2 response", report: report{Verb: "response", Body: `{"a":1}`}, answer: accepted},
		{name: "D.2 error", report: report{Verb: "error", Body: object}, answer: accepted, errorType: "Mine"},
		{name: "D.2 truncated", report: report{Verb: "response", Body: `{"a":`, Cut: true},
			answer:    "400 " + platform("TruncatedHTTPRequest", "HTTP request detected as truncated"),
			errorType: "Runtime.TruncatedResponse", payload: platform("Runtime.TruncatedResponse", "HTTP request detected as truncated")},
		{name: "D.3 type in the header", errorType: "Function.Named", answer: accepted,
			report: report{Verb: "error", Body: object, Header: map[string]string{"Lambda-Runtime-Function-Error-Type": "Function.Named"}}},
		{name: "D.3 the longest cause", errorType: "Mine", answer: accepted,
			report: report{Verb: "error", Body: object, Header: map[string]string{"Lambda-Runtime-Function-XRay-Error-Cause": strings.Repeat("x", 1<<20)}}},
		{name: "D.3 no error object", report: report{Verb: "error", Body: "why"}, answer: accepted, errorType: "Function.Unknown"},
		{name: "D.4 streaming", answer: accepted, report: report{Verb: "response", Body: "text", Trailer: map[string]string{},
			Header: map[string]string{"Lambda-Runtime-Function-Response-Mode": "streaming"}}},
		{name: "D.4 error within a stream", answer: accepted, errorType: "Function.Late", payload: `{"errorMessage":"late"}`,
			report: report{Verb: "response", Body: "text", Header: map[string]string{"Lambda-Runtime-Function-Response-Mode": "streaming"},
				Trailer: map[string]string{"Lambda-Runtime-Function-Error-Type": "Function.Late", "Lambda-Runtime-Function-Error-Body": "eyJlcnJvck1lc3NhZ2UiOiJsYXRlIn0="}}},
		{name: "D.4 another mode", errorType: "Runtime.InvalidResponseModeHeader", payload: platform("Runtime.InvalidResponseModeHeader", "Invalid function response mode"),
			answer: "400 " + platform("InvalidFunctionResponseMode", "Invalid function response mode"),
			report: report{Verb: "response", Body: "1", Header: map[string]string{"Lambda-Runtime-Function-Response-Mode": "buffered"}}},
		{name: "D.5 the longest", report: report{Verb: "response", Length: maxPayload}, answer: accepted},
		{name: "D.5 too long", report: report{Verb: "response", Length: maxPayload + 1},
			answer:    "413 " + platform("RequestEntityTooLarge", fmt.Sprintf("Exceeded maximum allowed payload size (%d bytes).", maxPayload)),
			errorType: "Function.ResponseSizeTooLarge", payload: platform("Function.ResponseSizeTooLarge", tooLarge)},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := lambdatest.NewFunction(t, "report")
			f.MemorySize = 512 // the race detector needs much for a large answer
			l, log := lambdatest.StartConfig(t, lambda.Config{MaxEnvironments: 1}, f)
			event, err := json.Marshal(test.report)
			if err != nil {
				t.Fatal(err)
			}
			r := lambdatest.Run(t, l, lambda.Request{Event: event})
			want := test.payload
			if want == "" {
				want = test.report.Body + strings.Repeat("1", test.report.Length)
			}
			if got := string(r.Payload); got != want || r.ErrorType != test.errorType || (r.FunctionError == "Unhandled") != (test.errorType != "") {
				t.Errorf("got %s %s %.80s, want %s %.80s\n%s", r.FunctionError, r.ErrorType, got, test.errorType, want, log)
			}
			var answer string
			invoke(t, l, &answer)
			if answer != test.answer {
				t.Errorf("the runtime was answered %s, want %s", answer, test.answer)
			}
		})
	}
}

// TestInitErrorInTheLog (D.3): the log names the error of an init phase in the
// platform's words, whatever the runtime's are.
func TestInitErrorInTheLog(t *testing.T) {
	for reported, want := range map[string]string{
		"Function.BadConfig": "Function.BadConfig", "Runtime.ImportModuleError": "Runtime.ImportModuleError",
		"Function.no": "Function.Unknown", "Exception": "Runtime.Unknown", "Runtime.X\\nFn END": "Runtime.Unknown",
	} {
		f := lambdatest.NewFunction(t, "init-error")
		f.Environment = map[string]string{"ERROR_TYPE": reported}
		l, log := lambdatest.Start(t, f)
		failure(t, l, "{}")
		if got := log.Count("\tStatus: error\tError Type: " + want + "\n"); got != 3 {
			t.Errorf("%s: got the log\n%swant %s in it three times, twice of INIT_REPORT", reported, log, want)
		}
	}
}

// TestEventHeaders (D.1) has the headers that come with an event; those without a
// value are left out.
func TestEventHeaders(t *testing.T) {
	isolating := lambdatest.NamedFunction(t, "Isolating", "headers")
	isolating.IsolatesTenants = true
	l, _ := lambdatest.Start(t, lambdatest.NewFunction(t, "headers"), isolating)
	for _, test := range []struct {
		request lambda.Request
		want    map[string]string
	}{
		{lambda.Request{ID: "ID", Function: "Fn"}, map[string]string{"Aws-Request-Id": "ID", "Invoked-Function-Arn": lambdatest.ARN + "fn"}},
		{lambda.Request{ID: "ID", Function: "Isolating", TraceID: "Root=1-2-3", ClientContext: "{}", TenantID: "blue"}, map[string]string{
			"Aws-Request-Id": "ID", "Invoked-Function-Arn": lambdatest.ARN + "isolating",
			"Trace-Id": "Root=1-2-3", "Client-Context": "{}", "Aws-Tenant-Id": "blue",
		}},
	} {
		before := time.Now()
		r := lambdatest.Run(t, l, test.request)
		var header http.Header
		if err := json.Unmarshal(r.Payload, &header); err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for name := range header {
			if short, ok := strings.CutPrefix(name, "Lambda-Runtime-"); ok {
				got[short] = header.Get(name)
			}
		}
		var deadline int64
		if _, err := fmt.Sscan(got["Deadline-Ms"], &deadline); err != nil || deadline < before.Add(10*time.Second).UnixMilli() || deadline > time.Now().Add(10*time.Second).UnixMilli() {
			t.Errorf("got the deadline %s, %v, want one ten seconds from now", got["Deadline-Ms"], err)
		}
		delete(got, "Deadline-Ms")
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
