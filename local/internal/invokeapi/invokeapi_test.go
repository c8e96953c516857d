package invokeapi_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"maru/local/internal/invokeapi"
	"maru/local/internal/lambda"
	"maru/local/internal/lambda/lambdatest"
)

// TestInvokeAPI (D.18, D.22, D.23) has answers and refusals, byte for byte.
func TestInvokeAPI(t *testing.T) {
	none := 0
	blocked := lambdatest.NamedFunction(t, "Blocked", "echo")
	blocked.ReservedConcurrency = &none
	broken := lambdatest.NamedFunction(t, "Broken", "echo")
	broken.Unavailable = errors.New("it did not build")
	image := lambdatest.NamedFunction(t, "Image", "echo")
	image.Unavailable = fmt.Errorf("%w: images", lambda.ErrUnsupported)
	failing := lambdatest.NamedFunction(t, "Failing", "fail")
	server := start(t, nil, lambdatest.NewFunction(t, "echo"), blocked, broken, image, failing)

	const invocations = "/2015-03-31/functions/fn/invocations"
	for _, test := range []struct {
		name, path, body string
		header           http.Header
		status           int
		errorType, want  string
	}{
		{name: "answer", path: invocations, body: `{"a":1}`, status: 200, want: `{"a":1}`},
		{name: "no event", path: invocations, status: 200, want: `{}`},
		{name: "ARN", path: "/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:fn/invocations", body: `1`, status: 200, want: `1`},
		{name: "escaped ARN", path: "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Afn/invocations", body: `1`, status: 200, want: `1`},
		{name: "dry run", path: invocations, header: http.Header{"X-Amz-Invocation-Type": {"DryRun"}}, status: 204},
		{
			name: "no such function", path: "/2015-03-31/functions/nope/invocations", body: `{}`, status: 404, errorType: "ResourceNotFoundException",
			want: `{"Message":"Function not found: arn:aws:lambda:eu-west-1:123456789012:function:nope:$LATEST","Type":"User"}`,
		},
		{
			name: "no JSON", path: invocations, body: `{"a":`, status: 400, errorType: "InvalidRequestContentException",
			want: `{"Message":"Could not parse request body into json: unexpected end of JSON input","Type":"User"}`,
		},
		{
			name: "client context", path: invocations, header: http.Header{"X-Amz-Client-Context": {base64.StdEncoding.EncodeToString([]byte("x"))}},
			status: 400, errorType: "InvalidRequestContentException",
			want: `{"Message":"Client context must be a valid Base64-encoded JSON object of at most 3583 bytes.","Type":"User"}`,
		},
		{
			name: "client context too long", path: invocations,
			header: http.Header{"X-Amz-Client-Context": {base64.StdEncoding.EncodeToString([]byte(`"` + strings.Repeat("x", 2686) + `"`))}},
			status: 400, errorType: "InvalidRequestContentException",
			want: `{"Message":"Client context must be a valid Base64-encoded JSON object of at most 3583 bytes.","Type":"User"}`,
		},
		{
			name: "invocation type", path: invocations, header: http.Header{"X-Amz-Invocation-Type": {"Later"}},
			status: 400, errorType: "InvalidParameterValueException",
			want: `{"Message":"Value \"Later\" at 'invocationType' must be one of: RequestResponse, Event, DryRun","Type":"User"}`,
		},
		{
			name: "nothing takes events", path: invocations, header: http.Header{"X-Amz-Invocation-Type": {"Event"}},
			status: 501, errorType: "ServiceException",
			want: `{"Message":"nothing takes asynchronous invocations here; use RequestResponse","Type":"Service"}`,
		},
		{
			name: "too large", path: invocations, body: `"` + strings.Repeat("x", 7<<20) + `"`, status: 413, errorType: "RequestTooLargeException",
			want: `{"Message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation","Type":"User"}`,
		},
		{
			name: "throttled", path: "/2015-03-31/functions/blocked/invocations", status: 429, errorType: "TooManyRequestsException",
			want: `{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}`,
		},
		{
			name: "broken", path: "/2015-03-31/functions/broken/invocations", status: 502, errorType: "ServiceException",
			want: `{"Message":"function Broken cannot run: it did not build","Type":"Service"}`,
		},
		{
			name: "not run here", path: "/2015-03-31/functions/image/invocations", status: 501, errorType: "ServiceException",
			want: `{"Message":"function Image cannot run: this host does not run it: images","Type":"Service"}`,
		},
		{
			name: "another operation", path: "/2015-03-31/functions/", status: 404, errorType: "UnknownOperationException",
			want: `{"Message":"POST /2015-03-31/functions/ is no operation of this endpoint, which knows: ` +
				`POST /2015-03-31/functions/{name}/invocations; POST /2021-11-15/functions/{name}/response-streaming-invocations; ` +
				`GET /2015-03-31/functions; GET /2015-03-31/functions/{$}; GET /2015-03-31/functions/{name}; GET /2015-03-31/functions/{name}/configuration","Type":"User"}`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			response, body := post(t, server+test.path, test.body, test.header)
			if response.StatusCode != test.status || response.Header.Get("X-Amzn-ErrorType") != test.errorType || body != test.want {
				t.Errorf("got %d %s\n%s\nwant %d %s\n%s", response.StatusCode, response.Header.Get("X-Amzn-ErrorType"), body,
					test.status, test.errorType, test.want)
			}
		})
	}

	response, body := post(t, server+"/2015-03-31/functions/failing/invocations", "{}", nil)
	if got := response.Header.Get("X-Amz-Function-Error"); response.StatusCode != 200 || got != "Unhandled" || !strings.Contains(body, `"no luck"`) {
		t.Errorf("failing: got %d %s %s, want 200 Unhandled and the error", response.StatusCode, got, body)
	}
	if got := response.Header.Get("X-Amz-Executed-Version"); got != "$LATEST" {
		t.Errorf("got version %q, want $LATEST", got)
	}
}

func post(t *testing.T, url, body string, header http.Header) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		request.Header = header
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return response, string(answer)
}

// An answer has the ID that its invocation got.
func TestRequestIDs(t *testing.T) {
	f := lambdatest.NewFunction(t, "echo")
	l, _ := lambdatest.Start(t, f)
	h := invokeapi.New(invokeapi.Config{Lambda: l, Functions: []*lambda.Function{f}, RequestIDs: func() uint64 { return 7 }})
	r := httptest.NewRequest(http.MethodPost, "/2015-03-31/functions/fn/invocations", nil)
	r.Header.Set("X-Amz-Invocation-Type", "DryRun")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if got, want := w.Header().Get("X-Amzn-RequestId"), "00000000-0000-4007-8000-000000000007"; got != want {
		t.Errorf("got the request ID %q, want %s", got, want)
	}
}

// A function that was removed is there no more, though Lambda still runs it for those
// who began before.
func TestRemovedFunction(t *testing.T) {
	old := lambdatest.NamedFunction(t, "Old", "echo")
	l, _ := lambdatest.Start(t, old)
	h := invokeapi.New(invokeapi.Config{Lambda: l})
	for _, r := range []*http.Request{
		httptest.NewRequest(http.MethodPost, "/2015-03-31/functions/old/invocations", nil),
		httptest.NewRequest(http.MethodPost, "/2021-11-15/functions/Old/response-streaming-invocations", nil),
		httptest.NewRequest(http.MethodGet, "/2015-03-31/functions/old", nil),
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if want := "Function not found: " + old.ARN + ":$LATEST"; w.Code != 404 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: got %d %s, want 404 with %q", r.URL.Path, w.Code, w.Body, want)
		}
	}
}
