package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template"
)

// stack is a stack of one route behind a Lambda authorizer: the authorizer's
// function is "guard" and returns answer or fails, every other function echoes
// its event.
type stack struct {
	answer string
	fails  error
	asked  []string // the events of the authorizer's function
	passed int      // how often another function ran
}

func (g *stack) Invoke(ctx context.Context, i Invocation) (Result, error) {
	if i.Function != "guard" {
		g.passed++
		return echoing.Invoke(ctx, i)
	}
	g.asked = append(g.asked, string(i.Event))
	return Result{Payload: []byte(g.answer)}, g.fails
}

// guarded makes a Gateway of one API whose routes ask is.
func guarded(t testing.TB, g *stack, api *template.API, is *template.LambdaAuthorizer) *Gateway {
	t.Helper()
	is.Function = "guard"
	auth := authBy("MyAuthorizer", is)
	for _, route := range api.Routes {
		route.Auth = auth
	}
	return newGateway(t, Config{APIs: []*template.API{api}, Invoker: g})
}

// authBy asks a Lambda authorizer.
func authBy(name string, is *template.LambdaAuthorizer) *template.Auth {
	return &template.Auth{Authorizer: &template.Authorizer{Name: name, Kind: template.AuthLambda, Lambda: is}}
}

// failedWith is a function error with an errorMessage.
func failedWith(message string) error {
	return &InvokeError{Kind: FunctionError, Message: message, Err: errors.New("function failed")}
}

// allowing is the output of an authorizer that allows a pattern of routes.
func allowing(resource string) string {
	return policyOf("Allow", resource)
}

func policyOf(effect, resource string) string {
	return fmt.Sprintf(`{"principalId":"me","policyDocument":{"Version":"2012-10-17","Statement":[`+
		`{"Effect":%q,"Action":"execute-api:Invoke","Resource":%q}]}}`, effect, resource)
}

var (
	restToken   = template.LambdaAuthorizer{Token: true, IdentitySources: []string{"method.request.header.Authorization"}}
	restRequest = template.LambdaAuthorizer{IdentitySources: []string{"method.request.header.Authorization"}}
	httpV1      = template.LambdaAuthorizer{IdentitySources: []string{"$request.header.Authorization"}, PayloadFormat: "1.0"}
	httpV2      = template.LambdaAuthorizer{IdentitySources: []string{"$request.header.Authorization"}, PayloadFormat: "2.0"}
	httpSimple  = template.LambdaAuthorizer{IdentitySources: []string{"$request.header.Authorization"}, PayloadFormat: "2.0", SimpleResponses: true}
)

