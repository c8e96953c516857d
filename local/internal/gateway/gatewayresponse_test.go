package gateway

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template"
)

// customized makes a REST API with an open route, one that is refused and one
// whose function fails.
func customized(t *testing.T, responses map[string]template.GatewayResponse) *Gateway {
	t.Helper()
	api := newAPI(template.REST, "Api", "GET /open", "GET /closed")
	api.GatewayResponses = responses
	api.StageVariables = map[string]string{"contact": "us"}
	api.Routes[1].Auth = &template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthCognito}}
	return newGateway(t, Config{APIs: []*template.API{api}, Invoker: returning(`{"statusCode":404,"body":"mine"}`)})
}

// TestGatewayResponses (A.35, A.36): a REST API's own errors take what the
// template says for their type or else for their class.
func TestGatewayResponses(t *testing.T) {
	cors := map[string]string{"Access-Control-Allow-Origin": "*"}
	page := func(text string) template.GatewayResponse {
		return template.GatewayResponse{Templates: map[string]string{"application/json": text}}
	}
	tests := []struct {
		name      string
		responses map[string]template.GatewayResponse
		path      string
		want      sent
	}{
		{"headers of the type", map[string]template.GatewayResponse{"UNAUTHORIZED": {Headers: cors}}, "/closed",
			sent{401, fieldsOf("Content-Type", "application/json", "x-amzn-ErrorType", "UnauthorizedException", "Access-Control-Allow-Origin", "*"), `{"message":"Unauthorized"}`}},
		{"headers of the class", map[string]template.GatewayResponse{"DEFAULT_4XX": {Headers: cors}, "DEFAULT_5XX": {StatusCode: 599}}, "/missing",
			sent{403, fieldsOf("Content-Type", "application/json", "x-amzn-ErrorType", "MissingAuthenticationTokenException", "Access-Control-Allow-Origin", "*"), `{"message":"Missing Authentication Token"}`}},
		{"type before class", map[string]template.GatewayResponse{"DEFAULT_4XX": {Headers: cors}, "UNAUTHORIZED": {StatusCode: 418}}, "/closed",
			sent{418, restAnswer(401, "", "UnauthorizedException").header, `{"message":"Unauthorized"}`}},
		{"status of a class holds for all of it", map[string]template.GatewayResponse{"DEFAULT_4XX": {StatusCode: 422}, "UNAUTHORIZED": page(`{}`)}, "/closed",
			sent{422, restAnswer(401, "", "UnauthorizedException").header, `{}`}},
		{"message", map[string]template.GatewayResponse{"UNAUTHORIZED": page(`{"t":"$context.error.message","r":"$context.error.responseType","m":$context.error.messageString}`)}, "/closed",
			sent{401, restAnswer(401, "", "UnauthorizedException").header, `{"t":"Unauthorized","r":"UNAUTHORIZED","m":"Unauthorized"}`}},
		{"variables", map[string]template.GatewayResponse{"UNAUTHORIZED": page(
			`$context.requestId ${context.httpMethod} $context.path. $context.resourcePath $stageVariables.contact [$context.weather] [$context.error.validationErrorString]`)}, "/closed",
			sent{401, restAnswer(401, "", "UnauthorizedException").header, `daa66d2c-7ddf-443f-b8dd-e6e5fd29f054 GET /Prod/closed. /closed us [] []`}},
		{"another type's", map[string]template.GatewayResponse{"ACCESS_DENIED": {StatusCode: 418}}, "/closed",
			restAnswer(401, "Unauthorized", "UnauthorizedException")},
		{"a route's variables without a route", map[string]template.GatewayResponse{"DEFAULT_4XX": page(`[$context.resourcePath]$context.stage`)}, "/missing",
			sent{403, restAnswer(403, "", "MissingAuthenticationTokenException").header, `[]Prod`}},
		{"a function's own 4xx", map[string]template.GatewayResponse{"DEFAULT_4XX": {StatusCode: 418, Headers: cors}}, "/open",
			sent{404, jsonType, "mine"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := sentBy(get(customized(t, tt.responses), tt.path))
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(sent{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTemplateByAccept(t *testing.T) {
	templates := map[string]string{"application/xml": "<x/>", "application/json": "{}", "text/html": "<p>"}
	g := customized(t, map[string]template.GatewayResponse{"UNAUTHORIZED": {Templates: templates}})
	w := do(g, newRequest("GET", "/closed", "", "Accept", "application/xml"))
	if w.Header().Get("Content-Type") != "application/xml" || w.Body.String() != "<x/>" {
		t.Errorf("got %v %q, want XML", w.Header(), w.Body)
	}
}

// TestMappedHeaders has the fields of a gateway response whose values come with the
// request: CORS for the page that asks, as deployed. What is not there, or cannot be
// the value of a field, leaves no field.
func TestMappedHeaders(t *testing.T) {
	api := newAPI(template.REST, "Api", "GET /pets/{id}")
	api.StageVariables = map[string]string{"contact": "us"}
	api.Routes[0].Auth = &template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthCognito}}
	api.GatewayResponses = map[string]template.GatewayResponse{"DEFAULT_4XX": {
		Headers: map[string]string{"Vary": "Origin", "Connection": "close", "Content-Length": "7"},
		Mapped: map[string]string{
			"Access-Control-Allow-Origin": "method.request.header.origin", "X-Query": "method.request.querystring.q",
			"X-Path": "method.request.path.id", "X-Id": "context.requestId", "X-Type": "context.error.responseType",
			"X-Contact": "stageVariables.contact", "X-None": "method.request.header.X-Missing", "X-Unknown": "context.weather",
			"X-Other": "somewhere", "Transfer-Encoding": "method.request.querystring.q",
		},
	}}
	const id = "daa66d2c-7ddf-443f-b8dd-e6e5fd29f054"
	for _, tt := range []struct {
		path, origin string
		status       int
		want         []string
	}{
		{"/pets/7?q=a&q=b", "https://a.example", 401, []string{"Access-Control-Allow-Origin", "https://a.example", "X-Query", "a,b", "X-Path", "7", "X-Type", "UNAUTHORIZED"}},
		{"/pets/7", "", 401, []string{"X-Path", "7", "X-Type", "UNAUTHORIZED"}},
		{"/pets/7?q=a%0d%0aSet-Cookie:b", "", 401, []string{"X-Path", "7", "X-Type", "UNAUTHORIZED"}},
		{"/missing?q=a%20b", "https://b.example", 403, []string{"Access-Control-Allow-Origin", "https://b.example", "X-Query", "a b", "X-Type", "MISSING_AUTHENTICATION_TOKEN"}},
	} {
		r := newRequest("GET", tt.path, "")
		if tt.origin != "" {
			r.Header.Set("Origin", tt.origin)
		}
		got := sentBy(do(newGateway(t, Config{APIs: []*template.API{api}, Invoker: never(t)}), r))
		delete(got.header, "x-amzn-ErrorType")
		want := fieldsOf(append(tt.want, "Content-Type", "application/json", "Vary", "Origin", "X-Id", id, "X-Contact", "us")...)
		if diff := cmp.Diff(want, got.header); diff != "" || got.status != tt.status {
			t.Errorf("%s: got %d, want %d (-want +got):\n%s", tt.path, got.status, tt.status, diff)
		}
	}
}

// TestNotCustomized: 413 (A.4) and an HTTP API's errors stay as they are.
func TestNotCustomized(t *testing.T) {
	g := customized(t, map[string]template.GatewayResponse{"DEFAULT_4XX": {StatusCode: 418}, "REQUEST_TOO_LARGE": {StatusCode: 418}})
	r := newRequest("GET", "/open", "x")
	r.ContentLength = kinds[template.REST].maxBody + 1
	if w := do(g, r); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("got %d, want 413", w.Code)
	}
	api := newAPI(template.HTTP, "Api", "GET /")
	api.GatewayResponses = map[string]template.GatewayResponse{"DEFAULT_4XX": {StatusCode: 418}}
	if w := get(newGateway(t, Config{APIs: []*template.API{api}, Invoker: echoing}), "/x"); w.Code != 404 {
		t.Errorf("got %d, want 404", w.Code)
	}
}

// TestMessageThatIsNull (A.4) is the words of an authorizer that failed.
func TestMessageThatIsNull(t *testing.T) {
	is := restToken
	api := newAPI(template.REST, "Api", "GET /")
	api.GatewayResponses = map[string]template.GatewayResponse{"AUTHORIZER_CONFIGURATION_ERROR": {
		Templates: map[string]string{"application/json": `{"m":$context.error.messageString}`}}}
	w := do(guarded(t, &stack{fails: errors.New("broken")}, api, &is), newRequest("GET", "/", "", "Authorization", "x"))
	if w.Code != 500 || w.Body.String() != `{"m":null}` {
		t.Errorf("got %d %s, want 500 {\"m\":null}", w.Code, w.Body)
	}
}
