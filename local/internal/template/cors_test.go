package template

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The routes and headers that SAM's translator makes of a REST API's Cors.
func TestRESTCORS(t *testing.T) {
	const event = "{Type: Api, Properties: {Path: /x, Method: %s, RestApiId: !Ref Rest}}"
	for _, test := range []struct {
		name, cors, method string
		want               map[string]string
	}{
		{"origin alone", `"'*'"`, "get", map[string]string{
			"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET,OPTIONS",
		}},
		{"any method", `"'*'"`, "any", map[string]string{
			"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT",
		}},
		{"everything", `{AllowOrigin: "'https://a.example'", AllowMethods: "'GET'", AllowHeaders: "'X-A,X-B'", MaxAge: "'600'", AllowCredentials: true}`, "get",
			map[string]string{
				"Access-Control-Allow-Origin": "https://a.example", "Access-Control-Allow-Methods": "GET",
				"Access-Control-Allow-Headers": "X-A,X-B", "Access-Control-Max-Age": "600", "Access-Control-Allow-Credentials": "true",
			}},
		{"defaults", "{MaxAge: \"'1'\"}", "get", map[string]string{
			"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET,OPTIONS", "Access-Control-Max-Age": "1",
		}},
		{"an OPTIONS of its own", `"'*'"`, "options", nil},
		{"none", "", "get", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, withCORS(test.cors, "", fmt.Sprintf(event, test.method)))
			var got map[string]string
			for _, r := range s.APIs[0].Routes {
				if r.Mock == nil {
					continue
				}
				got = r.Mock.Headers
				if r.Method != "OPTIONS" || r.Path != "/x" || r.Mock.StatusCode != 200 || r.Mock.Body != "{}\n" {
					t.Errorf("got %s %s with %d and %q, want OPTIONS /x with 200 and SAM's body", r.Method, r.Path, r.Mock.StatusCode, r.Mock.Body)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
		})
	}
}

// withCORS gives the template apis with a Cors and a CorsConfiguration.
func withCORS(rest, http, event string) string {
	src := withAuth("", "", event)
	if rest != "" {
		src = strings.Replace(src, "StageName: v1,", "StageName: v1, Cors: "+rest+",", 1)
	}
	if http != "" {
		src = strings.Replace(src, "{Auth: {}}}\n  F", "{CorsConfiguration: "+http+"}}\n  F", 1)
	}
	return src
}

// AddDefaultAuthorizerToCorsPreflight and AddApiKeyRequiredToCorsPreflight are
// true where the template says nothing.
func TestPreflightAuth(t *testing.T) {
	const auth = "DefaultAuthorizer: P, Authorizers: {P: {UserPoolArn: a}}"
	for _, test := range []struct{ name, auth, want string }{
		{"default", "{" + auth + "}", "OPTIONS /x → mock 200 Cognito P"},
		{"without", "{AddDefaultAuthorizerToCorsPreflight: false, " + auth + "}", "OPTIONS /x → mock 200"},
		{"key", "{ApiKeyRequired: true}", "OPTIONS /x → mock 200 API key +key"},
		{"without key", "{ApiKeyRequired: true, AddApiKeyRequiredToCorsPreflight: false}", "OPTIONS /x → mock 200"},
	} {
		t.Run(test.name, func(t *testing.T) {
			src := withCORS(`"'*'"`, "", "{Type: Api, Properties: {Path: /x, Method: get, RestApiId: !Ref Rest}}")
			got := served(mustParse(t, strings.Replace(src, "Auth: {}", "Auth: "+test.auth, 1)))
			if got[1] != test.want {
				t.Errorf("got %q, want %q", got[1], test.want)
			}
		})
	}
}

func TestHTTPCORS(t *testing.T) {
	seconds := 300
	for _, test := range []struct {
		name, cors string
		want       *CORS
	}{
		{"none", "", nil},
		{"true", "true", &CORS{AllowOrigins: []string{"*"}}},
		{"false", "false", nil},
		{"object", "{AllowOrigins: [https://a.example], AllowMethods: [GET, '*'], AllowHeaders: [x-a], ExposeHeaders: [x-b], MaxAge: 300, AllowCredentials: true}",
			&CORS{
				AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"GET", "*"}, AllowHeaders: []string{"x-a"},
				ExposeHeaders: []string{"x-b"}, MaxAge: &seconds, AllowCredentials: true,
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, withCORS("", test.cors, "{Type: SQS}"))
			if diff := cmp.Diff(test.want, s.APIs[1].CORS); diff != "" {
				t.Errorf("CORS (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCORSProblems(t *testing.T) {
	_, err := parse(withCORS("{AllowCredentials: true}", "", "{Type: SQS}"), Options{})
	if diff := cmp.Diff([]string{"template.yaml:3:72: AllowCredentials cannot be true where AllowOrigin is '*'"}, messages(err)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	got := noted(mustParse(t, withCORS("{AllowOrigin: https://a.example}", "", "{Type: SQS}")))[0]
	want := `3:86 approximated Rest.Cors: API Gateway wants this value in single quotes too: "'https://a.example'"`
	if got != want {
		t.Errorf("note: got %q, want %q", got, want)
	}
}