// TestAuthorizerAnswers holds the statuses and bodies against the table of A.4
// (REST APIs), against B.9 and B.11 (HTTP APIs).
func TestAuthorizerAnswers(t *testing.T) {
	denied := func(why string) sent {
		w := restAnswer(403, "", "AccessDeniedException")
		w.body = `{"Message":"User is not authorized to access this resource ` + why + `"}`
		return w
	}
	explicit := denied("with an explicit deny in an identity-based policy")
	implicit := denied("because no identity-based policy allows the execute-api:Invoke action")
	restFailed := sent{500, restAnswer(500, "", "AuthorizerConfigurationException").header, `{"message":null}`}
	restUnauthorized := restAnswer(401, "Unauthorized", "UnauthorizedException")
	forbidden := sent{403, jsonType, `{"message":"Forbidden"}`}
	unauthorized := sent{401, jsonType, `{"message":"Unauthorized"}`}
	tests := []struct {
		name   string
		is     template.LambdaAuthorizer
		answer string
		fails  error
		want   sent
	}{
		{"TOKEN denies", restToken, policyOf("Deny", "*"), nil, explicit},
		{"TOKEN allows something else", restToken, allowing("*/POST/*"), nil, implicit},
		{"TOKEN says Unauthorized", restToken, "", failedWith("Unauthorized"), restUnauthorized},
		{"TOKEN says something else", restToken, "", failedWith("unauthorized"), restFailed},
		{"TOKEN cannot be run", restToken, "", errors.New("broken"), restFailed},
		{"REQUEST denies", restRequest, policyOf("Deny", "*"), nil, explicit},
		{"REQUEST returns nothing", restRequest, `null`, nil, restFailed},
		{"REQUEST returns no JSON", restRequest, `oops`, nil, restFailed},
		{"REQUEST names no principal", restRequest, `{"policyDocument":{"Statement":[]}}`, nil, restFailed},
		{"REQUEST names a principal that is a number", restRequest, `{"principalId":7,"policyDocument":{"Statement":[]}}`, nil, restFailed},
		{"REQUEST returns no policy", restRequest, `{"principalId":"me"}`, nil, restFailed},
		{"REQUEST returns a simple response", restRequest, `{"isAuthorized":true}`, nil, restFailed},
		{"A.38 context with an object", restToken, allowing("*")[:len(allowing("*"))-1] + `,"context":{"a":{}}}`, nil, restFailed},
		{"A.38 context with an array", restToken, allowing("*")[:len(allowing("*"))-1] + `,"context":{"a":[]}}`, nil, restFailed},
		{"A.38 context with null", restToken, allowing("*")[:len(allowing("*"))-1] + `,"context":{"a":null}}`, nil, restFailed},
		{"A.38 context that is a string", restToken, allowing("*")[:len(allowing("*"))-1] + `,"context":"a"}`, nil, restFailed},
		{"1.0 denies", httpV1, policyOf("Deny", "*"), nil, forbidden},
		{"1.0 allows something else", httpV1, allowing("*/POST/*"), nil, forbidden},
		{"2.0 denies", httpV2, policyOf("Deny", "*"), nil, forbidden},
		{"2.0 returns a simple response that is not enabled", httpV2, `{"isAuthorized":true}`, nil, httpError},
		{"2.0 fails", httpV2, "", errors.New("broken"), httpError},
		{"2.0 says Unauthorized", httpV2, "", failedWith("Unauthorized"), unauthorized},
		{"simple response denies", httpSimple, `{"isAuthorized":false}`, nil, forbidden},
		{"simple response is a string", httpSimple, `{"isAuthorized":"true"}`, nil, httpError},
		{"simple response is missing", httpSimple, `{}`, nil, httpError},
		{"simple response is a policy", httpSimple, allowing("*"), nil, httpError},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			kind := template.HTTP
			if strings.HasPrefix(tt.is.IdentitySources[0], "method.") {
				kind = template.REST
			}
			fn := &stack{answer: tt.answer, fails: tt.fails}
			g := guarded(t, fn, newAPI(kind, "Api", "GET /pets"), &tt.is)
			got := sentBy(do(g, newRequest("GET", "/pets", "", "Authorization", "token")))
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(sent{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(fn.asked) != 1 || fn.passed != 0 {
				t.Errorf("got %d questions and %d invocations, want 1 and 0", len(fn.asked), fn.passed)
			}
		})
	}
}

