package gateway

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/gateway/internal/result"
	"maru/local/internal/template"
)

// sent is what a test says about a response. Header fields that every response
// of its kind has are left out.
type sent struct {
	status int
	header http.Header
	body   string
}

// sentBy gives what came back, without what is the same each time.
func sentBy(w *httptest.ResponseRecorder) sent {
	h := w.Result().Header
	for name, values := range h {
		switch http.CanonicalHeaderKey(name) {
		case "Content-Length", "X-Amzn-Requestid", "X-Amz-Apigw-Id", "X-Amzn-Trace-Id", "Apigw-Requestid":
			delete(h, name)
		}
		if values == nil {
			delete(h, name)
		}
	}
	return sent{w.Code, h, w.Body.String()}
}

func fieldsOf(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h[pairs[i]] = append(h[pairs[i]], pairs[i+1])
	}
	return h
}

// The answers to a result that is no response.
var (
	jsonType  = fieldsOf("Content-Type", "application/json")
	restError = sent{502, fieldsOf("Content-Type", "application/json", "x-amzn-ErrorType", "InternalServerErrorException"), `{"message": "Internal server error"}`}
	httpError = sent{500, jsonType, `{"message":"Internal Server Error"}`}
)

// check sends a GET to a function that returns payload and compares.
func check(t *testing.T, api *template.API, payload string, want sent) {
	t.Helper()
	g := newGateway(t, Config{APIs: []*template.API{api}, Invoker: returning(payload)})
	w := get(g, "/")
	if diff := cmp.Diff(want, sentBy(w), cmp.AllowUnexported(sent{})); diff != "" {
		t.Errorf("response to %s (-want +got):\n%s", payload, diff)
	}
}

// TestRecordedRESTResponses holds responses against the recording
// test_aws_proxy_response_payload_format_validation. Its
// invoke-api-empty-response is a request without a body, at which the test's
// function fails: see TestErrors.
func TestRecordedRESTResponses(t *testing.T) {
	text := fieldsOf("Content-Type", "application/json")
	tests := []struct {
		statements, recording, payload string
		want                           sent
	}{
		{"A.24 A.29", "invoke-api-no-body", `{"statusCode":200}`, sent{200, text, ""}},
		{"A.27", "invoke-api-with-headers", `{"statusCode":200,"headers":{"test-header":"value","header-bool":true}}`,
			sent{200, fieldsOf("Content-Type", "application/json", "test-header", "value", "header-bool", "true"), ""}},
		{"A.27", "invoke-api-with-headers-null", `{"statusCode":200,"headers":null}`, sent{200, text, ""}},
		{"A.23", "invoke-api-wrong-format", `{"statusCode":200,"wrongValue":"value"}`, restError},
		{"A.33", "invoke-api-b64-encoded-true", `{"statusCode":200,"body":"dGVzdC1kYXRh","isBase64Encoded":true}`, sent{200, text, "dGVzdC1kYXRh"}},
		{"A.33", "invoke-api-b64-encoded-false", `{"statusCode":200,"body":"dGVzdC1kYXRh"}`, sent{200, text, "dGVzdC1kYXRh"}},
		{"A.27", "invoke-api-multi-headers-valid", `{"statusCode":200,"multiValueHeaders":{"test-multi":["value1","value2"]}}`,
			sent{200, fieldsOf("Content-Type", "application/json", "test-multi", "value1", "test-multi", "value2"), ""}},
		{"A.28", "invoke-api-multi-headers-overwrite", `{"statusCode":200,"multiValueHeaders":{"test-multi":["value-multi"]},"headers":{"test-multi":"value-solo"}}`,
			sent{200, fieldsOf("Content-Type", "application/json", "test-multi", "value-multi", "test-multi", "value-solo"), ""}},
		{"A.28", "invoke-api-multi-headers-overwrite-casing", `{"statusCode":200,"headers":{"test-multi":"value-solo"},"multiValueHeaders":{"tesT-Multi":["value-multi"]}}`,
			sent{200, fieldsOf("Content-Type", "application/json", "tesT-Multi", "value-multi", "tesT-Multi", "value-solo"), ""}},
		{"A.27", "invoke-api-multi-headers-invalid", `{"statusCode":200,"multiValueHeaders":{"test-multi-invalid":"value1"}}`, restError},
		{"A.25", "invoke-api-invalid-status-code", `{"statusCode":"test"}`, restError},
		{"A.25", "invoke-api-status-code-str", `{"statusCode":"201"}`, sent{201, text, ""}},
		{"A.26", "invoke-api-just-string", `"justAString"`, restError},
		{"A.24", "invoke-api-only-headers", `{"headers":{"test-header":"value"}}`,
			sent{200, fieldsOf("Content-Type", "application/json", "test-header", "value"), ""}},
	}
	for _, tt := range tests {
		t.Run(tt.statements+" "+tt.recording, func(t *testing.T) {
			check(t, newAPI(template.REST, "Api", "GET /"), tt.payload, tt.want)
		})
	}
}

