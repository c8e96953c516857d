package gateway

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"maru/local/internal/server/servertest"
)

// TestRecordedURLEvent (B.4, B.15) is test_lambda_url_echo_http_fixture_default:
// rawPath stays as the client wrote it, requestContext's path, which that function
// returned, is decoded once, and TLS is told of.
func TestRecordedURLEvent(t *testing.T) {
	addr := serveTLS(t, urlGateway(t, newURL("BUFFERED"), echoing))
	r, err := http.NewRequest("POST", "https://"+addr+"/", strings.NewReader(`{"foo": "bar"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Host, r.URL.Opaque, r.URL.RawQuery = "fnurl.localhost", "/pa2%25Fth/1", "q=query&multiQuery=foo&multiQuery=%2Fbar"
	r.Header = http.Header{
		"Accept": {"*/*"}, "Accept-Encoding": {"gzip, deflate"}, "Content-Type": {"application/json"},
		"ExTrA-HeaDErs": {"With WeiRd CapS"}, "User-Agent": {"test/echo"}, "X-Amzn-Tls-Version": {"forged"},
	}
	res, err := servertest.Client(t, func(p *http.Protocols) { p.SetHTTP1(true) }).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var e events.LambdaFunctionURLRequest
	if err := json.NewDecoder(res.Body).Decode(&e); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port"} {
		if e.Headers[name] == "" {
			t.Errorf("got no %s", name)
		}
		delete(e.Headers, name)
	}
	want := map[string]string{
		"accept": "*/*", "accept-encoding": "gzip, deflate", "content-length": "14", "content-type": "application/json",
		"extra-headers": "With WeiRd CapS", "host": "fnurl.localhost", "user-agent": "test/echo", "x-forwarded-proto": "https",
		"x-amzn-tls-version": "TLSv1.3", "x-amzn-tls-cipher-suite": tls.CipherSuiteName(res.TLS.CipherSuite),
	}
	if diff := cmp.Diff(want, e.Headers); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	got := []string{e.RequestContext.HTTP.Method, e.RawPath, e.RequestContext.HTTP.Path, e.Body,
		e.QueryStringParameters["q"], e.QueryStringParameters["multiQuery"], e.RequestContext.DomainName, e.RequestContext.HTTP.SourceIP}
	if diff := cmp.Diff([]string{"POST", "/pa2%25Fth/1", "/pa2%Fth/1", `{"foo": "bar"}`, "query", "foo,/bar", "fnurl.localhost", "127.0.0.1"}, got); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

// TestRecordedURLResponses (B.16) is test_lambda_url_invocation, and what the
// rules behind it make of other results.
func TestRecordedURLResponses(t *testing.T) {
	text := func(status int, contentType, body string) sent {
		return sent{status, fieldsOf("Content-Type", contentType), body}
	}
	const plain = "application/json"
	tests := []struct{ name, payload, contentType, body string }{
		{"dict", `{"hello": "world"}`, plain, `{"hello":"world"}`},
		{"http-response", `{"statusCode": 200, "body": "body123"}`, plain, "body123"},
		{"http-response-json", `{"statusCode": 200, "body": "{\"hello\": \"world\"}"}`, plain, `{"hello": "world"}`},
		{"string", `"hello"`, plain, "hello"},
		{"list", `[ "hello", 3, true ]`, plain, `["hello",3,true]`},
		{"integer", `3`, plain, "3"},
		{"float", `3.1`, plain, "3.1"},
		{"boolean", `true`, plain, "true"},
		{"body that is an object", `{"statusCode": 200, "body": {"hello": "world"}}`, plain, `{"hello":"world"}`},
		{"body that is a list", `{"statusCode": 200, "body": [1, "2"]}`, plain, `[1,"2"]`},
		{"body that is a number", `{"statusCode": 200, "body": 4.20}`, plain, "4.20"},
		{"body that is a boolean", `{"statusCode": 200, "body": false}`, plain, "false"},
		{"body that is null", `{"statusCode": 200, "body": null}`, plain, ""},
		{"an object like a function error", `{"errorMessage": "x"}`, plain, `{"errorMessage":"x"}`},
		{"its own type", `{"statusCode":200,"headers":{"content-type":"text/html"},"body":"<p>"}`, "", "<p>"},
		{"base64, whatever the client accepts", `{"statusCode":200,"body":"aGk=","isBase64Encoded":true}`, plain, "hi"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := do(urlGateway(t, newURL("BUFFERED"), returning(tt.payload)), atURL("GET", "/", ""))
			if length := w.Result().ContentLength; length != int64(len(tt.body)) {
				t.Errorf("got a Content-Length of %d, want %d", length, len(tt.body))
			}
			got := sentBy(w)
			want := text(200, tt.contentType, tt.body)
			if tt.contentType == "" {
				want.header = fieldsOf("content-type", "text/html")
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(sent{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRecordedURLStatus (B.16) is test_lambda_url_headers_and_status, which has
// nothing recorded but was run against AWS: a status may be a string.
func TestRecordedURLStatus(t *testing.T) {
	for _, tt := range []struct {
		payload string
		want    sent
	}{
		{`{"statusCode":201,"headers":{"Content-Type":"application/json","My-Custom-Header":"Custom Value"},"body":"{\"message\": \"hello-world\"}","isBase64Encoded":false}`,
			sent{201, fieldsOf("Content-Type", "application/json", "My-Custom-Header", "Custom Value"), `{"message": "hello-world"}`}},
		{`{"statusCode":"418","body":"i'm a teapot","isBase64Encoded":false}`, sent{418, jsonType, "i'm a teapot"}},
	} {
		got := sentBy(do(urlGateway(t, newURL("BUFFERED"), returning(tt.payload)), atURL("POST", "/custom_path/extend?test_param=test_value", "{}")))
		if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(sent{})); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// TestRecordedURLForm (B.15) is test_lambda_url_form_payload: a form comes in base64,
// byte for byte. What is text comes as it is, and what is empty not at all
// (test_lambda_url_echo_invoke).
func TestRecordedURLForm(t *testing.T) {
	const boundary = "4efd159eae0c4f4e125a5a509e073d85"
	form := "\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"formfield\"\r\n\r\nnot a file, just a field" +
		"\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"foo\"; filename=\"foo\"\r\nContent-Type: text/plain;\r\n\r\nbar" +
		"\r\n\r\n--" + boundary + "--\r\n"
	for _, tt := range []struct {
		contentType, body, want string
		encoded                 bool
	}{
		{"multipart/form-data; boundary=" + boundary, form, base64.StdEncoding.EncodeToString([]byte(form)), true},
		{"text/plain", "text", "text", false},
		{"text/plain", "", "", false},
	} {
		event := eventOf(t, urlGateway(t, newURL("BUFFERED"), echoing), atURL("POST", "/test/value", tt.body,
			"Content-Type", tt.contentType, "Content-Length", strconv.Itoa(len(tt.body))))
		var got struct {
			Body                  *string
			IsBase64Encoded       bool
			RawPath               string
			Headers               map[string]string
			QueryStringParameters map[string]string
		}
		if err := json.Unmarshal(event, &got); err != nil {
			t.Fatal(err)
		}
		if (got.Body == nil) != (tt.want == "") || got.Body != nil && *got.Body != tt.want || got.IsBase64Encoded != tt.encoded {
			t.Errorf("%s: got the event %s, want the body %q, encoded: %t", tt.contentType, event, tt.want, tt.encoded)
		}
		if got.RawPath != "/test/value" || got.Headers["content-type"] != tt.contentType || got.Headers["content-length"] != strconv.Itoa(len(tt.body)) ||
			got.QueryStringParameters != nil {
			t.Errorf("%s: got the event %s", tt.contentType, event)
		}
	}
}

// TestURLRequestID (B.20) is test_request_id_invoke_url: response, event and
// invocation have one ID. Those of APIs have an ID of their own.
func TestURLRequestID(t *testing.T) {
	var event events.LambdaFunctionURLRequest
	var invocation string
	fn := anyInvoker(func(i Invocation) ([]byte, error) {
		invocation = i.ID
		if i.Begin != nil {
			i.Begin("text/plain", time.Now().Add(time.Minute))
		}
		return []byte("1"), json.Unmarshal(i.Event, &event)
	})
	for _, mode := range []string{"BUFFERED", "RESPONSE_STREAM"} {
		w := do(urlGateway(t, newURL(mode), fn), atURL("GET", "/", ""))
		answered := map[string][]string(w.Result().Header)["x-amzn-RequestId"]
		if len(answered) != 1 || len(invocation) != 36 || answered[0] != invocation || event.RequestContext.RequestID != invocation {
			t.Errorf("%s: got %q in the response, %q in the event, %q of the invocation, want one ID",
				mode, answered, event.RequestContext.RequestID, invocation)
		}
	}
	do(urlGateway(t, newURL("BUFFERED"), fn), newRequest("GET", "/api", ""))
	if invocation != "" {
		t.Errorf("got the ID %s of an API's invocation, want none", invocation)
	}
}

// anyInvoker is an Invoker that sees the whole Invocation.
type anyInvoker func(Invocation) ([]byte, error)

func (f anyInvoker) Invoke(_ context.Context, i Invocation) (Result, error) {
	payload, err := f(i)
	return Result{Payload: payload}, err
}