// TestIdentitySources (A.39, B.11): where one is missing or empty, and where a
// token is not what the validation expression says, nobody is asked.
func TestIdentitySources(t *testing.T) {
	token := func(validation string) template.LambdaAuthorizer {
		return template.LambdaAuthorizer{Token: true, IdentitySources: []string{"method.request.header.auth"}, ValidationExpression: validation}
	}
	request1 := func(sources ...string) template.LambdaAuthorizer {
		return template.LambdaAuthorizer{IdentitySources: sources}
	}
	tests := []struct {
		name   string
		is     template.LambdaAuthorizer
		target string
		header string
		want   int
	}{
		{"token", token(""), "/", "x", 200},
		{"no token", token(""), "/", "", 401},
		{"default header", template.LambdaAuthorizer{Token: true}, "/", "x", 401},
		{"valid token", token("Bearer [a-z]+"), "/", "Bearer abc", 200},
		{"valid in part", token("[a-z]+"), "/", "Bearer abc", 401},
		{"alternatives are valid as a whole", token("a|b"), "/", "ab", 401},
		{"Java's look-around cannot be read", token("(?=a)a"), "/", "a", 500},
		{"a header in another case", request1("method.request.header.AUTH"), "/", "x", 200},
		{"the Host", request1("method.request.header.host"), "/", "", 200},
		{"query", request1("method.request.querystring.key"), "/?key=1", "", 200},
		{"query in another case", request1("method.request.querystring.key"), "/?KEY=1", "", 401},
		{"empty query", request1("method.request.querystring.key"), "/?key=", "", 401},
		{"stage variable", request1("stageVariables.table"), "/", "", 200},
		{"missing stage variable", request1("stageVariables.chair"), "/", "", 401},
		{"context variable", request1("context.httpMethod"), "/", "", 200},
		{"context variable of an identity", request1("context.identity.sourceIp"), "/", "", 200},
		{"unknown context variable", request1("context.weather"), "/", "", 500},
		{"unknown place", request1("method.request.body.key"), "/", "", 500},
		{"one of two", request1("method.request.header.auth", "method.request.querystring.key"), "/", "x", 401},
		{"both", request1("method.request.header.auth", "method.request.querystring.key"), "/?key=1", "x", 200},
		{"none wanted", request1(), "/", "", 200},
	}
	for _, tt := range tests {
		for _, kind := range []template.Kind{template.REST, template.HTTP} {
			if tt.is.Token && kind == template.HTTP {
				continue // HTTP APIs have no such authorizers
			}
			t.Run(kind.String()+" "+tt.name, func(t *testing.T) {
				api, is := newAPI(kind, "Api", "GET /"), tt.is
				api.StageVariables = map[string]string{"table": "pets"}
				if kind == template.HTTP {
					is.IdentitySources = nil
					for _, source := range tt.is.IdentitySources {
						is.IdentitySources = append(is.IdentitySources, "$"+strings.TrimPrefix(source, "method."))
					}
				}
				fn := &stack{answer: allowing("*")}
				g := guarded(t, fn, api, &is)
				r := newRequest("GET", tt.target, "", "Auth", tt.header)
				if w := do(g, r); w.Code != tt.want {
					t.Errorf("got %d %s, want %d", w.Code, w.Body, tt.want)
				}
				if asked := len(fn.asked) == 1; asked != (tt.want == 200) || asked != (fn.passed == 1) {
					t.Errorf("got %d questions, %d invocations", len(fn.asked), fn.passed)
				}
			})
		}
	}
}

// TestBrokenAuthorizerIsNamed has the log say at start which one refuses.
func TestBrokenAuthorizerIsNamed(t *testing.T) {
	var out strings.Builder
	api := newAPI(template.REST, "PetApi", "GET /a", "GET /b")
	odd := authBy("Odd", &template.LambdaAuthorizer{Function: "f", Token: true, ValidationExpression: "(?!x)"})
	for _, route := range api.Routes {
		route.Auth = odd
	}
	_, err := New(Config{APIs: []*template.API{api}, Invoker: echoing, Log: slog.New(slog.NewTextHandler(&out, nil))})
	if err != nil || strings.Count(out.String(), "authorizer=Odd api=PetApi") != 1 {
		t.Errorf("got %v and log %q, want one line", err, out.String())
	}
}

// TestAuthorizerEvents compares whole events with testdata, which was held
// against aws-lambda-go's apigw-custom-auth-request.json (A.37) and its like.
func TestAuthorizerEvents(t *testing.T) {
	two := func(is template.LambdaAuthorizer, source string) *template.LambdaAuthorizer {
		is.IdentitySources = append([]string{source}, is.IdentitySources...)
		return &is
	}
	token := restToken
	least := template.LambdaAuthorizer{PayloadFormat: "2.0"}
	leastV1 := template.LambdaAuthorizer{PayloadFormat: "1.0"}
	leastREST := template.LambdaAuthorizer{}
	full := func() *http.Request {
		return newRequest("POST", "/pets/a%20b?x=1&x=2", "{}", "Authorization", "token", "Cookie", "a=1; b=2",
			"Content-Type", "application/json", "X-Twice", "one", "X-Twice", "two")
	}
	tests := []struct {
		name string
		kind template.Kind
		is   *template.LambdaAuthorizer
		r    *http.Request
	}{
		{"auth-token", template.REST, &token, full()},
		{"auth-rest", template.REST, two(restRequest, "method.request.querystring.x"), full()},
		{"auth-rest-least", template.REST, &leastREST, newRequest("GET", "/", "")},
		{"auth-http-v1", template.HTTP, two(httpV1, "$request.querystring.x"), full()},
		{"auth-http-v1-least", template.HTTP, &leastV1, newRequest("GET", "/", "")},
		{"auth-http-v2", template.HTTP, two(httpV2, "$request.querystring.x"), full()},
		{"auth-http-v2-least", template.HTTP, &least, newRequest("GET", "/", "")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api := newAPI(tt.kind, "Api", "POST /pets/{id}", "GET /")
			if tt.r.Method == "POST" {
				api.StageVariables = map[string]string{"table": "pets"}
			}
			fn := &stack{answer: allowing("*")}
			do(guarded(t, fn, api, tt.is), tt.r)
			if len(fn.asked) != 1 {
				t.Fatalf("got %d questions, want 1", len(fn.asked))
			}
			golden(t, filepath.Join("testdata", tt.name+".json"), []byte(withoutAddresses(fn.asked[0])))
		})
	}
}