func TestRESTResponses(t *testing.T) {
	text := fieldsOf("Content-Type", "application/json")
	tests := []struct {
		name, payload string
		want          sent
	}{
		{"A.24 nothing in it", `{}`, sent{200, text, ""}},
		{"white space", " {\n\"statusCode\" : 200 , \"body\" : \"\\u00e9\\n\" } ", sent{200, text, "é\n"}},
		{"its own type, in its own case", `{"headers":{"content-type":"text/html"},"body":"<p>"}`, sent{200, fieldsOf("content-type", "text/html"), "<p>"}},
		{"A.26 null", `null`, restError},
		{"A.26 array", `[]`, restError},
		{"A.26 number", `7`, restError},
		{"A.26 true", `true`, restError},
		{"A.4 no JSON", `oops`, restError},
		{"two values", `{} {}`, restError},
		{"empty", ``, restError},
		{"A.26 body that is an object", `{"body":{}}`, restError},
		{"A.26 body that is null", `{"body":null}`, sent{200, text, ""}},
		{"cookies, which 1.0 does not have", `{"cookies":["a=1"]}`, restError},
		{"A.26 body that is a number", `{"body":42}`, restError},
		{"flag that is a string", `{"isBase64Encoded":"yes"}`, restError},
		{"A.28 a pair in both maps", `{"headers":{"a":"1","b":"3"},"multiValueHeaders":{"A":["1","2"],"B":["1"]}}`,
			sent{200, fieldsOf("Content-Type", "application/json", "A", "1", "A", "2", "B", "1", "B", "3"), ""}},
		{"A.27 header that is an object", `{"headers":{"a":{}}}`, restError},
		{"headers that are an array", `{"headers":[]}`, restError},
		{"the last of two", `{"statusCode":200,"statusCode":404,"headers":{"A":"1","A":"2"}}`, sent{404, fieldsOf("Content-Type", "application/json", "A", "2"), ""}},
		{"the last of two maps", `{"headers":{"A":"1"},"headers":{"B":"2"}}`, sent{200, fieldsOf("Content-Type", "application/json", "B", "2"), ""}},
		{"A.30 remapped", `{"headers":{"Connection":"close","content-length":"9","Date":"x","Server":"y","x-amzn-RequestId":"z","WWW-Authenticate":"Basic"}}`,
			sent{200, fieldsOf("Content-Type", "application/json", "x-amzn-Remapped-Connection", "close", "x-amzn-Remapped-content-length", "9",
				"x-amzn-Remapped-Date", "x", "x-amzn-Remapped-Server", "y", "x-amzn-Remapped-x-amzn-RequestId", "z", "x-amzn-Remapped-WWW-Authenticate", "Basic"), ""}},
		{"A.30 dropped", `{"headers":{"Transfer-Encoding":"chunked","Trailer":"X","Keep-Alive":"1","X-Amzn-Trace-Id":"evil","x-amz-apigw-id":"evil"}}`,
			sent{200, text, ""}},
		{"status of an interim response", `{"statusCode":101}`, restError},
		{"status zero, which Go's events send if none is set", `{"statusCode":0,"headers":null}`, restError},
		{"status too great", `{"statusCode":1000}`, restError},
		{"status with a fraction", `{"statusCode":200.5}`, restError},
		{"status that is null", `{"statusCode":null}`, sent{200, text, ""}},
		{"name that is no token", `{"headers":{"a b":"1"}}`, restError},
		{"name that is empty", `{"headers":{"":"1"}}`, restError},
		{"line break in a value", `{"headers":{"a":"1\r\nSet-Cookie: b=2"}}`, restError},
		{"NUL in a value", `{"multiValueHeaders":{"a":["\u0000"]}}`, restError},
		{"DEL in a value", `{"headers":{"a":"\u007f"}}`, restError},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			check(t, newAPI(template.REST, "Api", "GET /"), tt.payload, tt.want)
		})
	}
}

