package gateway

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template"
)

// logged is what a Gateway logs of a request, without the time of day.
func logged(t *testing.T, config Config, r *http.Request) string {
	t.Helper()
	var out strings.Builder
	config.Log = slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	do(newGateway(t, config), r)
	return out.String()
}

func TestAccessLog(t *testing.T) {
	config := Config{APIs: []*template.API{newAPI(template.HTTP, "Api", "POST /pets/{id}")}}
	for payload, want := range map[string]string{
		`{"statusCode":201}`: `level=INFO msg=request method=POST api=Api stage=$default path=/pets/1 route_key="POST /pets/{id}" function="POST /pets/{id}" status=201 duration=0s request_id="njd5uX9KfBU8bvM="
`,
		`{"statusCode":"secret"}`: `level=WARN msg="response refused" function="POST /pets/{id}" request_id="njd5uX9KfBU8bvM=" reason="statusCode is no number"
level=INFO msg=request method=POST api=Api stage=$default path=/pets/1 route_key="POST /pets/{id}" function="POST /pets/{id}" status=500 duration=0s request_id="njd5uX9KfBU8bvM=" reason="statusCode is no number"
`,
	} {
		config.Invoker = returning(payload)
		r := httptest.NewRequest("POST", "/pets/1?token=secret", strings.NewReader("secret"))
		r.Header.Set("Authorization", "secret")
		if diff := cmp.Diff(want, logged(t, config, r)); diff != "" {
			t.Errorf("log of %s (-want +got):\n%s", payload, diff)
		}
	}
}

// withAuth is an API of one route that wants an authorization.
func withAuth(auth *template.Auth) *template.API {
	api := newAPI(template.REST, "Api", "GET /")
	api.Routes[0].Auth = auth
	return api
}

// A client learns only what AWS tells it; the log says what happened.
func TestReasons(t *testing.T) {
	open := newAPI(template.REST, "Api", "GET /pets/{id}", "PUT /pets/{id}", "POST /", "GET /")
	validated := newAPI(template.REST, "Api", "GET /")
	validated.Routes[0].Validator = &template.Validator{Query: []string{"a", "b"}}
	byToken := authBy("ByToken", &template.LambdaAuthorizer{Token: true, Function: "Auth"})
	unkeyed := authBy("All", &template.LambdaAuthorizer{Function: "Auth"})
	keyed := &template.Auth{Authorizer: unkeyed.Authorizer, APIKey: true}
	late := invokerFunc(func(ctx context.Context, _, _ string, _ []byte) ([]byte, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	slow := newAPI(template.REST, "Api", "GET /")
	slow.Routes[0].Timeout = 1
	tests := []struct {
		name   string
		api    *template.API
		fn     Invoker
		method string
		target string
		want   string
	}{
		{"no path", open, nil, "GET", "/x?token=secret", "no route for GET /x"},
		{"no method", open, nil, "POST", "/pets/1", "no route for POST /pets/1; there is GET, PUT"},
		{"method that is not carried", open, nil, "TRACE", "/", "no route for TRACE /; there is GET, POST"},
		{"host of nobody", open, nil, "GET", "http://Pyy.localhost:3000/x", "no route for GET /x; no API or function URL is called Pyy"},
		{"host of the API", open, nil, "GET", "http://api.localhost/x", "no route for GET /x"},
		{"stage of an API", staged(template.REST, "dev", "prod"), nil, "GET", "/prod/b", "no route for GET /prod/b; the stage prod is at the host Api.localhost"},
		{"any other host", open, nil, "GET", "http://example.com/x", "no route for GET /x"},
		{"tunnel", open, nil, "CONNECT", "db.localhost:22", "the tunnel is not allowed"},
		{"IAM", withAuth(&template.Auth{IAM: true}), nil, "GET", "/", "IAM authorization is not emulated"},
		{"Lambda of another template's function", withAuth(authBy("Guard", nil)), nil, "GET", "/", "the function of the authorizer Guard is not in this template"},
		{"Cognito", withAuth(&template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthCognito}}), nil, "GET", "/", "Cognito authorization is not emulated"},
		{"resource policy", withAuth(&template.Auth{Policy: true}), nil, "GET", "/", "resource policy authorization is not emulated"},
		{"API key behind an authorizer", withAuth(keyed), returning(allowing("*")), "GET", "/", "API key authorization is not emulated"},
		{"no token", withAuth(byToken), nil, "GET", "/",
			"an identity source is missing, or the token is none by the validation expression"},
		{"authorizer that says no", withAuth(unkeyed),
			failing(&InvokeError{Message: "Unauthorized", Err: errors.New("refused")}), "GET", "/", "unauthorized"},
		{"broken authorizer", withAuth(keyed), failing(errors.New("crashed")), "GET", "/", "crashed"},
		{"parameters", validated, nil, "GET", "/", "required parameters are missing: a, b"},
		{"function", open, failing(&InvokeError{Err: errors.New("function Fn failed: Runtime.ExitError")}), "GET", "/", "function Fn failed: Runtime.ExitError"},
		{"integration's timeout", slow, late, "GET", "/", "the function took longer than the integration's timeout"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config := Config{APIs: []*template.API{tt.api}, Invoker: tt.fn}
			got := logged(t, config, httptest.NewRequest(tt.method, tt.target, nil))
			_, reason, _ := strings.Cut(got, "msg=request")
			_, reason, _ = strings.Cut(reason, " reason=")
			if got := strings.Trim(reason, "\"\n"); got != tt.want {
				t.Errorf("got reason %q, want %q", got, tt.want)
			}
			if strings.Contains(got, "response refused") || strings.Contains(got, "secret") {
				t.Errorf("got log %s", got)
			}
		})
	}
}

// A stream that has not begun is refused as any other response is.
func TestReasonOfStream(t *testing.T) {
	for name, tt := range map[string]struct {
		fn   Invoker
		want string
	}{
		"function":   {chunks("", errors.New("crashed")), `reason=crashed`},
		"no prelude": {chunks("application/vnd.awslambda.http-integration-response", nil), `reason="the stream ended without a prelude"`},
	} {
		config := Config{APIs: []*template.API{newURL("RESPONSE_STREAM")}, Invoker: tt.fn}
		got := logged(t, config, httptest.NewRequest("GET", urlHost, nil))
		if !strings.HasSuffix(got, tt.want+"\n") {
			t.Errorf("%s: got log %s, want …%s", name, got, tt.want)
		}
	}
}
