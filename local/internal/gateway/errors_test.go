package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/template"
)

func itoa(n int) string { return strconv.Itoa(n) }

// failed is an Invoker's error of a kind, wrapped as Invokers may wrap it.
func failed(kind ErrorKind) error {
	return fmt.Errorf("invoking: %w", &InvokeError{Kind: kind, Err: errors.New("broken")})
}

// TestErrors (A.4, B.9) holds both kinds' answers against AWS's, byte for byte. A
// REST API's function error is what invoke-api-empty-response recorded.
func TestErrors(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		status [2]int
	}{
		{"any other error", errors.New("broken"), [2]int{502, 500}},
		{"function error", failed(FunctionError), [2]int{502, 500}},
		{"function out of time", failed(FunctionTimeout), [2]int{502, 503}},
		{"no concurrency", failed(FunctionThrottled), [2]int{502, 503}},
		{"event over Lambda's limit", failed(EventTooLarge), [2]int{502, 500}},
		{"function that does not start", failed(FunctionUnavailable), [2]int{502, 502}},
		{"function that is not run here", failed(FunctionUnsupported), [2]int{501, 501}},
	}
	bodies := map[int]string{500: `{"message":"Internal Server Error"}`, 501: `{"message":"Internal Server Error"}`, 502: `{"message":"Internal Server Error"}`, 503: `{"message":"Service Unavailable"}`}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, kind := range []template.Kind{template.REST, template.HTTP} {
				want := restError
				want.status = tt.status[kind]
				if kind == template.HTTP {
					want = sent{tt.status[kind], jsonType, bodies[tt.status[kind]]}
				}
				g := newGateway(t, Config{APIs: []*template.API{newAPI(kind, "Api", "GET /")}, Invoker: failing(tt.err)})
				if diff := cmp.Diff(want, sentBy(get(g, "/")), cmp.AllowUnexported(sent{})); diff != "" {
					t.Errorf("%s (-want +got):\n%s", kind, diff)
				}
			}
		})
	}
}

// TestMisconfiguredIntegration (A.4) is invocation-payload-with-get-proxy-method of
// test_lambda_aws_proxy_integration_non_post_method, and content-length,
// transfer-encoding, authorization, connection, expect, proxy-authenticate and te
// of test_apigateway_header_remapping_aws[AWS_PROXY] of the tests against AWS.
func TestMisconfiguredIntegration(t *testing.T) {
	api := newAPI(template.REST, "Api", "GET /")
	api.Routes[0].Misconfigured = true
	fn := &stack{answer: `{}`}
	w := get(newGateway(t, Config{APIs: []*template.API{api}, Invoker: fn}), "/")
	want := restError
	want.status = 500
	if diff := cmp.Diff(want, sentBy(w), cmp.AllowUnexported(sent{})); diff != "" || fn.passed != 0 {
		t.Errorf("function reached %d times (-want +got):\n%s", fn.passed, diff)
	}
}

// TestIntegrationTimeout (A.4, B.9).
func TestIntegrationTimeout(t *testing.T) {
	tests := []struct {
		kind  template.Kind
		own   time.Duration
		after time.Duration
		want  sent
	}{
		{template.REST, 0, 29 * time.Second,
			sent{504, restError.header, `{"message": "Endpoint request timed out"}`}},
		{template.HTTP, 0, 30 * time.Second, sent{503, jsonType, `{"message":"Service Unavailable"}`}},
		{template.HTTP, time.Second, time.Second, sent{503, jsonType, `{"message":"Service Unavailable"}`}},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			api := newAPI(tt.kind, "Api", "GET /")
			api.Routes[0].Timeout = tt.own
			g := newGateway(t, Config{APIs: []*template.API{api},
				Invoker: invokerFunc(func(ctx context.Context, _, _ string, _ []byte) ([]byte, error) {
					<-ctx.Done()
					return nil, ctx.Err()
				})})
			start := time.Now()
			got := sentBy(get(g, "/"))
			if took := time.Since(start); took != tt.after {
				t.Errorf("%s: got an answer after %v, want %v", tt.kind, took, tt.after)
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(sent{})); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.kind, diff)
			}
		})
	}
}

