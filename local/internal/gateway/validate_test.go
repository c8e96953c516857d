package gateway

import (
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/jsonmodel"
	"maru/local/internal/template"
)

// schemaOf reads a JSON Schema.
func schemaOf(t testing.TB, text string) any {
	t.Helper()
	schema, err := jsonmodel.Decode(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// twoNumbers is the model of the recordings.
const twoNumbers = `{"$schema":"http://json-schema.org/draft-04/schema#","title":"testSchema","type":"object",
	"properties":{"a":{"type":"number"},"b":{"type":"number"}},"required":["a","b"]}`

// validated makes a REST API of one route with a validator and the model
// testSchema.
func validated(t testing.TB, key, schema string, is template.Validator) *template.API {
	t.Helper()
	api := newAPI(template.REST, "Api", key)
	api.Routes[0].Validator = &is
	api.Models = map[string]*template.Model{"testSchema": {Schema: schemaOf(t, schema)}}
	return api
}

var (
	badBody  = restBadRequest("Invalid request body")
	jsonBody = map[string]string{"application/json": "testSchema"}
)

func restBadRequest(message string) sent {
	want := restAnswer(400, "", "BadRequestException")
	want.body = `{"message": "` + message + `"}`
	return want
}

// recordedValidation is the API of the recording in CloudFormation. PATH is the
// parameter of the path that POST requires.
const recordedValidation = `Resources:
  Echo: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Handler: bootstrap, Role: r, Code: .}}
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: test}}
  Stage: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Api, StageName: local}}
  Nested: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: nested}}
  Test: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Api, ParentId: !Ref Nested, PathPart: '{test}'}}
  Validator: {Type: AWS::ApiGateway::RequestValidator, Properties: {RestApiId: !Ref Api, ValidateRequestBody: CHECK, ValidateRequestParameters: CHECK}}
  Model: {Type: AWS::ApiGateway::Model, Properties: {RestApiId: !Ref Api, Name: testSchema, ContentType: application/json, Schema: SCHEMA}}
  Post: {Type: AWS::ApiGateway::Method, Properties: {<<: &method {RestApiId: !Ref Api, ResourceId: !Ref Test, RequestValidatorId: !Ref Validator, RequestModels: {application/json: !Ref Model},
    Integration: {Type: AWS_PROXY, Uri: !GetAtt Echo.Arn}}, HttpMethod: POST,
    RequestParameters: {method.request.path.PATH: true, method.request.querystring.qs1: true, method.request.header.x-header-param: true}}}
  Get: {Type: AWS::ApiGateway::Method, Properties: {<<: *method, HttpMethod: GET,
    RequestParameters: {method.request.path.test: true, method.request.querystring.qs1: true, method.request.header.x-header-param: true}}}
`

// TestRecordedValidation (A.4) is test_api_gateway_request_validator, from the
// template to the answers.
func TestRecordedValidation(t *testing.T) {
	const header, value = "x-header-param", "test"
	missing := func(names string) sent { return restBadRequest("Missing required request parameters: [" + names + "]") }
	tests := []struct {
		recording   string
		path, check string
		r           *http.Request
		want        sent // zero where the function answers
	}{
		{"every parameter and a valid body", "test", "true", newRequest("POST", "/nested/value?qs1=test", `{"a":1,"b":2}`, header, value), sent{}},
		{"no body", "test", "true", newRequest("GET", "/nested/value?qs1=test", "", header, value), badBody},
		{"no body, content type JSON", "test", "true", newRequest("GET", "/nested/value?qs1=test", "", header, value, "Content-Type", "application/json"), badBody},
		{"missing-all-required-request-params-post", "issuer", "true", newRequest("POST", "/nested/value", `{"test":"test"}`), missing("x-header-param, issuer, qs1")},
		{"missing-required-headers-request-params-get", "issuer", "true", newRequest("GET", "/nested/value?qs1=test", ""), missing("x-header-param")},
		{"missing-required-qs-request-params-get", "issuer", "true", newRequest("GET", "/nested/value", "", header, value), missing("qs1")},
		{"invalid-request-body", "test", "true", newRequest("POST", "/nested/value?qs1=test", `{"test":"test"}`, header, value), badBody},
		{"disable-request-validator", "test", "false", newRequest("POST", "/nested/value", `{"test":"test"}`), sent{}},
		{"disable-request-validator, no body", "test", "false", newRequest("GET", "/nested/value", ""), sent{}},
	}
	for _, tt := range tests {
		t.Run(tt.recording, func(t *testing.T) {
			src := strings.NewReplacer("PATH", tt.path, "CHECK", tt.check, "SCHEMA", twoNumbers).Replace(recordedValidation)
			parsed, err := template.Parse("template.yaml", []byte(src), template.Options{})
			if err != nil {
				t.Fatal(err)
			}
			fn := &stack{}
			got := sentBy(do(newGateway(t, Config{APIs: parsed.APIs, Invoker: fn}), tt.r))
			if tt.want.status == 0 {
				if fn.passed != 1 || got.status != 200 {
					t.Errorf("got %+v, want the function's answer", got)
				}
				return
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(sent{})); diff != "" || fn.passed != 0 {
				t.Errorf("%d invocations (-want +got):\n%s", fn.passed, diff)
			}
		})
	}
}

func TestRequiredParameters(t *testing.T) {
	is := template.Validator{Headers: []string{"Host", "x-B"}, Path: []string{"id", "rest"}, Query: []string{"q r"}}
	tests := []struct {
		name    string
		r       *http.Request
		missing string
	}{
		{"all", newRequest("GET", "/pets/7/a/b?q+r=1", "", "X-b", "1"), ""},
		{"none", newRequest("GET", "/pets/7/a", ""), "x-B, q r"},
		{"blank", newRequest("GET", "/pets/7/a?q%20r=%20", "", "X-B", " "), "x-B, q r"},
		{"other names", newRequest("GET", "/pets/7/a?Q+r=1&q=1", "", "X-BB", "1"), "x-B, q r"},
		{"several values", newRequest("GET", "/pets/7/a?q+r=&q+r=1", "", "X-B", "", "X-B", "1"), ""},
		{"several blank values", newRequest("GET", "/pets/7/a?q+r=&q+r=", "", "X-B", "", "X-B", " "), "x-B, q r"},
	}
	for _, tt := range tests {
		fn := &stack{}
		w := do(newGateway(t, Config{APIs: []*template.API{validated(t, "GET /pets/{id}/{rest+}", "{}", is)}, Invoker: fn}), tt.r)
		want := ""
		if tt.missing != "" {
			want = `{"message": "Missing required request parameters: [` + tt.missing + `]"}`
		}
		if got := w.Body.String(); (want == "") != (fn.passed == 1) || want != "" && got != want {
			t.Errorf("%s: got %d %s, want %s", tt.name, w.Code, got, want)
		}
	}
}

// TestBodies: a body is checked against the model of its type, without one not
// at all.
func TestBodies(t *testing.T) {
	anyBody := map[string]string{"application/xml": "other", "$default": "testSchema"}
	tests := []struct {
		name              string
		models            map[string]string
		contentType, body string
		refused           bool
	}{
		{"valid", jsonBody, "application/json", `{"a":1,"b":2.5,"c":null}`, false},
		{"wrong type of a value", jsonBody, "application/json", `{"a":1,"b":"2"}`, true},
		{"no JSON", jsonBody, "application/json", `a=1&b=2`, true},
		{"more than one value", jsonBody, "application/json", `{"a":1,"b":2}{}`, true},
		{"no type", jsonBody, "", `{}`, true},
		{"parameters of the type", jsonBody, "Application/JSON; charset=utf-8", `{}`, true},
		{"parameters of the model's type", map[string]string{"application/json; charset=utf-8": "testSchema"}, "application/json", `{}`, true},
		{"type without a model", jsonBody, "text/plain", `{}`, false},
		{"no body of a type without a model", jsonBody, "text/plain", ``, false},
		{"model for every type", anyBody, "text/plain", `{}`, true},
		{"a type's own model", anyBody, "application/xml", `{}`, false},
		{"a second type", jsonBody, "text/plain,application/json", `{}`, true},
		{"no model", nil, "application/json", `}`, false},
	}
	for _, tt := range tests {
		api := validated(t, "POST /", twoNumbers, template.Validator{Models: tt.models})
		api.Models["other"] = &template.Model{Schema: map[string]any{}}
		fn := &stack{}
		r := newRequest("POST", "/", tt.body)
		if tt.contentType != "" {
			r.Header.Set("Content-Type", tt.contentType)
		}
		got := sentBy(do(newGateway(t, Config{APIs: []*template.API{api}, Invoker: fn}), r))
		if refused := fn.passed == 0; refused != tt.refused || refused && !cmp.Equal(got, badBody, cmp.AllowUnexported(sent{})) {
			t.Errorf("%s: got %+v, want refused %t", tt.name, got, tt.refused)
		}
	}
}

// TestModelsFailClosed: a body whose model cannot be used never reaches the
// function; one of another type does.
func TestModelsFailClosed(t *testing.T) {
	for _, models := range []map[string]string{jsonBody, {"$default": "missing"}} {
		var log strings.Builder
		fn := &stack{}
		g := newGateway(t, Config{APIs: []*template.API{validated(t, "POST /", `{"type":"objekt"}`, template.Validator{Models: models})}, Invoker: fn, Log: slog.New(slog.NewTextHandler(&log, nil))})
		want := restError
		want.status = 500
		got := sentBy(do(g, newRequest("POST", "/", `{}`, "Content-Type", "application/json")))
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(sent{})); diff != "" || fn.passed != 0 {
			t.Errorf("%v: %d invocations (-want +got):\n%s", models, fn.passed, diff)
		}
		if !strings.Contains(log.String(), "model refuses every request") {
			t.Errorf("%v: got the log %q", models, &log)
		}
	}
}

// TestValidatedInOrder (A.36): after the authorizer, before the integration,
// which may be a mock; parameters before the body.
func TestValidatedInOrder(t *testing.T) {
	api := validated(t, "POST /", twoNumbers, template.Validator{Query: []string{"q"}, Models: jsonBody})
	route := api.Routes[0]
	send := func(target, body string) int {
		return do(newGateway(t, Config{APIs: []*template.API{api}, Invoker: failing(errors.New("broken"))}), newRequest("POST", target, body)).Code
	}
	if got := send("/?q=1", `{"a":1,"b":2}`); got != 502 {
		t.Errorf("valid: got %d, want the function's 502", got)
	}
	route.Auth = &template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthCognito}}
	if got := send("/", ""); got != 401 {
		t.Errorf("unauthorized: got %d, want 401", got)
	}
	route.Auth, route.Mock = nil, &template.Mock{StatusCode: 204}
	if got := send("/?q=1", `{}`); got != 400 {
		t.Errorf("mock, bad body: got %d, want 400", got)
	}
	if got := send("/?q=1", `{"a":1,"b":2}`); got != 204 {
		t.Errorf("mock: got %d, want 204", got)
	}
}

