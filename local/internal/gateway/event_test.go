package gateway

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template"
)

// eventOf gives the event that a request makes.
func eventOf(t *testing.T, g *Gateway, r *http.Request) []byte {
	t.Helper()
	w := do(g, r)
	if w.Code != http.StatusOK {
		t.Fatalf("got status %d %s, want 200", w.Code, w.Body)
	}
	if !json.Valid(w.Body.Bytes()) {
		t.Fatalf("got an event that is not JSON: %s", w.Body)
	}
	return w.Body.Bytes()
}

// newRequest makes a request with header fields in turns of name and value.
func newRequest(method, target, body string, fields ...string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body == "" {
		r = httptest.NewRequest(method, target, nil)
	}
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	return r
}

// TestGoldenEvents compares whole events, key order and all, with testdata.
// Write them anew by "go test -update" and read what changed.
func TestGoldenEvents(t *testing.T) {
	rest := newAPI(template.REST, "Rest", "GET /pets/{id}", "ANY /{proxy+}")
	rest.StageVariables = map[string]string{"table": "pets", "log": "debug"}
	rest.BinaryMediaTypes = []string{"image/*"}
	http2 := newAPI(template.HTTP, "Http", "GET /pets/{id}", "POST /things/{proxy+}", "$default")
	http1 := newAPI(template.HTTP, "Http", "POST /things/{proxy+}", "$default")
	http1.Stage = "dev"
	http1.StageVariables = map[string]string{"table": "pets"}
	for _, route := range http1.Routes {
		route.PayloadFormat = "1.0"
	}
	full := func() *http.Request {
		return newRequest("POST", "/things/a%20b/c?x=1&y=a+b&x=%32", "{\"text\":\"\u00e9\\\"\"}",
			"Content-Type", "application/json", "Cookie", "a=1; b=2", "Cookie", "c=3",
			"X-Twice", "one", "X-Twice", "two", "Connection", "keep-alive, X-Hop", "X-Hop", "1", "Te", "trailers",
			"X-Forwarded-For", "203.0.113.7", "X-Forwarded-Proto", "https", "User-Agent", "test/1",
			"X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
	}
	tests := []struct {
		name    string
		api     *template.API
		request *http.Request
	}{
		{"rest-least", rest, newRequest("GET", "/pets/1", "")},
		{"rest-full", rest, full()},
		{"rest-binary", rest, newRequest("PUT", "/x", "\xff\xd8", "Content-Type", "image/jpeg")},
		{"rest-text-not-utf8", rest, newRequest("PUT", "/x", "a\xffb", "Content-Type", "text/plain")},
		{"http-v2-least", http2, newRequest("GET", "/pets/1", "")},
		{"http-v2-full", http2, full()},
		{"http-v2-default", http2, newRequest("DELETE", "/any%2Fwhere/", "", "Content-Encoding", "gzip")},
		{"http-v2-binary", http2, newRequest("PUT", "/x", "a=1", "Content-Type", "application/x-www-form-urlencoded")},
		{"http-v1-least", http1, newRequest("GET", "/x", "")},
		{"http-v1-full", http1, full()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := newGateway(t, Config{APIs: []*template.API{tt.api}, Invoker: echoing})
			var got bytes.Buffer
			if err := json.Indent(&got, eventOf(t, g, tt.request), "", "  "); err != nil {
				t.Fatal(err)
			}
			got.WriteByte('\n')
			golden(t, filepath.Join("testdata", tt.name+".json"), got.Bytes())
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// TestRecordedRESTKeys (A.1, A.2, A.5, A.12) holds the names in an event against
// the recording test_lambda_aws_proxy_integration.
func TestRecordedRESTKeys(t *testing.T) {
	g := newGateway(t, Config{APIs: []*template.API{newAPI(template.REST, "Api", "GET /hardcoded")}, Invoker: echoing})
	var e map[string]any
	if err := json.Unmarshal(eventOf(t, g, newRequest("GET", "/hardcoded", "")), &e); err != nil {
		t.Fatal(err)
	}
	context := e["requestContext"].(map[string]any)
	tests := []struct {
		of   string
		got  map[string]any
		want string
	}{
		{"event", e, "body headers httpMethod isBase64Encoded multiValueHeaders multiValueQueryStringParameters path " +
			"pathParameters queryStringParameters requestContext resource stageVariables"},
		{"requestContext", context, "accountId apiId deploymentId domainName domainPrefix extendedRequestId httpMethod " +
			"identity path protocol requestId requestTime requestTimeEpoch resourceId resourcePath stage"},
		{"identity", context["identity"].(map[string]any), "accessKey accountId caller cognitoAuthenticationProvider " +
			"cognitoAuthenticationType cognitoIdentityId cognitoIdentityPoolId principalOrgId sourceIp user userAgent userArn"},
		{"headers of a request without any", e["headers"].(map[string]any), "Host X-Amzn-Trace-Id X-Forwarded-For X-Forwarded-Port X-Forwarded-Proto"},
	}
	for _, tt := range tests {
		want := map[string]bool{}
		for name := range strings.FieldsSeq(tt.want) {
			want[name] = true
		}
		got := map[string]bool{}
		for name := range tt.got {
			got[name] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("names in %s (-want +got):\n%s", tt.of, diff)
		}
	}
	for _, name := range []string{"body", "pathParameters", "queryStringParameters", "multiValueQueryStringParameters", "stageVariables"} {
		if value, found := e[name]; !found || value != nil {
			t.Errorf("%s: got %v, want null", name, value)
		}
	}
}

// TestDroppedHeaders (A.4) holds the header fields against no-param-integration of
// test_apigateway_header_remapping_aws[AWS_PROXY] of the tests against AWS; its
// full-integration, with mapped parameters, differs in nothing.
func TestDroppedHeaders(t *testing.T) {
	dropped := []string{"Connection", "Content-Length", "Content-MD5", "Expect", "Max-Forwards", "Proxy-Authenticate",
		"Server", "TE", "Transfer-Encoding", "Trailer", "Upgrade", "WWW-Authenticate"}
	kept := []string{"Via", "Warn", "Date", "Pragma", "Referer", "Range", "Content-Encoding", "Authorization"}
	r := newRequest("GET", "/", "")
	for _, name := range append(dropped, kept...) {
		r.Header.Set(name, "x")
	}
	g := newGateway(t, Config{APIs: []*template.API{newAPI(template.REST, "Api", "GET /")}, Invoker: echoing})
	var e events.APIGatewayProxyRequest
	if err := json.Unmarshal(eventOf(t, g, r), &e); err != nil {
		t.Fatal(err)
	}
	for _, name := range dropped {
		if value, found := e.Headers[http.CanonicalHeaderKey(name)]; found {
			t.Errorf("%s: got %q, want none", name, value)
		}
	}
	for _, name := range kept {
		if e.Headers[name] != "x" || cmp.Diff(e.MultiValueHeaders[name], []string{"x"}) != "" {
			t.Errorf("%s: got %q and %q, want it in both maps", name, e.Headers[name], e.MultiValueHeaders[name])
		}
	}
}

// TestMethodFunction has TRACE go to its function, past the APIs.
func TestMethodFunction(t *testing.T) {
	g := newGateway(t, Config{
		APIs:    []*template.API{newAPI(template.HTTP, "Api", "$default")},
		Methods: map[string]string{"TRACE": "Trace"},
		Invoker: echoing,
	})
	var e events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(eventOf(t, g, newRequest("TRACE", "/a?b", "")), &e); err != nil {
		t.Fatal(err)
	}
	if e.RequestContext.HTTP.Method != "TRACE" || e.RouteKey != "$default" || e.RequestContext.Stage != "$default" || e.RawPath != "/a" {
		t.Errorf("got event %+v, want TRACE /a of $default", e)
	}
	if w := do(g, newRequest("TRACE", "/", "body")); w.Code != 400 {
		t.Errorf("TRACE with a body: got %d, want 400", w.Code)
	}
	without := newGateway(t, Config{APIs: g.config.APIs, Invoker: echoing})
	if w := do(without, newRequest("TRACE", "/", "")); w.Code != 404 {
		t.Errorf("TRACE without a function: got %d, want 404", w.Code)
	}
}

// withoutAddresses takes out of an event what differs from run to run, and
// indents it.
func withoutAddresses(event string) string {
	event = regexp.MustCompile(`"x-forwarded-port":"\d+"`).ReplaceAllString(event, `"x-forwarded-port":"PORT"`)
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(event), "", "  "); err != nil {
		return err.Error()
	}
	return out.String() + "\n"
}

// TestOperationName has the name in events of REST APIs, where a route has one, and
// nowhere else.
func TestOperationName(t *testing.T) {
	rest, http := newAPI(template.REST, "Rest", "GET /named", "GET /plain"), newAPI(template.HTTP, "Http", "GET /v1", "GET /v2")
	rest.Routes[0].OperationName, http.Routes[0].OperationName, http.Routes[1].OperationName = "listPets", "listPets", "listPets"
	http.Routes[0].PayloadFormat = "1.0"
	g := newGateway(t, Config{APIs: []*template.API{rest, http}, Invoker: echoing})
	for path, want := range map[string]any{"/named": "listPets", "/plain": nil, "/v1": nil, "/v2": nil} {
		var e struct{ RequestContext map[string]any }
		if err := json.Unmarshal(eventOf(t, g, newRequest("GET", path, "")), &e); err != nil {
			t.Fatal(err)
		}
		if got, found := e.RequestContext["operationName"]; got != want || found != (want != nil) {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
}