func TestAuthorize(t *testing.T) {
	tests := []struct {
		auth       template.Auth
		rest, http sent
	}{
		{template.Auth{IAM: true}, restAnswer(403, "Missing Authentication Token", "MissingAuthenticationTokenException"), sent{403, jsonType, `{"message":"Forbidden"}`}},
		{template.Auth{APIKey: true}, restAnswer(403, "Forbidden", "ForbiddenException"), sent{403, jsonType, `{"message":"Forbidden"}`}},
		{template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthLambda}}, restAnswer(401, "Unauthorized", "UnauthorizedException"), sent{401, jsonType, `{"message":"Unauthorized"}`}},
		{template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthCognito}}, restAnswer(401, "Unauthorized", "UnauthorizedException"), sent{401, jsonType, `{"message":"Unauthorized"}`}},
		{template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthJWT}}, restAnswer(401, "Unauthorized", "UnauthorizedException"), sent{401, jsonType, `{"message":"Unauthorized"}`}},
	}
	for _, tt := range tests {
		for kind, want := range []sent{template.REST: tt.rest, template.HTTP: tt.http} {
			api := newAPI(template.Kind(kind), "Api", "GET /")
			api.Routes[0].Auth = &tt.auth
			invoked := false
			config := Config{APIs: []*template.API{api}, Invoker: invokerFunc(func(context.Context, string, string, []byte) ([]byte, error) {
				invoked = true
				return []byte(`{"statusCode":200}`), nil
			})}
			got := sentBy(get(newGateway(t, config), "/"))
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(sent{})); diff != "" || invoked {
				t.Errorf("%s of %s: invoked %v (-want +got):\n%s", tt.auth.Kinds(), api.Kind, invoked, diff)
			}
			config.DisableAuthorizer = true
			if w := get(newGateway(t, config), "/"); w.Code != 200 || !invoked {
				t.Errorf("%s of %s, disabled: got %d, want 200", tt.auth.Kinds(), api.Kind, w.Code)
			}
		}
	}
}