// TestHTTPResponses (B.7, B.8) holds responses of format 2.0 against the rules of
// http-api-develop-integrations-lambda and what tests against AWS found.
func TestHTTPResponses(t *testing.T) {
	plain := fieldsOf("Content-Type", "text/plain;charset=UTF-8")
	tests := []struct {
		name, payload string
		want          sent
	}{
		{"status alone", `{"statusCode":200}`, sent{200, fieldsOf(), ""}},
		{"headers", `{"statusCode":200,"headers":{"test-header":"value","header-bool":true}}`,
			sent{200, fieldsOf("test-header", "value", "header-bool", "true"), ""}},
		{"another name", `{"statusCode":200,"wrongValue":"value","multiValueHeaders":7}`, sent{200, fieldsOf(), ""}},
		{"base64", `{"statusCode":200,"body":"dGVzdC1kYXRh","isBase64Encoded":true}`, sent{200, plain, "test-data"}},
		{"base64 that is none", `{"statusCode":200,"body":"!","isBase64Encoded":true}`, httpError},
		{"body", `{"statusCode":200,"body":"dGVzdC1kYXRh"}`, sent{200, plain, "dGVzdC1kYXRh"}},
		{"cookies", `{"statusCode":200,"cookies":["a=1; Path=/","b=2"],"headers":{"Set-Cookie":"c=3"}}`,
			sent{200, fieldsOf("Set-Cookie", "c=3", "Set-Cookie", "a=1; Path=/", "Set-Cookie", "b=2"), ""}},
		{"cookies that are an object", `{"statusCode":200,"cookies":{"a":"1"}}`, httpError},
		{"cookie with a line break", `{"statusCode":200,"cookies":["a\nb"]}`, httpError},
		{"status that is text", `{"statusCode":"test"}`, httpError},
		{"status that is a numeric string", `{"statusCode":"201"}`, sent{201, fieldsOf(), ""}},
		{"body that is an object", `{"statusCode":200,"body":{"a":1}}`, httpError},
		{"body that is a number", `{"statusCode":200,"body":42}`, httpError},
		{"the flag of REST APIs", `{"statusCode":200,"body":"dGVzdA==","base64Encoded":true}`, sent{200, plain, "dGVzdA=="}},
		{"a flag in quotes", `{"statusCode":200,"body":"dGVzdA==","isBase64Encoded":"true"}`, sent{200, plain, "test"}},
		{"inferred from a string", `"justAString"`, sent{200, jsonType, "justAString"}},
		{"inferred from an empty string", `""`, sent{200, jsonType, ""}},
		{"inferred from headers", `{"headers":{"test-header":"value"}}`, sent{200, jsonType, `{"headers":{"test-header":"value"}}`}},
		{"inferred from an object", `{"random": {"json-body": "value"}}`, sent{200, jsonType, `{"random": {"json-body": "value"}}`}},
		{"inferred from nothing in it", `{}`, sent{200, jsonType, `{}`}},
		{"inferred from an array", `[1,2]`, sent{200, jsonType, `[1,2]`}},
		{"inferred from null", `null`, sent{200, jsonType, `null`}},
		{"what looks like a function error", `{"errorMessage":"test fake error message"}`, httpError},
		{"a string that names it", `"errorMessage"`, sent{200, jsonType, `errorMessage`}},
		{"no JSON", `{"statusCode":200`, httpError},
		{"connection's own", `{"statusCode":200,"headers":{"connection":"close","Content-Length":"7","Apigw-Requestid":"evil","date":"Thu, 01 Jan 1970 00:00:00 GMT"}}`,
			sent{200, fieldsOf("Date", "Thu, 01 Jan 1970 00:00:00 GMT"), ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			check(t, newAPI(template.HTTP, "Api", "GET /"), tt.payload, tt.want)
		})
	}
}

func TestHTTPResponsesOfFormat1(t *testing.T) {
	tests := []struct {
		name, payload string
		want          sent
	}{
		{"status alone", `{"statusCode":200}`, sent{200, fieldsOf(), ""}},
		{"no status", `{"headers":{"test-header":"value"}}`, httpError},
		{"A.24 nothing in it", `{}`, httpError},
		{"string", `"justAString"`, httpError},
		{"another name", `{"statusCode":200,"wrongValue":"value","cookies":7}`, sent{200, fieldsOf(), ""}},
		{"many values", `{"statusCode":200,"multiValueHeaders":{"a":["1","2"]},"headers":{"A":"3"}}`, sent{200, fieldsOf("a", "1", "a", "2", "a", "3"), ""}},
		{"many values that are one", `{"statusCode":200,"multiValueHeaders":{"a":"1"}}`, httpError},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api := newAPI(template.HTTP, "Api", "GET /")
			api.Routes[0].PayloadFormat = "1.0"
			check(t, api, tt.payload, tt.want)
		})
	}
}

