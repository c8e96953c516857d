package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"maru/local/internal/gateway/internal/target"
	"maru/local/internal/template"
)

// TestOnePath checks that the route, the authorizer's ARN and the function see
// one path, whatever the client escaped: else a route that is guarded is reached
// through one that is open.
func TestOnePath(t *testing.T) {
	tests := []struct {
		kind   template.Kind
		target string
		status int
		path   string // as the open function sees it
	}{
		{template.HTTP, "/admin/u", 401, ""},
		{template.HTTP, "/%61dmin/u", 401, ""},
		{template.HTTP, "/admin%2fu", 401, ""},
		{template.HTTP, "/%2Fadmin/u", 401, ""},
		{template.HTTP, "/%2561dmin/u", 401, ""},
		{template.HTTP, "/admin%252fu", 401, ""},
		{template.HTTP, "/admin/%253f", 401, ""},
		{template.HTTP, "/admin/u%3F/open", 401, ""},
		{template.HTTP, "/%252561dmin/u", 200, "/%61dmin/u"},
		{template.HTTP, "/x%2Fadmin", 200, "/x/admin"},
		{template.REST, "/admin/u", 401, ""},
		{template.REST, "/%61dmin/u", 200, "/%61dmin/u"},
		{template.REST, "/admin%2fu", 200, "/admin%2fu"},
	}
	for _, tt := range tests {
		t.Run(tt.kind.String()+tt.target, func(t *testing.T) {
			api := newAPI(tt.kind, "Api", "ANY /admin/{x+}", "ANY /{proxy+}")
			api.Routes[0].Auth = &template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthJWT}}
			w := do(newGateway(t, Config{APIs: []*template.API{api}, Invoker: echoing}), newRequest("GET", tt.target, ""))
			var e struct{ RawPath, Path string }
			if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
				t.Fatal(err)
			}
			if got := e.RawPath + e.Path; w.Code != tt.status || got != tt.path {
				t.Errorf("got %d with path %q, want %d with %q", w.Code, got, tt.status, tt.path)
			}
		})
	}
}

// TestPathThatOneKindDecodes has paths that an HTTP API refuses: where all APIs are
// merged, a REST API takes those of its routes, and an HTTP API refuses the others.
func TestPathThatOneKindDecodes(t *testing.T) {
	rest, http := newAPI(template.REST, "Rest", "GET /r/{x}", "GET /both/{x}"), newAPI(template.HTTP, "Http", "GET /h/{x}", "GET /both/{x}")
	g := newGateway(t, Config{APIs: []*template.API{http, rest, urlOf("Url", "Fn")}, Methods: map[string]string{"TRACE": "Trace"}, Invoker: echoing})
	for _, tt := range []struct {
		method, target string
		status         int
	}{
		{"GET", "/r/%25", 200},
		{"GET", "/h/%25", 400},
		{"GET", "/both/%25", 400},
		{"GET", "/else/%25", 403},
		{"GET", "http://rest.localhost/both/%25", 200},
		{"GET", "http://http.localhost/else/%25", 400},
		{"GET", "http://url.localhost/%25", 200},
		{"TRACE", "/%25", 400},
	} {
		if w := do(g, newRequest(tt.method, tt.target, "")); w.Code != tt.status {
			t.Errorf("%s %s: got %d %s, want %d", tt.method, tt.target, w.Code, w.Body, tt.status)
		}
	}
}

func TestStageOfOneAPI(t *testing.T) {
	g := newGateway(t, Config{APIs: []*template.API{newAPI(template.REST, "Api", "GET /pets")}, Invoker: echoing})
	for target, want := range map[string]int{
		"http://api.localhost/Prod/pets": 200,
		"http://api.localhost/pets":      200,
		"http://localhost/Prod/pets":     403,
	} {
		if w := do(g, httptest.NewRequest("GET", target, nil)); w.Code != want {
			t.Errorf("%s: got %d, want %d", target, w.Code, want)
		}
	}
}

