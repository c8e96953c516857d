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

// request makes a request with header fields in turns of name and value.
func request(method, target, body string, fields ...string) *http.Request {
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
		return request("POST", "/things/a%20b/c?x=1&y=a+b&x=%32", "{\"text\":\"\u00e9\\\"\"}",
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
		{"rest-least", rest, request("GET", "/pets/1", "")},
		{"rest-full", rest, full()},
		{"rest-binary", rest, request("PUT", "/x", "\xff\xd8", "Content-Type", "image/jpeg")},
		{"rest-text-not-utf8", rest, request("PUT", "/x", "a\xffb", "Content-Type", "text/plain")},
		{"http-v2-least", http2, request("GET", "/pets/1", "")},
		{"http-v2-full", http2, full()},
		{"http-v2-default", http2, request("DELETE", "/any%2Fwhere/", "", "Content-Encoding", "gzip")},
		{"http-v2-binary", http2, request("PUT", "/x", "a=1", "Content-Type", "application/x-www-form-urlencoded")},
		{"http-v1-least", http1, request("GET", "/x", "")},
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

// TestRecordedRESTEvents holds what depends on the request against the
// recording test_lambda_aws_proxy_integration, whose API has /{proxy+} and
// /hardcoded and the stage "stage".
func TestRecordedRESTEvents(t *testing.T) {
	api := newAPI(template.REST, "Api", "ANY /{proxy+}", "ANY /hardcoded")
	api.Stage = "stage"
	type event struct {
		Resource, Path, ContextPath string
		Parameters, Query           map[string]string
		Multi                       map[string][]string
	}
	proxy := func(path, contextPath, value string) event {
		return event{Resource: "/{proxy+}", Path: path, ContextPath: contextPath, Parameters: map[string]string{"proxy": value}}
	}
	withQuery := func(e event, multi map[string][]string) event {
		e.Multi, e.Query = multi, map[string]string{}
		for name, values := range multi {
			e.Query[name] = values[len(values)-1]
		}
		return e
	}
	email := "proxy-value/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com"
	encoded := "/stage/proxy-value/api?dateTimeOffset=2023-06-12T18:05:10.123456+00:00&email=test%2Balias@gmail.com" +
		"&plus=test+alias@gmail.com&url=https://www.google.com/&whitespace=foo%20bar&zhash=abort/"
	tests := []struct {
		recording, target string
		want              event
	}{
		{"invocation-payload-without-trailing-slash", "/stage/proxy-value", proxy("/proxy-value", "/stage/proxy-value", "proxy-value")},
		{"invocation-payload-with-trailing-slash", "/stage/proxy-value/", proxy("/proxy-value/", "/stage/proxy-value/", "proxy-value")},
		{"invocation-payload-with-double-slash", "/stage/proxy-value//double-slash",
			proxy("/proxy-value//double-slash", "/stage/proxy-value//double-slash", "proxy-value//double-slash")},
		{"invocation-payload-with-prepended-slash", "/stage//proxy-value", proxy("/proxy-value", "/stage//proxy-value", "proxy-value")},
		{"invocation-payload-with-prepended-slash-to-stage", "//stage/proxy-value", proxy("/proxy-value", "/stage/proxy-value", "proxy-value")},
		{"invocation-payload-with-path-encoded-email", "/stage/" + email, proxy("/"+email, "/stage/"+email, email)},
		{"invocation-payload-without-trailing-slash-and-query-params", "/stage/proxy-value?urlparam=test",
			withQuery(proxy("/proxy-value", "/stage/proxy-value", "proxy-value"), map[string][]string{"urlparam": {"test"}})},
		{"invocation-payload-with-trailing-slash-and-query-params", "/stage/proxy-value/?urlparam=test",
			withQuery(proxy("/proxy-value/", "/stage/proxy-value/", "proxy-value"), map[string][]string{"urlparam": {"test"}})},
		{"invocation-payload-with-params-encoding", encoded,
			withQuery(proxy("/proxy-value/api", "/stage/proxy-value/api", "proxy-value/api"), map[string][]string{
				"dateTimeOffset": {"2023-06-12T18:05:10.123456 00:00"}, "email": {"test+alias@gmail.com"},
				"plus": {"test alias@gmail.com"}, "url": {"https://www.google.com/"}, "whitespace": {"foo bar"}, "zhash": {"abort/"},
			})},
		{"invocation-payload-with-params-encoding-multi", "/stage/proxy-value?category=electronics&category=books&price=10&price=20&price=30",
			withQuery(proxy("/proxy-value", "/stage/proxy-value", "proxy-value"),
				map[string][]string{"category": {"electronics", "books"}, "price": {"10", "20", "30"}})},
		{"invocation-hardcoded", "/stage//hardcoded", event{Resource: "/hardcoded", Path: "/hardcoded", ContextPath: "/stage//hardcoded"}},
	}
	for _, tt := range tests {
		t.Run(tt.recording, func(t *testing.T) {
			g := newGateway(t, Config{APIs: []*template.API{api}, Invoker: echoing})
			r := request("GET", tt.target, "")
			r.Host = "api.localhost"
			var e events.APIGatewayProxyRequest
			if err := json.Unmarshal(eventOf(t, g, r), &e); err != nil {
				t.Fatal(err)
			}
			got := event{e.Resource, e.Path, e.RequestContext.Path, e.PathParameters, e.QueryStringParameters, e.MultiValueQueryStringParameters}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("event (-want +got):\n%s", diff)
			}
			if e.RequestContext.ResourcePath != tt.want.Resource || e.RequestContext.Stage != "stage" {
				t.Errorf("got resourcePath %q of stage %q", e.RequestContext.ResourcePath, e.RequestContext.Stage)
			}
		})
	}
}

// TestRecordedRESTKeys holds the names in an event against the same recording.
func TestRecordedRESTKeys(t *testing.T) {
	g := newGateway(t, Config{APIs: []*template.API{newAPI(template.REST, "Api", "GET /hardcoded")}, Invoker: echoing})
	var e map[string]any
	if err := json.Unmarshal(eventOf(t, g, request("GET", "/hardcoded", "")), &e); err != nil {
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

// TestDroppedHeaders holds the header fields against the recording
// test_apigateway_header_remapping_aws for AWS_PROXY.
func TestDroppedHeaders(t *testing.T) {
	dropped := []string{"Connection", "Content-Length", "Content-MD5", "Expect", "Max-Forwards", "Proxy-Authenticate",
		"Server", "TE", "Transfer-Encoding", "Trailer", "Upgrade", "WWW-Authenticate"}
	kept := []string{"Via", "Warn", "Date", "Pragma", "Referer", "Range", "Content-Encoding", "Authorization"}
	r := request("GET", "/", "")
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
	if err := json.Unmarshal(eventOf(t, g, request("TRACE", "/a?b", "")), &e); err != nil {
		t.Fatal(err)
	}
	if e.RequestContext.HTTP.Method != "TRACE" || e.RouteKey != "$default" || e.RequestContext.Stage != "$default" || e.RawPath != "/a" {
		t.Errorf("got event %+v, want TRACE /a of $default", e)
	}
	if w := do(g, request("TRACE", "/", "body")); w.Code != 400 {
		t.Errorf("TRACE with a body: got %d, want 400", w.Code)
	}
	without := newGateway(t, Config{APIs: g.config.APIs, Invoker: echoing})
	if w := do(without, request("TRACE", "/", "")); w.Code != 404 {
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
