package gateway

import (
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"maru/local/internal/gateway/internal/ids"
	"maru/local/internal/gateway/internal/rawjson"
	"maru/local/internal/template"
)

var update = flag.Bool("update", false, "write golden files anew")

// invokerFunc is an Invoker that is one function.
type invokerFunc func(ctx context.Context, function, traceID string, event []byte) ([]byte, error)

// Invoke is that of a function that does not stream.
func (f invokerFunc) Invoke(ctx context.Context, i Invocation) (Result, error) {
	payload, err := f(ctx, i.Function, i.TraceID, i.Event)
	if err == nil && i.Begin != nil {
		_, err = i.Begin("application/json", time.Time{}).Write(payload)
	}
	return Result{Payload: payload}, err
}

// returning is a function that always returns this payload.
func returning(payload string) Invoker {
	return invokerFunc(func(context.Context, string, string, []byte) ([]byte, error) {
		return []byte(payload), nil
	})
}

// failing is a function that always ends in this error.
func failing(err error) Invoker {
	return invokerFunc(func(context.Context, string, string, []byte) ([]byte, error) {
		return nil, err
	})
}

// echoing is a function that answers with its event.
var echoing = invokerFunc(func(_ context.Context, _, _ string, event []byte) ([]byte, error) {
	w := rawjson.Writer{}
	w.Open('{')
	w.Number("statusCode", 200)
	w.Bytes("body", event, false)
	w.Close('}')
	return w.Buf, nil
})

// An event's time and IDs in tests.
var testTime = time.Date(2020, time.March, 4, 19, 15, 17, 135e6, time.UTC)

func testIDs() ids.Source {
	n := uint64(0)
	return ids.Source{
		Now:    func() time.Time { return testTime },
		Random: func() uint64 { n++; return n * 0x9e3779b97f4a7c15 },
	}
}

// newGateway makes a Gateway with a fixed clock and fixed IDs.
func newGateway(t testing.TB, config Config) *Gateway {
	t.Helper()
	config.AccountID, config.Region = "123456789012", "eu-west-1"
	g, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	g.ids = testIDs()
	return g
}

// newAPI makes an explicit API of routes like "GET /pets/{id}", each with a
// function of the same name.
func newAPI(kind template.Kind, id string, routes ...string) *template.API {
	api := &template.API{LogicalID: id, ID: "abcdefghij", Kind: kind, Stage: "$default"}
	format := "2.0"
	if kind == template.REST {
		api.Stage, format = "Prod", "1.0"
	}
	for _, key := range routes {
		method, path, found := strings.Cut(key, " ")
		if !found {
			method, path = "ANY", key
		}
		api.Routes = append(api.Routes, &template.Route{Method: method, Path: path, Function: key, PayloadFormat: format})
	}
	return api
}

// do sends a request through a Gateway, without a network.
func do(g *Gateway, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	return w
}

func get(g *Gateway, target string) *httptest.ResponseRecorder {
	return do(g, httptest.NewRequest(http.MethodGet, target, nil))
}

func TestFunctionIsInvokedWithEventAndTrace(t *testing.T) {
	var function, trace string
	g := newGateway(t, Config{
		APIs: []*template.API{newAPI(template.HTTP, "Api", "GET /pets")},
		Invoker: invokerFunc(func(_ context.Context, f, id string, event []byte) ([]byte, error) {
			function, trace = f, id
			return []byte(`{"statusCode":201,"body":"made"}`), nil
		}),
	})
	w := get(g, "/pets")
	if w.Code != 201 || w.Body.String() != "made" {
		t.Errorf("got %d %q, want 201 made", w.Code, w.Body)
	}
	if function != "GET /pets" {
		t.Errorf("got function %q, want GET /pets", function)
	}
	if !regexp.MustCompile(`^Root=1-\w{8}-\w{24};Parent=\w{16};Sampled=0$`).MatchString(trace) {
		t.Errorf("got trace ID %q, want Root, Parent and Sampled=0", trace)
	}
}

func TestNewRefusesRoutesThatCannotBe(t *testing.T) {
	for _, path := range []string{"pets", "", "/{proxy+}/pets", "$connect"} {
		api := newAPI(template.HTTP, "Api")
		api.Routes = []*template.Route{{Method: "GET", Path: path}}
		if _, err := New(Config{APIs: []*template.API{api}}); err == nil {
			t.Errorf("path %q: got no error", path)
		} else if !strings.Contains(err.Error(), "Api") {
			t.Errorf("path %q: got error %q, want one that names the API", path, err)
		}
	}
}

func TestNewLeavesMethodsToTheAPIs(t *testing.T) {
	if _, err := New(Config{Methods: map[string]string{"GET": "Get"}}); err == nil {
		t.Error("got no error for a function that takes every GET")
	}
}

func TestNothingThere(t *testing.T) {
	rest, http := newAPI(template.REST, "Rest", "GET /r"), newAPI(template.HTTP, "Http", "GET /h")
	tests := []struct {
		name   string
		apis   []*template.API
		target string
		status int
		body   string
	}{
		{"no API", nil, "/x", 404, `{"message":"Not Found"}`},
		{"B.6 HTTP API", []*template.API{http}, "/x", 404, `{"message":"Not Found"}`},
		{"A.21 REST API, as recorded in test_routing_not_found", []*template.API{rest}, "/x", 403, `{"message":"Missing Authentication Token"}`},
		{"both", []*template.API{http, rest}, "/x", 403, `{"message":"Missing Authentication Token"}`},
		{"both, at the HTTP API's own host", []*template.API{http, rest}, "http://Http.localhost/x", 404, `{"message":"Not Found"}`},
		{"at its own host an API is alone", []*template.API{http, rest}, "http://Http.localhost/r", 404, `{"message":"Not Found"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := get(newGateway(t, Config{APIs: tt.apis, Invoker: returning(`{}`)}), tt.target)
			if w.Code != tt.status || w.Body.String() != tt.body {
				t.Errorf("got %d %s, want %d %s", w.Code, w.Body, tt.status, tt.body)
			}
		})
	}
}

func TestClientThatGoesAwayDoesNotStopTheFunction(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	ended := errors.New("not run")
	g := newGateway(t, Config{
		APIs: []*template.API{newAPI(template.HTTP, "Api", "GET /")},
		Invoker: invokerFunc(func(ctx context.Context, _, _ string, event []byte) ([]byte, error) {
			leave()
			ended = ctx.Err()
			return []byte(`{"statusCode":200}`), nil
		}),
	})
	do(g, httptest.NewRequest("GET", "/", nil).WithContext(ctx))
	if ended != nil {
		t.Errorf("got a function's context that ended with %v, want one that goes on", ended)
	}
}

func TestConcurrentRequestsKeepApart(t *testing.T) {
	g, err := New(Config{APIs: []*template.API{newAPI(template.HTTP, "Api", "POST /{proxy+}")}, Invoker: echoing})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(g)
	defer server.Close()
	done := make(chan error)
	for i := range 8 {
		go func() {
			body := strings.Repeat(string(rune('a'+i)), 1000)
			for range 20 {
				res, err := http.Post(server.URL+"/"+body[:10], "text/plain", strings.NewReader(body))
				if err != nil {
					done <- err
					return
				}
				event, _ := io.ReadAll(res.Body)
				res.Body.Close()
				if !strings.Contains(string(event), `"body":"`+body+`"`) || !strings.Contains(string(event), `"rawPath":"/`+body[:10]+`"`) {
					done <- errors.New("got another request's event: " + string(event))
					return
				}
			}
			done <- nil
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