// TestOnePathHoweverEscaped has random paths in random escapes, up to four deep: the
// route is the one that the decoded path meets, and its authorizer's ARN and event and
// the function's event have that path.
func TestOnePathHoweverEscaped(t *testing.T) {
	asked := &asking{}
	api := newAPI(template.HTTP, "Api", "ANY /admin", "ANY /admin/{x+}", "ANY /open/{id}", "ANY /%61dmin/a%2Fb", "ANY /{proxy+}")
	is := template.LambdaAuthorizer{Function: "guard", PayloadFormat: "2.0", SimpleResponses: true}
	for _, route := range api.Routes[:2] {
		route.Auth = authBy("Guard", &is)
	}
	g := newGateway(t, Config{APIs: []*template.API{api}, Invoker: asked})
	refused := 0
	for seed := range uint64(20_000) {
		sent := escapedPath(rand.New(rand.NewPCG(seed, 0)))
		want, decodes := decodedTwice(sent)
		*asked = asking{}
		w := serveTarget(g, sent)
		if !decodes {
			if refused++; w.Code != 400 || w.Body.String() != `{"message":"Bad Request"}` || asked.events != nil {
				t.Fatalf("seed %d, %s: got %d %s and the events %s, want 400 and none", seed, sent, w.Code, w.Body, asked.events)
			}
			continue
		}
		got := slices.Clone(asked.events)
		plain := strings.NewReplacer("%", "%2525", "?", "%253F").Replace(want)
		*asked = asking{}
		serveTarget(g, plain)
		if len(got) == 0 || len(got) != len(asked.events) {
			t.Fatalf("seed %d, %s: got the events %s, but of %s %s", seed, sent, got, plain, asked.events)
		}
		want = string([]rune(want)) // as JSON has it
		for i, e := range got {
			if e != asked.events[i] || e.RawPath != want || e.RequestContext.HTTP.Path != want || !e.isAskedOf(target.MergeSlashes(want)) {
				t.Fatalf("seed %d, %s: got the event %+v, but of %s %+v, want the path %s", seed, sent, e, plain, asked.events[i], want)
			}
		}
	}
	if refused == 0 {
		t.Error("no path was refused")
	}
}

// pathEvent is what an event says of the path; routeArn is an authorizer's alone.
type pathEvent struct {
	RouteKey, RawPath, RouteArn string
	RequestContext              struct{ HTTP struct{ Path string } }
}

// isAskedOf tells whether an authorizer is asked about a path, or nobody is asked.
func (e pathEvent) isAskedOf(path string) bool {
	return e.RouteArn == "" || strings.HasSuffix(e.RouteArn, "/$default/GET"+path)
}

// asking is an Invoker that keeps events, and lets everybody in.
type asking struct{ events []pathEvent }

func (a *asking) Invoke(_ context.Context, i Invocation) (Result, error) {
	var e pathEvent
	err := json.Unmarshal(i.Event, &e)
	a.events = append(a.events, e)
	return Result{Payload: []byte(`{"isAuthorized":true,"statusCode":200}`)}, err
}

// serveTarget sends a GET whose target need not be what net/http takes.
func serveTarget(g *Gateway, target string) *httptest.ResponseRecorder {
	r := newRequest("GET", "/", "")
	r.RequestURI = target
	return do(g, r)
}

// escapedPath makes a path of what routes have and what escapes are made of, and
// escapes characters of it again and again.
func escapedPath(random *rand.Rand) string {
	words := []string{"/", "/", "admin", "open", "a", "b", "%", "?", "%2", "é", " ", "//"}
	path := ""
	for range 1 + random.IntN(6) {
		path += words[random.IntN(len(words))]
	}
	for range random.IntN(5) {
		var b strings.Builder
		for i := range len(path) {
			if random.IntN(4) == 0 {
				fmt.Fprintf(&b, []string{"%%%02x", "%%%02X"}[random.IntN(2)], path[i])
			} else {
				b.WriteByte(path[i])
			}
		}
		path = b.String()
	}
	return "/" + strings.NewReplacer("?", "%3F", " ", "%20").Replace(path)
}

// decodedTwice is what an HTTP API makes of a path, by net/url.
func decodedTwice(sent string) (path string, ok bool) {
	once, err := url.PathUnescape(sent)
	if err != nil {
		return "", false
	}
	once, _, _ = strings.Cut(once, "?")
	path, err = url.PathUnescape(once)
	return path, err == nil
}