// TestAuthorizationThatIsNoSignature (G51, G52, G57): a REST API reads it as one on an
// unknown route and on a route that wants a signature, and nowhere else. The hashes are
// those of sha256sum.
func TestAuthorizationThatIsNoSignature(t *testing.T) {
	const (
		noPair = "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): "
		lacks  = "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
			"Authorization header requires 'SignedHeaders' parameter. "
		dateless = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
		hash     = "(Hashed with SHA-256 and encoded with Base64) Authorization="

		signature = "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b"
	)
	incomplete := func(message string) sent { return restAnswer(403, message, "IncompleteSignatureException") }
	missing := restAnswer(403, "Missing Authentication Token", "MissingAuthenticationTokenException")
	forbidden := sent{403, jsonType, `{"message":"Forbidden"}`}
	notFound := sent{404, jsonType, `{"message":"Not Found"}`}
	rest, http := newAPI(template.REST, "Rest", "GET /signed", "GET /open"), newAPI(template.HTTP, "Http", "GET /signed")
	rest.Routes[0].Auth, http.Routes[0].Auth = &template.Auth{IAM: true}, &template.Auth{IAM: true}
	g := newGateway(t, Config{APIs: []*template.API{rest, http}, Invoker: returning(`{"body":"in"}`)})
	for _, tt := range []struct {
		host, path, authorization, date string
		want                            sent
	}{
		{"rest", "/unknown", "Bearer x", "", incomplete(noPair + "'uTem/WB082UJMN2ajD6lH6UChGpTAddMJSx2iu923No='.")},
		{"rest", "/signed", "Bearer x", "", incomplete(noPair + "'uTem/WB082UJMN2ajD6lH6UChGpTAddMJSx2iu923No='.")},
		{"rest", "/unknown", "x", "", incomplete(noPair + "'LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE='.")},
		{"rest", "/unknown", "Basic dXNlcjpwYXNz=", "", incomplete(lacks + dateless + hash + "I1N0vsibpuzBhZSBqbVdFN3W8Clpm14WJlz9BnRwTI4=")},
		{"rest", "/unknown", "Basic dXNlcjpwYXNz=", "20260926T120000Z", incomplete(lacks + hash + "I1N0vsibpuzBhZSBqbVdFN3W8Clpm14WJlz9BnRwTI4=")},
		{"rest", "/unknown", "", "", missing},
		{"rest", "/unknown", signature, "", missing},
		{"rest", "/signed", signature, "", missing},
		{"rest", "/signed", "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host", "20260926T120000Z", incomplete("Authorization header requires 'Signature' parameter. " + hash + "WHtOF5cSYnsCBjySXlPrT/5ORyW9g45V+x35kxAQHQ0=")},
		{"rest", "/open", "Bearer x", "", sent{200, jsonType, "in"}},
		{"http", "/unknown", "Bearer x", "", notFound},
		{"http", "/signed", "Bearer x", "", forbidden},
	} {
		r := newRequest("GET", "http://"+tt.host+".localhost"+tt.path, "")
		for name, value := range map[string]string{"Authorization": tt.authorization, "X-Amz-Date": tt.date} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		if diff := cmp.Diff(tt.want, sentBy(do(g, r)), cmp.AllowUnexported(sent{})); diff != "" {
			t.Errorf("%s%s with %q (-want +got):\n%s", tt.host, tt.path, tt.authorization, diff)
		}
	}
	rest.GatewayResponses = map[string]template.GatewayResponse{"MISSING_AUTHENTICATION_TOKEN": {StatusCode: 404}}
	if w := do(g, newRequest("GET", "/unknown", "", "Authorization", "Bearer x")); w.Code != 404 {
		t.Errorf("customized: got %d, want 404", w.Code)
	}
}

func restAnswer(status int, message, errorType string) sent {
	return sent{status, fieldsOf("Content-Type", "application/json", "x-amzn-ErrorType", errorType), `{"message":"` + message + `"}`}
}

// TestSizes (A.4, B.9, B.14).
func TestSizes(t *testing.T) {
	big := strings.Repeat("x", int(kinds[template.REST].maxBody)+1)
	tests := []struct {
		name       string
		target     string
		body       string
		field      string
		rest, http int
	}{
		{"largest body", "/", big[:kinds[template.REST].maxBody], "", 200, 200},
		{"body", "/", big, "", 413, 413},
		{"fields", "/", "", big[:maxFields], 431, 431},
		{"fields and request line", "/?" + big[:maxTarget-2], "", big[:maxFields-maxTarget], 200, 431},
		{"target", "/" + big[:maxTarget], "", "", 403, 404},
		{"target of a route", "/?" + big[:maxTarget], "", "", 414, 414},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for kind, want := range []int{template.REST: tt.rest, template.HTTP: tt.http} {
				g := newGateway(t, Config{APIs: []*template.API{newAPI(template.Kind(kind), "Api", "POST /")}, Invoker: returning(`{"statusCode":200}`)})
				r := newRequest("POST", tt.target, tt.body)
				r.Header.Set("X-Field", tt.field)
				if w := do(g, r); w.Code != want {
					t.Errorf("%s: got %d, want %d", template.Kind(kind), w.Code, want)
				}
				// Without a length the size shows only while reading.
				r = httptest.NewRequest("POST", tt.target, strings.NewReader(tt.body))
				r.Header.Set("X-Field", tt.field)
				r.ContentLength = -1
				if w := do(g, r); w.Code != want {
					t.Errorf("%s, no length: got %d, want %d", template.Kind(kind), w.Code, want)
				}
			}
		})
	}
}

// TestErrorOfNoKind: an Invoker that does not say why is none that went well.
func TestErrorOfNoKind(t *testing.T) {
	if got, want := causeOf(failed(0)), answer.FunctionError; got != want {
		t.Errorf("got cause %d, want %d", got, want)
	}
}