// TestValidationResponses (A.35): both errors have types of their own, and the
// template of one can say what is wrong.
func TestValidationResponses(t *testing.T) {
	api := validated(t, "POST /", twoNumbers, template.Validator{Query: []string{`q"`}, Models: jsonBody})
	page := map[string]string{"application/json": `{"m":$context.error.messageString,"why":"$context.error.validationErrorString"}`}
	api.GatewayResponses = map[string]template.GatewayResponse{
		"BAD_REQUEST_PARAMETERS": {StatusCode: 418, Templates: page}, "BAD_REQUEST_BODY": {StatusCode: 422, Templates: page},
	}
	g := newGateway(t, Config{APIs: []*template.API{api}, Invoker: &stack{}})
	tests := []struct {
		target, body string
		status       int
		want         map[string]string
	}{
		{"/", "", 418, map[string]string{"m": `Missing required request parameters: [q"]`, "why": ""}},
		{`/?q%22=1`, "", 422, map[string]string{"m": "Invalid request body", "why": `[object has missing required properties (["a","b"])]`}},
		{`/?q%22=1`, `{"a":"x","b":1}`, 422, map[string]string{"m": "Invalid request body",
			"why": `[instance type (string) does not match any allowed primitive type (allowed: ["integer","number"])]`}},
		{`/?q%22=1`, `{`, 422, map[string]string{"m": "Invalid request body", "why": ""}},
	}
	for _, tt := range tests {
		w := do(g, newRequest("POST", tt.target, tt.body))
		var got map[string]string
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != tt.status || !maps.Equal(got, tt.want) {
			t.Errorf("%s %s: got %d %s, %v, want %d %v", tt.target, tt.body, w.Code, w.Body, err, tt.status, tt.want)
		}
	}
}