// TestContextReachesTheFunction (A.38, B.11) in every combination of formats.
func TestContextReachesTheFunction(t *testing.T) {
	const context = `,"context": { "s":"v\"", "n": 1.50, "b":true }}`
	const rich = `,"context":{"list":[1, 2],"map":{"a":null}}}`
	with := func(output, context string) string { return output[:len(output)-1] + context }
	tests := []struct {
		name   string
		kind   template.Kind
		is     template.LambdaAuthorizer
		answer string
		format string // of the function's event
		want   string
	}{
		{"REST has strings", template.REST, restToken, with(allowing("*"), context), "1.0",
			`{"b":"true","n":"1.50","s":"v\"","principalId":"me","integrationLatency":0}`},
		{"REST without context", template.REST, restRequest, allowing("*"), "1.0", `{"principalId":"me","integrationLatency":0}`},
		{"HTTP 2.0 keeps types", template.HTTP, httpSimple, with(`{"isAuthorized":true}`, rich), "2.0", `{"lambda":{"list":[1,2],"map":{"a":null}}}`},
		{"HTTP 2.0 without context", template.HTTP, httpSimple, `{"isAuthorized":true}`, "2.0", `{"lambda":null}`},
		{"HTTP 2.0 with an empty context", template.HTTP, httpV2, with(allowing("*"), `,"context":{}}`), "2.0", `{"lambda":{}}`},
		{"HTTP 1.0 keeps types", template.HTTP, httpV1, with(allowing("*"), context), "1.0",
			`{"b":true,"n":1.50,"s":"v\"","principalId":"me","integrationLatency":0}`},
		{"formats may differ", template.HTTP, httpV1, with(allowing("*"), context), "2.0", `{"lambda":{"b":true,"n":1.50,"s":"v\""}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api := newAPI(tt.kind, "Api", "GET /")
			api.Routes[0].PayloadFormat = tt.format
			g := guarded(t, &stack{answer: tt.answer}, api, &tt.is)
			var e struct {
				RequestContext struct{ Authorizer json.RawMessage }
			}
			if err := json.Unmarshal(eventOf(t, g, newRequest("GET", "/", "", "Authorization", "x")), &e); err != nil {
				t.Fatal(err)
			}
			if got := string(e.RequestContext.Authorizer); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestUnsupportedAuthReachesNoFunction has each kind of authorization that the
// gateway cannot check, and a Lambda authorizer with a key on top.
func TestUnsupportedAuthReachesNoFunction(t *testing.T) {
	allowed := httpSimple
	allowed.Function = "guard"
	auths := map[string]*template.Auth{
		"JWT":                   {Authorizer: &template.Authorizer{Kind: template.AuthJWT}},
		"Cognito":               {Authorizer: &template.Authorizer{Kind: template.AuthCognito}},
		"IAM":                   {IAM: true},
		"API key":               {APIKey: true},
		"resource policy":       {Policy: true},
		"Lambda without one":    authBy("Own", nil),
		"Lambda and an API key": {Authorizer: authBy("Own", &allowed).Authorizer, APIKey: true},
		"Lambda and a policy":   {Authorizer: authBy("Own", &allowed).Authorizer, Policy: true},
		"unknown":               {Authorizer: &template.Authorizer{Kind: "Oracle"}},
	}
	for name, auth := range auths {
		for _, kind := range []template.Kind{template.REST, template.HTTP} {
			fn := &stack{answer: `{"isAuthorized":true}`}
			api := newAPI(kind, "Api", "GET /")
			api.Routes[0].Auth = auth
			config := Config{APIs: []*template.API{api}, Invoker: fn}
			r := newRequest("GET", "/", "", "Authorization", "x", "X-Api-Key", "x")
			if w := do(newGateway(t, config), r); w.Code/100 != 4 || fn.passed != 0 {
				t.Errorf("%s of %s: got %d and %d invocations, want 4xx and 0", name, kind, w.Code, fn.passed)
			}
			config.DisableAuthorizer = true
			if w := do(newGateway(t, config), r); w.Code != 200 || fn.passed != 1 {
				t.Errorf("%s of %s, disabled: got %d, want 200", name, kind, w.Code)
			}
		}
	}
}

// TestAuthorizerCache (A.39): what was said is kept by identity for its time, and
// a policy is asked anew for each route.
func TestAuthorizerCache(t *testing.T) {
	is := restToken
	is.TTL = time.Minute
	fn := &stack{answer: allowing("*/GET/*")}
	g := guarded(t, fn, newAPI(template.REST, "Api", "GET /a", "GET /b", "POST /a"), &is)
	now := testTime
	g.ids.Now = func() time.Time { return now }
	steps := []struct {
		after             time.Duration
		method, path, who string
		status, asked     int
	}{
		{0, "GET", "/a", "ann", 200, 1},
		{time.Second, "GET", "/b", "ann", 200, 1},
		{time.Second, "POST", "/a", "ann", 403, 1},
		{time.Second, "GET", "/a", "bob", 200, 2},
		{time.Second, "GET", "/a", "", 401, 2},
		{time.Minute - 5*time.Second, "GET", "/a", "ann", 200, 2},
		{time.Second, "GET", "/a", "ann", 200, 3},
		{time.Second, "GET", "/a", "ann", 200, 3},
	}
	for i, s := range steps {
		now = now.Add(s.after)
		w := do(g, newRequest(s.method, s.path, "", "Authorization", s.who))
		if w.Code != s.status || len(fn.asked) != s.asked {
			t.Errorf("step %d: got %d after %d questions, want %d after %d", i, w.Code, len(fn.asked), s.status, s.asked)
		}
	}
}

// A gateway in the place of another remembers what its authorizers were told, but
// for those that were changed.
func TestAuthorizerMemory(t *testing.T) {
	memory := new(Memory)
	fn := &stack{answer: allowing("*")}
	open := func(is template.LambdaAuthorizer, name string) *Gateway {
		is.Function = "guard"
		api := newAPI(template.REST, "Api", "GET /")
		api.Routes[0].Auth = authBy(name, &is)
		return newGateway(t, Config{APIs: []*template.API{api}, Invoker: fn, Memory: memory})
	}
	first, changed := restToken, restToken
	first.TTL, changed.TTL = time.Hour, 2*time.Hour
	for _, step := range []struct {
		name       string
		is         template.LambdaAuthorizer
		authorizer string
		asked      int
	}{
		{"the first", first, "Own", 1},
		{"the same again", first, "Own", 1},
		{"changed", changed, "Own", 2},
		{"another name", changed, "Other", 3},
		{"back, having been forgotten", changed, "Own", 4},
	} {
		other := step.is
		other.TTL++
		open(other, step.authorizer) // which never serves
		g := open(step.is, step.authorizer)
		g.Keep()
		if w := do(g, newRequest("GET", "/", "", "Authorization", "x")); w.Code != 200 || len(fn.asked) != step.asked {
			t.Errorf("%s: got %d after %d questions, want 200 after %d", step.name, w.Code, len(fn.asked), step.asked)
		}
	}
}

// TestIntegrationLatency (A.38) is the time that asking took, and none for what
// was remembered.
func TestIntegrationLatency(t *testing.T) {
	is := restToken
	is.TTL = time.Hour
	now := testTime
	api := newAPI(template.REST, "Api", "GET /")
	g := guarded(t, new(stack), api, &is)
	g.ids.Now = func() time.Time { return now }
	g.config.Invoker = invokerFunc(func(ctx context.Context, function, trace string, event []byte) ([]byte, error) {
		if function != "guard" {
			return echoing(ctx, function, trace, event)
		}
		now = now.Add(42 * time.Millisecond)
		return []byte(allowing("*")), nil
	})
	for _, want := range []string{`"integrationLatency":42}`, `"integrationLatency":0}`} {
		if event := string(eventOf(t, g, newRequest("GET", "/", "", "Authorization", "x"))); !strings.Contains(event, want) {
			t.Errorf("got %s, want %s in it", event, want)
		}
	}
}

// TestAuthorizerCacheByRoute (B.11) has $context.routeKey split what is kept.
func TestAuthorizerCacheByRoute(t *testing.T) {
	is := httpSimple
	is.TTL = time.Hour
	is.IdentitySources = append(is.IdentitySources, "$context.routeKey")
	fn := &stack{answer: `{"isAuthorized":true}`}
	g := guarded(t, fn, newAPI(template.HTTP, "Api", "GET /a/{id}", "GET /b"), &is)
	for _, path := range []string{"/a/1", "/a/2", "/b"} {
		do(g, newRequest("GET", path, "", "Authorization", "x"))
	}
	if len(fn.asked) != 2 {
		t.Errorf("got %d questions for two routes, want 2", len(fn.asked))
	}
}

func TestWhatIsNotCached(t *testing.T) {
	off, sourceless, failing := restToken, template.LambdaAuthorizer{TTL: time.Hour}, restToken
	failing.TTL = time.Hour
	tests := []struct {
		name string
		is   template.LambdaAuthorizer
		fn   stack
	}{
		{"no TTL", off, stack{answer: allowing("*")}},
		{"no identity source", sourceless, stack{answer: allowing("*")}},
		{"Unauthorized", failing, stack{fails: failedWith("Unauthorized")}},
		{"failure", failing, stack{answer: `{}`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := guarded(t, &tt.fn, newAPI(template.REST, "Api", "GET /"), &tt.is)
			for range 2 {
				do(g, newRequest("GET", "/", "", "Authorization", "x"))
			}
			if len(tt.fn.asked) != 2 {
				t.Errorf("got %d questions, want 2", len(tt.fn.asked))
			}
		})
	}
}

// TestAuthorizerTimeout: 10 seconds, then 500 (B.11).
func TestAuthorizerTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := httpV2
		is.Function = "guard"
		api := newAPI(template.HTTP, "Api", "GET /")
		api.Routes[0].Auth = authBy("Own", &is)
		g := newGateway(t, Config{APIs: []*template.API{api},
			Invoker: invokerFunc(func(ctx context.Context, _, _ string, _ []byte) ([]byte, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			})})
		start := time.Now()
		w := do(g, newRequest("GET", "/", "", "Authorization", "x"))
		if took := time.Since(start); w.Code != 500 || took != 10*time.Second {
			t.Errorf("got %d after %v, want 500 after 10s", w.Code, took)
		}
	})
}

// TestRouteARN (A.40): the path is that of the request as routes match it, and a
// name that is too long is a target that is too long.
func TestRouteARN(t *testing.T) {
	const prefix = "arn:aws:execute-api:eu-west-1:123456789012:abcdefghij/"
	tests := []struct {
		kind             template.Kind
		target, override string
		want             string
	}{
		{template.REST, "/", "", "Prod/GET/"},
		{template.REST, "/a%20b/", "", "Prod/GET/a%20b"},
		{template.REST, "//a", "", "Prod/GET/a"},
		{template.REST, "/a", "PUT", "Prod/PUT/a"},
		{template.HTTP, "//a%20b", "PUT", "$default/GET/a b"},
	}
	for _, tt := range tests {
		fn, is := &stack{answer: allowing("*")}, restRequest
		is.IdentitySources = nil
		api := newAPI(tt.kind, "Api", "GET /", "ANY /{proxy+}")
		do(guarded(t, fn, api, &is), newRequest("GET", "http://example.com"+tt.target, "", "X-HTTP-Method-Override", tt.override))
		want := fmt.Sprintf(`Arn":%q`, prefix+tt.want)
		if len(fn.asked) != 1 || !strings.Contains(fn.asked[0], want) {
			t.Errorf("%s %s: got %s, want %s", tt.kind, tt.target, fn.asked, want)
		}
	}
	is := restToken
	g := guarded(t, &stack{answer: allowing("*")}, newAPI(template.REST, "Api", "GET /{proxy+}"), &is)
	if w := do(g, newRequest("GET", "/"+strings.Repeat("x", 1600), "", "Authorization", "x")); w.Code != 414 {
		t.Errorf("got %d, want 414", w.Code)
	}
}
