package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template"
)

// newURL makes a function URL FnUrl of a function Fn.
func newURL(mode string) *template.API {
	url := urlOf("FnUrl", "Fn")
	url.ID, url.Routes[0].Stream = "abcdefghij", mode == "RESPONSE_STREAM"
	return url
}

// urlOf makes the function URL of a function that anybody may call.
func urlOf(logicalID, function string) *template.API {
	return &template.API{LogicalID: logicalID, Kind: template.URL, Stage: "$default", Routes: []*template.Route{
		{Method: "ANY", Path: "$default", Function: function, PayloadFormat: "2.0"},
	}}
}

// urlGateway makes a Gateway of one function URL and an HTTP API.
func urlGateway(t testing.TB, url *template.API, fn Invoker) *Gateway {
	t.Helper()
	return newGateway(t, Config{
		APIs: []*template.API{newAPI(template.HTTP, "Api", "GET /api"), url}, Invoker: fn,
	})
}

// atURL is a request to that function URL.
func atURL(method, path, body string, fields ...string) *http.Request {
	return newRequest(method, "http://fnurl.localhost:3000"+path, body, fields...)
}

// TestURLEvents (B.15) compares whole events with testdata.
func TestURLEvents(t *testing.T) {
	signed := newURL("BUFFERED")
	signed.Routes[0].Auth = &template.Auth{IAM: true}
	tests := []struct {
		name string
		url  *template.API
		r    *http.Request
	}{
		{"url-least", newURL("BUFFERED"), atURL("GET", "/", "")},
		{"url-owner", signed, atURL("PROPFIND", "//a%2Fb/", "\x00", "Content-Type", "multipart/form-data; boundary=b", "Cookie", "a=1; b=2")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := newGateway(t, Config{APIs: []*template.API{tt.url}, Invoker: echoing, DisableAuthorizer: true})
			var got bytes.Buffer
			if err := json.Indent(&got, eventOf(t, g, tt.r), "", "  "); err != nil {
				t.Fatal(err)
			}
			got.WriteByte('\n')
			golden(t, filepath.Join("testdata", tt.name+".json"), got.Bytes())
		})
	}
}

