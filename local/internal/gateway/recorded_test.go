package gateway

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template"
)

// forms are the values that differ from run to run, by their names in an event,
// and what they look like (A.13). A value of its form becomes "<name>".
var forms = map[string]string{
	"Host":              `^[a-z0-9.:]+$`,
	"X-Amzn-Trace-Id":   `^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$`,
	"X-Forwarded-For":   `^[0-9.]+$`,
	"X-Forwarded-Port":  `^\d+$`,
	"X-Forwarded-Proto": `^https?$`,
	"accountId":         `^\d{12}$`,
	"apiId":             `^[a-z0-9]{10}$`,
	"deploymentId":      `^[a-z0-9]{6}$`,
	"domainName":        `^[a-z0-9.:]+$`,
	"domainPrefix":      `^[a-z0-9]{10}$`,
	"extendedRequestId": `^[A-Za-z0-9_-]{15}=$`,
	"requestId":         `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`,
	"requestTime":       `^\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000$`,
	"requestTimeEpoch":  `^\d{13}$`,
	"resourceId":        `^[a-z0-9]{6}$`,
	"sourceIp":          `^[0-9.]+$`,
}

// normalize puts names in the place of what differs from run to run.
func normalize(name string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			value[name] = normalize(name, inner)
		}
		return value
	case []any:
		for i, inner := range value {
			value[i] = normalize(name, inner)
		}
		return value
	case string, json.Number:
		if form := forms[name]; form != "" && regexp.MustCompile(form).MatchString(fmt.Sprint(value)) {
			return "<" + name + ">"
		}
	}
	return value
}

// decode reads JSON and keeps its numbers as they are.
func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	var value map[string]any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return value
}

// recordedEvent is what is the same in all events of a recording; the fields
// are those that differ from one to the next. The fields of CloudFront, which
// only edge-optimized APIs add (A.5), are left out.
type recordedEvent struct {
	method, resource, path, stage, contextPath string
	parameters, query                          string // JSON
	headers                                    map[string]string
	body                                       string
}

func (e recordedEvent) want(t *testing.T) map[string]any {
	t.Helper()
	single, multi := map[string]any{}, map[string]any{}
	for _, name := range []string{"Host", "X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"} {
		single[name], multi[name] = "<"+name+">", []any{"<" + name + ">"}
	}
	for name, value := range e.headers {
		single[name], multi[name] = value, []any{value}
	}
	last, all := lastAndAll(t, e.query)
	var body any
	if e.body != "" {
		body = e.body
	}
	want := decode(t, `{"pathParameters":`+e.parameters+`,"isBase64Encoded":false,"stageVariables":null,
		"requestContext":{"accountId":"<accountId>","apiId":"<apiId>","deploymentId":"<deploymentId>","domainName":"<domainName>",
		"domainPrefix":"<domainPrefix>","extendedRequestId":"<extendedRequestId>","identity":{"accessKey":null,"accountId":null,
		"caller":null,"cognitoAuthenticationProvider":null,"cognitoAuthenticationType":null,"cognitoIdentityId":null,
		"cognitoIdentityPoolId":null,"principalOrgId":null,"sourceIp":"<sourceIp>","user":null,"userArn":null},
		"protocol":"HTTP/1.1","requestId":"<requestId>","requestTime":"<requestTime>","requestTimeEpoch":"<requestTimeEpoch>",
		"resourceId":"<resourceId>"}}`)
	for name, value := range map[string]any{
		"resource": e.resource, "path": e.path, "httpMethod": e.method, "body": body, "headers": single, "multiValueHeaders": multi,
		"queryStringParameters": last, "multiValueQueryStringParameters": all,
	} {
		want[name] = value
	}
	context := want["requestContext"].(map[string]any)
	context["httpMethod"], context["path"] = e.method, e.contextPath
	context["resourcePath"], context["stage"] = e.resource, e.stage
	context["identity"].(map[string]any)["userAgent"] = e.headers["User-Agent"]
	return want
}

// lastAndAll makes of {"name":["value", …]} what the two query maps hold.
func lastAndAll(t *testing.T, query string) (last, all any) {
	t.Helper()
	if query == "" {
		return nil, nil
	}
	multi, single := decode(t, query), map[string]any{}
	for name, values := range multi {
		list := values.([]any)
		single[name] = list[len(list)-1]
	}
	return single, multi
}