// TestRESTBinary (A.33, A.34) has what test_aws_proxy_binary_response of the
// tests against AWS asked its three stages, and what came back.
func TestRESTBinary(t *testing.T) {
	first, third := []string{"image/png", "*/test"}, []string{"image/png", "application/*", "image/jpg"}
	const (
		png     = `{"body":"dGVzdA==","isBase64Encoded":true,"headers":{"Content-Type":"image/png"}}`
		other   = `{"body":"dGVzdA==","isBase64Encoded":true,"headers":{"Content-Type":"application/test"}}`
		untyped = `{"body":"dGVzdA==","isBase64Encoded":true}`
		text    = `{"body":"dGVzdA==","isBase64Encoded":false,"headers":{"Content-Type":"image/png"}}`
		broken  = `{"body":"èé+à)(","isBase64Encoded":true,"headers":{"Content-Type":"image/png"}}`
	)
	tests := []struct {
		name    string
		types   []string
		accept  string
		payload string
		status  int
		want    string
	}{
		{"A.33 no types", nil, "image/png", png, 200, "dGVzdA=="},
		{"A.33 accepted", first, "image/png", png, 200, "test"},
		{"A.33 another type", first, "image/jpg", png, 200, "dGVzdA=="},
		{"A.33 wildcard for a type", first, "image/*", png, 200, "dGVzdA=="},
		{"A.33 wildcard on the left", first, "*/test", png, 200, "dGVzdA=="},
		{"A.33 what it would match", first, "random/test", png, 200, "dGVzdA=="},
		{"A.33 any type", first, "*/*", png, 200, "dGVzdA=="},
		{"A.33 accepted second", first, "image/webp,image/png,*/*;q=0.8", png, 200, "dGVzdA=="},
		{"A.33 accepted first", first, "image/png,image/*,*/*;q=0.8", png, 200, "test"},
		{"A.33 flag is false", first, "image/png", text, 200, "dGVzdA=="},
		{"A.33 wildcard on the right", third, "application/whatever", other, 200, "test"},
		{"A.33 the wildcard itself", third, "application/*", other, 200, "test"},
		{"A.33 type of the function", third, "image/jpg", png, 200, "test"},
		{"A.33 no type of the function", third, "image/png", untyped, 200, "test"},
		{"A.33 half a type", third, "application", png, 200, "dGVzdA=="},
		{"A.33 no Accept", third, "", png, 200, "dGVzdA=="},
		{"A.33 all types", []string{"*/*"}, "text/html", png, 200, "test"},
		{"flag in quotes", third, "image/png", `{"body":"dGVzdA==","isBase64Encoded":"true"}`, 200, "test"},
		{"flag in quotes, false", third, "image/png", `{"body":"dGVzdA==","isBase64Encoded":"False"}`, 200, "dGVzdA=="},
		{"its other name", third, "image/png", `{"body":"dGVzdA==","base64Encoded":true}`, 200, "test"},
		{"its other name, in quotes", third, "image/png", `{"body":"dGVzdA==","base64Encoded":"True"}`, 200, "test"},
		{"both names, the other first", third, "image/png", `{"body":"dGVzdA==","base64Encoded":false,"isBase64Encoded":true}`, 200, "dGVzdA=="},
		{"both names, the other null", third, "image/png", `{"body":"dGVzdA==","isBase64Encoded":true,"base64Encoded":null}`, 200, "test"},
		{"its other name, a number", third, "image/png", `{"body":"dGVzdA==","base64Encoded":1}`, 502, `{"message": "Internal server error"}`},
		{"A.34 no base64", third, "image/png", broken, 500, `{"message": "Internal server error"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api := newAPI(template.REST, "Api", "GET /")
			api.BinaryMediaTypes = tt.types
			g := newGateway(t, Config{APIs: []*template.API{api}, Invoker: returning(tt.payload)})
			r := httptest.NewRequest("GET", "/", nil)
			if tt.accept != "" {
				r.Header.Set("Accept", tt.accept)
			}
			w := do(g, r)
			if w.Code != tt.status || w.Body.String() != tt.want {
				t.Errorf("got %d %q, want %d %q", w.Code, w.Body, tt.status, tt.want)
			}
		})
	}
}

// TestRecordedRESTIDs (A.16, A.32) holds the IDs in a response against the recording
// test_invocation_trace_id, with the headers that its test sends: a function's
// response has the trace, one of the gateway's own does not.
func TestRecordedRESTIDs(t *testing.T) {
	const (
		small  = "Root=1-3152b799-8954dae64eda91bc9a23a7e8"
		full   = small + ";Parent=7fa8c0f79203be72;Sampled=1"
		parent = ";Parent=[0-9a-f]{16};Sampled=[01]"
	)
	api := newAPI(template.REST, "Api", "GET /path", "ANY /{proxy+}")
	api.Routes[0].Mock = &template.Mock{StatusCode: 200, Body: `{"statusCode": 200}`}
	g := newGateway(t, Config{APIs: []*template.API{api}, Invoker: returning(`{}`)})
	tests := []struct{ name, path, sent, want string }{
		{"A.16 normal-req-headers-MOCK", "/path", "", ""},
		{"A.16 trace-id-req-headers-MOCK", "/path", full, ""},
		{"A.16 normal-req-headers-AWS_PROXY", "/proxy-value", "", "Root=1-[0-9a-f]{8}-[0-9a-f]{24}" + parent},
		{"A.16 trace-id-req-headers-AWS_PROXY", "/proxy-value", full, full},
		{"A.16 trace-id-small-req-headers-AWS_PROXY", "/proxy-value", small, small + parent},
		{"A.16 no route", "/", full, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := map[string][]string(do(g, newRequest("GET", tt.path, "", "X-Amzn-Trace-Id", tt.sent)).Header())
			if got := strings.Join(h["X-Amzn-Trace-Id"], "\n"); !regexp.MustCompile("^" + tt.want + "$").MatchString(got) {
				t.Errorf("got X-Amzn-Trace-Id %q, want %q", got, tt.want)
			}
			if len(h["x-amzn-RequestId"]) != 1 || len(h["x-amz-apigw-id"]) != 1 {
				t.Errorf("got header %v, want both request IDs", h)
			}
		})
	}
}

// TestOneContentType has a function name it twice, in an order that is the map's:
// a hundred answers are one.
func TestOneContentType(t *testing.T) {
	for _, kind := range []template.Kind{template.REST, template.HTTP} {
		for range 100 {
			check(t, newAPI(kind, "Api", "GET /"), `{"statusCode":200,"headers":{"content-type":"a/a","Content-Type":"b/b","CONTENT-TYPE":"c/c"}}`,
				sent{200, fieldsOf("Content-Type", "b/b"), ""})
		}
	}
}

func TestTooManyHeaders(t *testing.T) {
	many := strings.Repeat(`"a":["",""],`, result.MaxHeaders)
	check(t, newAPI(template.REST, "Api", "GET /"), `{"multiValueHeaders":{`+many+`"b":[]}}`, restError)
}

// FuzzResponse checks that no payload, whatever is in it, makes a response that
// breaks the rules of HTTP, and that what is refused is refused as a whole.
func FuzzResponse(f *testing.F) {
	for _, payload := range []string{
		`{"statusCode":200,"headers":{"a":"b"},"multiValueHeaders":{"c":["d"]},"body":"e","isBase64Encoded":false,"cookies":["f=g"]}`,
		`{"statusCode":"204","body":"dGVzdA==","isBase64Encoded":true}`, `{"errorMessage":"x"}`, `"x"`, `{"statusCode":99}`,
		`{"statusCode":200,"headers":{"a":"\r\n"}}`, `{"statusCode":200,"headers":{"Content-Length":"5"}}`,
	} {
		for kind := range 8 {
			f.Add([]byte(payload), kind)
		}
	}
	f.Fuzz(func(t *testing.T, payload []byte, kind int) {
		api := newAPI(template.Kind(kind&1), "Api", "GET /")
		if kind&2 != 0 {
			api.Routes[0].PayloadFormat = "1.0"
		}
		c := Config{APIs: []*template.API{api, newURL("BUFFERED")}, Invoker: returning(string(payload))}
		target := "/"
		if kind&4 != 0 {
			target = urlHost
		}
		w := get(newGateway(t, c), target)
		checkHead(t, w)
		if n := w.Header()["Content-Length"]; len(n) > 1 || len(n) == 1 && n[0] != itoa(w.Body.Len()) {
			t.Fatalf("got Content-Length %q of %d bytes", n, w.Body.Len())
		}
	})
}

// checkHead holds the head of a response against the rules of HTTP.
func checkHead(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code < 200 || w.Code > 999 {
		t.Fatalf("got status %d", w.Code)
	}
	for name, values := range w.Header() {
		for _, value := range values {
			if err := result.Check([]result.Field{{Name: name, Value: value}}); err != nil {
				t.Fatal(err)
			}
		}
	}
}