// TestURLHead has what the response says beside the function: cookies, remapped
// fields, and the request's ID and trace.
func TestURLHead(t *testing.T) {
	w := do(urlGateway(t, newURL("BUFFERED"), returning(
		`{"statusCode":201,"cookies":["a=1","b=2"],"headers":{"Server":"x","content-length":"9","X-Own":"1"}}`)), atURL("GET", "/", ""))
	h := map[string][]string(w.Result().Header)
	if id := h["x-amzn-RequestId"]; w.Code != 201 || len(id) != 1 || len(id[0]) != 36 || h["Apigw-Requestid"] != nil || len(h["X-Amzn-Trace-Id"]) != 1 {
		t.Errorf("got %d %v, want 201 with the ID of an invocation and a trace", w.Code, h)
	}
	want := sent{201, fieldsOf("Content-Type", "application/json", "Set-Cookie", "a=1", "Set-Cookie", "b=2",
		"x-amzn-Remapped-Server", "x", "x-amzn-Remapped-content-length", "9", "X-Own", "1"), ""}
	got := sentBy(w)
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(sent{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestURLErrors (B.17, B.18, B.22) has what a function URL says in the function's
// place, whatever the mode: test_lambda_url_invocation_exception and its like.
func TestURLErrors(t *testing.T) {
	failure := sent{502, fieldsOf("Content-Type", "text/plain"), "Internal Server Error"}
	unsupported := failure
	unsupported.status = 501
	for _, mode := range []string{"BUFFERED", "RESPONSE_STREAM"} {
		for name, tt := range map[string]struct {
			fn   Invoker
			body string
			want sent
		}{
			"function error":                {failing(failed(FunctionError)), "", failure},
			"function out of time":          {failing(failed(FunctionTimeout)), "", failure},
			"function that does not start":  {failing(failed(FunctionUnavailable)), "", failure},
			"function that is not run here": {failing(failed(FunctionUnsupported)), "", unsupported},
			"event over Lambda's limit":     {failing(failed(EventTooLarge)), "", sent{413, jsonType, `{"Message":"Request Entity Too Large"}`}},
			"no concurrency":                {failing(failed(FunctionThrottled)), "", sent{429, jsonType, `{"Message":"Rate Exceeded."}`}},
			"body over 6 MB": {never(t), strings.Repeat("x", int(kinds[template.URL].maxBody)+1),
				sent{413, jsonType, `{"Message":"Request Entity Too Large"}`}},
		} {
			got := sentBy(do(urlGateway(t, newURL(mode), tt.fn), atURL("POST", "/", tt.body)))
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(sent{})); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", name, mode, diff)
			}
		}
	}
	for _, payload := range []string{`oops`, `{"statusCode":"x"}`, `{"statusCode":200,"body":"?","isBase64Encoded":true}`,
		`{"statusCode":200,"body":{},"isBase64Encoded":true}`} {
		got := sentBy(do(urlGateway(t, newURL("BUFFERED"), returning(payload)), atURL("GET", "/", "")))
		if diff := cmp.Diff(failure, got, cmp.AllowUnexported(sent{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", payload, diff)
		}
	}
}

// TestURLWithIAM (B.18) is test_lambda_permission_url_invocation: whoever is not
// known is refused, and nobody is known here.
func TestURLWithIAM(t *testing.T) {
	url := newURL("BUFFERED")
	url.Routes[0].Auth, url.CORS = &template.Auth{IAM: true}, &template.CORS{AllowOrigins: []string{"*"}}
	want := sent{403, fieldsOf("Content-Type", "application/json", "x-amzn-ErrorType", "AccessDeniedException"),
		`{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}`}
	got := sentBy(do(urlGateway(t, url, never(t)), atURL("POST", "/", "text")))
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(sent{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if w := do(urlGateway(t, url, never(t)), preflight("http://fnurl.localhost/", "https://a", "GET")); w.Code != 204 {
		t.Errorf("preflight: got %d, want 204: browsers do not sign it", w.Code)
	}
	g := newGateway(t, Config{APIs: []*template.API{url}, Invoker: returning(`"in"`), DisableAuthorizer: true})
	if w := do(g, atURL("POST", "/", "text")); w.Code != 200 || w.Body.String() != "in" {
		t.Errorf("with the authorizer off: got %d %s, want 200 in", w.Code, w.Body)
	}
}

// TestURLCORS (B.19): the URL answers preflights itself, and adds its fields to
// those of the function, which may then be there twice.
func TestURLCORS(t *testing.T) {
	own := returning(`{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"own","access-control-expose-headers":"own"}}`)
	tests := []struct {
		name   string
		cors   *template.CORS
		fn     Invoker
		r      *http.Request
		status int
		want   map[string]string
	}{
		{"preflight", shopCORS(), never(t), preflight("http://fnurl.localhost/x", "capacitor://a", "GET"), 204, map[string]string{
			"allow-origin": "capacitor://a", "allow-credentials": "true", "allow-methods": "GET,POST",
			"allow-headers": "authorization,*", "expose-headers": "date,x-api-id", "max-age": "300"}},
		{"preflight that is not permitted", shopCORS(), never(t), preflight("http://fnurl.localhost/x", "https://evil", "GET"), 204, map[string]string{}},
		{"preflight without CORS", nil, own, preflight("http://fnurl.localhost/x", "https://a", "GET"), 200,
			map[string]string{"allow-origin": "own", "expose-headers": "own"}},
		{"any origin is told its name", &template.CORS{AllowOrigins: []string{"*"}}, returning(`1`), atURL("GET", "/", "", "Origin", "https://a"), 200,
			map[string]string{"allow-origin": "https://a"}},
		{"no origin", shopCORS(), returning(`1`), atURL("GET", "/", ""), 200, map[string]string{}},
		{"an error", shopCORS(), failing(errors.New("x")), atURL("GET", "/", "", "Origin", "capacitor://a"), 502,
			map[string]string{"allow-origin": "capacitor://a", "allow-credentials": "true", "expose-headers": "date,x-api-id"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url := newURL("BUFFERED")
			url.CORS = tt.cors
			w := do(urlGateway(t, url, tt.fn), tt.r)
			if diff := cmp.Diff(tt.want, corsOf(w.Header())); w.Code != tt.status || diff != "" {
				t.Errorf("got %d, want %d (-want +got):\n%s", w.Code, tt.status, diff)
			}
		})
	}
	url := newURL("BUFFERED")
	url.CORS = shopCORS()
	h := map[string][]string(do(urlGateway(t, url, own), atURL("GET", "/", "", "Origin", "capacitor://a")).Header())
	if h["Access-Control-Allow-Origin"] == nil || h["access-control-allow-origin"] == nil || len(h["access-control-expose-headers"]) != 2 {
		t.Errorf("got %v, want the function's fields and the URL's", h)
	}
}

// TestURLHosts has the names of function URLs: their own, and their function's
// where it is free. None is at the host that all APIs share.
func TestURLHosts(t *testing.T) {
	apis := []*template.API{
		newAPI(template.HTTP, "Api", "GET /api"),
		urlOf("FnUrl", "Fn"), urlOf("Second", "Fn"), urlOf("api", "Lost"), urlOf("Third", "FNURL"),
	}
	g := newGateway(t, Config{
		APIs: apis,
		Invoker: invokerFunc(func(_ context.Context, function, _ string, _ []byte) ([]byte, error) {
			return []byte(`"` + function + `"`), nil
		}),
	})
	for target, want := range map[string]string{
		"http://fnurl.localhost/x": "Fn", "http://FN.localhost:3000/": "Fn", "http://second.localhost/": "Fn", "http://lost.localhost/": "Lost",
		"http://third.localhost/": "FNURL", "http://api.localhost/": `{"message":"Not Found"}`, "/x": `{"message":"Not Found"}`,
	} {
		if got := get(g, target).Body.String(); got != want {
			t.Errorf("%s: got %s, want %s", target, got, want)
		}
	}
	if got := g.Conflicts(); len(got) != 1 || got[0].String() != "api.localhost is Api, and api has no host of its own" {
		t.Errorf("got conflicts %v, want one about api.localhost", got)
	}
	if !g.Claims(atURL("GET", "/index.html", "")) || g.Claims(newRequest("GET", "/index.html", "")) {
		t.Error("a function URL claims every path of its own host and none of the others")
	}
}

// TestHostsOfAWS has the Hosts that AWS gives the IDs of APIs, whatever the region: a
// function URL's that is none's refuses everybody, an API's is all APIs.
func TestHostsOfAWS(t *testing.T) {
	rest, url := newAPI(template.REST, "Rest", "GET /x", "GET /rest"), urlOf("FnUrl", "Fn")
	http := newAPI(template.HTTP, "Http", "GET /x", "GET /http")
	rest.ID, http.ID, url.ID = "rest123456", "http123456", "url1234567"
	g := newGateway(t, Config{APIs: []*template.API{rest, http, url}, Invoker: invokerFunc(func(_ context.Context, _, _ string, event []byte) ([]byte, error) {
		var e struct {
			RequestContext struct{ APIID, DomainName string }
		}
		err := json.Unmarshal(event, &e)
		return []byte(`{"statusCode":200,"body":"` + e.RequestContext.APIID + " " + e.RequestContext.DomainName + `"}`), err
	})})
	const nobody = `{"Message":null}`
	for _, tt := range []struct {
		host, path string
		status     int
		want       string
	}{
		{"http123456.execute-api.eu-west-1.amazonaws.com", "/x", 200, "http123456 http123456.execute-api.eu-west-1.amazonaws.com"},
		{"HTTP123456.Execute-API.us-east-1.AMAZONAWS.com:3000", "/http", 200, "http123456 HTTP123456.Execute-API.us-east-1.AMAZONAWS.com:3000"},
		{"rest123456.execute-api.eu-west-1.amazonaws.com", "/Prod/x", 200, "rest123456 rest123456.execute-api.eu-west-1.amazonaws.com"},
		{"rest123456.execute-api.eu-west-1.amazonaws.com", "/http", 403, `{"message":"Missing Authentication Token"}`},
		{"url1234567.lambda-url.eu-west-1.on.aws", "/any", 200, "url1234567 url1234567.lambda-url.eu-west-1.on.aws"},
		{"other.lambda-url.eu-west-1.on.aws", "/x", 403, nobody},
		{"other.lambda-url.eu-west-1.on.aws:443", "/", 403, nobody},
		{"rest123456.lambda-url.eu-west-1.on.aws", "/x", 403, nobody},
		{"url1234567.execute-api.eu-west-1.amazonaws.com", "/http", 200, "http123456 url1234567.execute-api.eu-west-1.amazonaws.com"},
		{"other.execute-api.eu-west-1.amazonaws.com", "/rest", 200, "rest123456 other.execute-api.eu-west-1.amazonaws.com"},
		{"lambda-url.eu-west-1.on.aws", "/http", 200, "http123456 lambda-url.eu-west-1.on.aws"},
		{"url1234567.example.com", "/http", 200, "http123456 url1234567.example.com"},
	} {
		w := do(g, newRequest("GET", "http://"+tt.host+tt.path, ""))
		if w.Code != tt.status || w.Body.String() != tt.want {
			t.Errorf("%s%s: got %d %s, want %d %s", tt.host, tt.path, w.Code, w.Body, tt.status, tt.want)
		}
		if typed := map[string][]string(w.Header())["x-amzn-ErrorType"]; (tt.want == nobody) != (len(typed) == 1 && typed[0] == "AccessDeniedException") {
			t.Errorf("%s: got the type %q", tt.host, typed)
		}
	}
	if w := do(g, preflight("http://other.lambda-url.eu-west-1.on.aws/", "https://a", "GET")); w.Code != 403 {
		t.Errorf("preflight: got %d, want 403", w.Code)
	}
}