// send writes a request to a server, name by name as the client spells them,
// and gives the event.
func (e recordedEvent) send(t *testing.T, addr, target string) map[string]any {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: api.localhost\r\nContent-Length: %d\r\n", e.method, target, len(e.body))
	for name, value := range e.headers {
		if name == "Authorization" || name == "User-Agent" {
			name = strings.ToLower(name) // A.3: whatever the case sent
		}
		fmt.Fprintf(&b, "%s: %s\r\n", name, value)
	}
	conn, r := dial(t, addr)
	res, event := exchangeOn(t, conn, r, b.String()+"\r\n"+e.body, e.method)
	if res.StatusCode != 200 {
		t.Fatalf("got %d %s, want 200", res.StatusCode, event)
	}
	return normalize("", decode(t, event)).(map[string]any)
}

// TestRecordedRESTEvents holds whole events against the recording
// test_lambda_aws_proxy_integration, whose API has /{proxy+} and /hardcoded and
// the stage "stage".
func TestRecordedRESTEvents(t *testing.T) {
	api := newAPI(template.REST, "Api", "ANY /{proxy+}", "ANY /hardcoded")
	api.Stage = "stage"
	headers := map[string]string{"Accept": "*/*", "Accept-Encoding": "gzip, deflate", "Authorization": "random-value",
		"User-Agent": "python-requests/testing", "tEsT-HEADeR": "aValUE"}
	posted := map[string]string{"Accept": "*/*", "Accept-Encoding": "gzip, deflate", "Authorization": "Bearer token123;API key456",
		"User-Agent": "python-requests/testing", "Content-Type": "application/json;charset=utf-8"}
	proxy := func(path, contextPath, value, query string) recordedEvent {
		return recordedEvent{method: "GET", resource: "/{proxy+}", path: path, stage: "stage", contextPath: contextPath,
			parameters: `{"proxy":"` + value + `"}`, query: query, headers: headers}
	}
	multi := proxy("/proxy-value", "/stage/proxy-value", "proxy-value", `{"category":["electronics","books"],"price":["10","20","30"]}`)
	multi.method, multi.headers, multi.body = "POST", posted, `{"message": "hello world"}`
	fixed := recordedEvent{method: "GET", resource: "/hardcoded", path: "/hardcoded", stage: "stage", contextPath: "/stage//hardcoded",
		parameters: "null", headers: headers}
	const (
		email  = "proxy-value/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com"
		coding = `{"dateTimeOffset":["2023-06-12T18:05:10.123456 00:00"],"email":["test+alias@gmail.com"],"plus":["test alias@gmail.com"],` +
			`"url":["https://www.google.com/"],"whitespace":["foo bar"],"zhash":["abort/"]}`
		encoded = "/stage/proxy-value/api?dateTimeOffset=2023-06-12T18:05:10.123456+00:00&email=test%2Balias@gmail.com" +
			"&plus=test+alias@gmail.com&url=https://www.google.com/&whitespace=foo%20bar&zhash=abort/"
	)
	tests := []struct {
		statements, recording, target string
		want                          recordedEvent
	}{
		{"A.1 A.2 A.5 A.9 A.12 A.13", "invocation-payload-without-trailing-slash", "/stage/proxy-value", proxy("/proxy-value", "/stage/proxy-value", "proxy-value", "")},
		{"A.10", "invocation-payload-with-trailing-slash", "/stage/proxy-value/", proxy("/proxy-value/", "/stage/proxy-value/", "proxy-value", "")},
		{"A.11 inner", "invocation-payload-with-double-slash", "/stage/proxy-value//double-slash",
			proxy("/proxy-value//double-slash", "/stage/proxy-value//double-slash", "proxy-value//double-slash", "")},
		{"A.11 leading", "invocation-payload-with-prepended-slash", "/stage//proxy-value", proxy("/proxy-value", "/stage//proxy-value", "proxy-value", "")},
		{"A.11 before the stage", "invocation-payload-with-prepended-slash-to-stage", "//stage/proxy-value", proxy("/proxy-value", "/stage/proxy-value", "proxy-value", "")},
		{"A.8", "invocation-payload-with-path-encoded-email", "/stage/" + email, proxy("/"+email, "/stage/"+email, email, "")},
		{"A.6", "invocation-payload-without-trailing-slash-and-query-params", "/stage/proxy-value?urlparam=test",
			proxy("/proxy-value", "/stage/proxy-value", "proxy-value", `{"urlparam":["test"]}`)},
		{"A.10", "invocation-payload-with-trailing-slash-and-query-params", "/stage/proxy-value/?urlparam=test",
			proxy("/proxy-value/", "/stage/proxy-value/", "proxy-value", `{"urlparam":["test"]}`)},
		{"A.7", "invocation-payload-with-params-encoding", encoded, proxy("/proxy-value/api", "/stage/proxy-value/api", "proxy-value/api", coding)},
		{"A.6", "invocation-payload-with-params-encoding-multi", "/stage/proxy-value?category=electronics&category=books&price=10&price=20&price=30", multi},
		{"A.14", "invocation-hardcoded", "/stage//hardcoded", fixed},
	}
	addr := serve(t, newGateway(t, Config{APIs: []*template.API{api}, Invoker: echoing}))
	for _, tt := range tests {
		t.Run(tt.statements+" "+tt.recording, func(t *testing.T) {
			if diff := cmp.Diff(tt.want.want(t), tt.want.send(t, addr, tt.target)); diff != "" {
				t.Errorf("event (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRecordedDataMapping holds an event against the recording
// test_lambda_aws_proxy_integration_request_data_mapping: a proxy integration
// takes no notice of mapped parameters.
func TestRecordedDataMapping(t *testing.T) {
	api := newAPI(template.REST, "Api", "ANY /{pathVariable}")
	api.Stage = "test"
	want := recordedEvent{method: "POST", resource: "/{pathVariable}", path: "/foobar", stage: "test", contextPath: "/test/foobar",
		parameters: `{"pathVariable":"foobar"}`, query: `{"testQueryString":["foo"],"testVar":["bar"]}`, body: `{"message": "hello world"}`,
		headers: map[string]string{"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "Content-Type": "application/json",
			"User-Agent": "test/integration", "foobar": "mapped-value", "headerVar": "request-value"}}
	addr := serve(t, newGateway(t, Config{APIs: []*template.API{api}, Invoker: echoing}))
	if diff := cmp.Diff(want.want(t), want.send(t, addr, "/test/foobar?testQueryString=foo&testVar=bar")); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

// TestRecordedNotFound (A.21, A.32) holds errors against the recording
// test_routing_not_found: an unknown path and a wrong method are the same.
func TestRecordedNotFound(t *testing.T) {
	g := newGateway(t, Config{APIs: []*template.API{newAPI(template.REST, "Api", "GET /existing")},
		Invoker: returning(`{"statusCode":200,"body":"{\"message\": \"exists\"}"}`)})
	missing := restAnswer(403, "Missing Authentication Token", "MissingAuthenticationTokenException")
	tests := []struct {
		recording, method, path string
		want                    sent
	}{
		{"working-route", "GET", "/existing", sent{200, jsonType, `{"message": "exists"}`}},
		{"not-found", "GET", "/random", missing},
		{"wrong-method", "POST", "/existing", missing},
	}
	for _, tt := range tests {
		t.Run(tt.recording, func(t *testing.T) {
			w := do(g, newRequest(tt.method, tt.path, ""))
			if h := map[string][]string(w.Header()); len(h["x-amzn-RequestId"]) != 1 || len(h["x-amz-apigw-id"]) != 1 {
				t.Errorf("got header %v, want both IDs", h)
			}
			if diff := cmp.Diff(tt.want, sentBy(w), cmp.AllowUnexported(sent{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRecordedHeaderNames holds the names in responses, byte for byte, against
// test_aws_proxy_response_payload_format_validation and
// test_invocation_trace_id. CloudFront's are left out, and Connection, which
// HTTP/1.1 means without saying.
func TestRecordedHeaderNames(t *testing.T) {
	api := newAPI(template.REST, "Api", "GET /function", "GET /mock")
	api.Routes[1].Mock = &template.Mock{StatusCode: 200, Body: "{}"}
	addr := serve(t, newGateway(t, Config{APIs: []*template.API{api}, Invoker: returning(
		`{"statusCode":200,"multiValueHeaders":{"tesT-Multi":["value-multi"]},"headers":{"test-multi":"value-solo"}}`)}))
	tests := []struct{ path, want string }{
		{"/function", "Content-Length Content-Type Date X-Amzn-Trace-Id tesT-Multi tesT-Multi x-amz-apigw-id x-amzn-RequestId"},
		{"/mock", "Content-Length Content-Type Date x-amz-apigw-id x-amzn-RequestId"},
	}
	for _, tt := range tests {
		conn, _ := dial(t, addr)
		if _, err := io.WriteString(conn, "GET "+tt.path+" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		response, err := io.ReadAll(conn)
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(string(response), "\r\n\r\n")
		got := map[string]int{}
		for _, line := range strings.Split(head, "\r\n")[1:] {
			name, _, _ := strings.Cut(line, ":")
			got[name]++
		}
		delete(got, "Connection")
		want := map[string]int{}
		for name := range strings.FieldsSeq(tt.want) {
			want[name]++
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.path, diff)
		}
	}
}

// TestHTTPStatements has what B.1 to B.8 say of HTTP APIs' events in format 2.0.
func TestHTTPStatements(t *testing.T) {
	api := newAPI(template.HTTP, "Api", "ANY /{proxy+}")
	staged := newAPI(template.HTTP, "Api", "ANY /{proxy+}")
	staged.Stage = "dev"
	tests := []struct {
		statement string
		api       *template.API
		r         *http.Request
		at        string // names on the way to the value
		want      any
	}{
		{"B.1 absent is omitted", api, newRequest("GET", "/a", ""), "queryStringParameters", nil},
		{"B.2 names in lower case, values joined", api, newRequest("GET", "/a", "", "X-Two", "1", "X-Two", "2"), "headers x-two", "1,2"},
		{"B.2 no Cookie among headers", api, newRequest("GET", "/a", "", "Cookie", "a=1; b=2"), "headers cookie", nil},
		{"B.2 content-length is there", api, newRequest("PUT", "/a", "12345"), "headers content-length", "5"},
		{"B.3 values joined", api, newRequest("GET", "/a?foo=foo&foo=/bar", ""), "queryStringParameters foo", "foo,/bar"},
		{"B.3 repeated", api, newRequest("GET", "/a?a=1&a=2", ""), "queryStringParameters a", "1,2"},
		{"B.3 raw", api, newRequest("GET", "/a?a=%31&a=2", ""), "rawQueryString", "a=%31&a=2"},
		{"B.4 stage", staged, newRequest("GET", "/a", ""), "rawPath", "/dev/a"},
		{"B.4 $default", api, newRequest("GET", "/a", ""), "rawPath", "/a"},
		{"B.4 context", staged, newRequest("GET", "/a", ""), "requestContext http path", "/dev/a"},
		{"B.5 route key", api, newRequest("GET", "/a", ""), "requestContext routeKey", "ANY /{proxy+}"},
		{"B.5 time", api, newRequest("GET", "/a", ""), "requestContext time", "04/Mar/2020:19:15:17 +0000"},
		{"B.5 epoch in milliseconds", api, newRequest("GET", "/a", ""), "requestContext timeEpoch", json.Number("1583349317135")},
		{"B.8 forms are binary", api, newRequest("PUT", "/a", "x", "Content-Type", "multipart/form-data; boundary=b"), "isBase64Encoded", true},
		{"B.8 JSON is text", api, newRequest("PUT", "/a", "{}", "Content-Type", "application/json"), "isBase64Encoded", false},
	}
	for _, tt := range tests {
		t.Run(tt.statement, func(t *testing.T) {
			var got any = decode(t, string(eventOf(t, newGateway(t, Config{APIs: []*template.API{tt.api}, Invoker: echoing}), tt.r)))
			for name := range strings.FieldsSeq(tt.at) {
				object, _ := got.(map[string]any)
				got = object[name]
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.at, diff)
			}
		})
	}
}
