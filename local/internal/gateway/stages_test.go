package gateway

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template"
)

// staged is an API with routes in several stages, each with a variable and a function of
// its own.
func staged(kind template.Kind, names ...string) *template.API {
	var stages []*template.API
	for _, name := range names {
		api := newAPI(kind, "Api", "GET /{id}/a", "GET /b")
		api.Stage, api.StageVariables = name, map[string]string{"own": "of " + name}
		for _, r := range api.Routes {
			r.Function = name + "Function"
		}
		stages = append(stages, api)
	}
	stages[0].Stages = stages[1:]
	return stages[0]
}

// Each stage of an API answers at the API's own address with its variables and its
// functions; a path without a stage is the first one's.
func TestStages(t *testing.T) {
	for _, tt := range []struct {
		kind                                  template.Kind
		target, stage, variable, fn, id, path string
	}{
		{template.REST, "http://api.localhost/prod/5/a", "prod", "of prod", "prodFunction", "5", "/prod/5/a"},
		{template.REST, "http://api.localhost/dev/5/a", "dev", "of dev", "devFunction", "5", "/dev/5/a"},
		{template.REST, "http://api.localhost/5/a", "dev", "of dev", "devFunction", "5", "/dev/5/a"},
		{template.REST, "http://other.localhost/prod/a", "dev", "of dev", "devFunction", "prod", "/dev/prod/a"},
		{template.HTTP, "http://api.localhost/prod/5/a", "prod", "of prod", "prodFunction", "5", "/prod/5/a"},
		{template.HTTP, "http://api.localhost/5/a", "$default", "of $default", "$defaultFunction", "5", "/5/a"},
	} {
		first := map[template.Kind]string{template.REST: "dev", template.HTTP: "$default"}[tt.kind]
		var function string
		g := newGateway(t, Config{APIs: []*template.API{staged(tt.kind, first, "prod")}, Invoker: reporting(func(i Invocation) (Result, error) {
			function = i.Function
			return echoing.Invoke(t.Context(), i)
		})})
		var event struct {
			StageVariables, PathParameters map[string]string
			RequestContext                 struct {
				Stage, Path string
				HTTP        struct{ Path string }
			}
		}
		w := get(g, tt.target)
		if err := json.Unmarshal(w.Body.Bytes(), &event); err != nil || w.Code != 200 {
			t.Errorf("%s: got %d %s, want an event", tt.target, w.Code, w.Body)
			continue
		}
		got := []string{event.RequestContext.Stage, event.StageVariables["own"], function, event.PathParameters["id"],
			event.RequestContext.Path + event.RequestContext.HTTP.Path}
		if diff := cmp.Diff([]string{tt.stage, tt.variable, tt.fn, tt.id, tt.path}, got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.kind, tt.target, diff)
		}
	}
}

// What an authorizer said of one stage is not remembered for another: its policy speaks of
// the stage.
func TestAuthorizerOfStages(t *testing.T) {
	api := staged(template.REST, "dev", "prod")
	guard := &template.Auth{Authorizer: &template.Authorizer{Name: "Guard", Kind: template.AuthLambda, Lambda: &template.LambdaAuthorizer{
		Function: "guard", Token: true, IdentitySources: []string{"method.request.header.Authorization"}, TTL: 300e9, PayloadFormat: "1.0",
	}}}
	for _, there := range api.EveryStage() {
		there.Routes[1].Auth = guard
	}
	fn := &stack{answer: `{"principalId": "me", "policyDocument": {"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/dev/GET/b"}]}}`}
	g := newGateway(t, Config{APIs: []*template.API{api}, Invoker: fn})
	for target, want := range map[string]int{"http://api.localhost/dev/b": 200, "http://api.localhost/prod/b": 403} {
		r := newRequest("GET", target, "")
		r.Header.Set("Authorization", "token")
		if w := do(g, r); w.Code != want {
			t.Errorf("%s: got %d, want %d", target, w.Code, want)
		}
	}
	if len(fn.asked) != 2 {
		t.Errorf("the authorizer was asked %d times, want once for each stage", len(fn.asked))
	}
}
