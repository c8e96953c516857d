package gateway_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"maru/local/internal/gateway"
	"maru/local/internal/template"
)

// greeter is a function that runs in the example's own process.
type greeter struct{}

func (greeter) Invoke(_ context.Context, i gateway.Invocation) (gateway.Result, error) {
	named := strings.Contains(string(i.Event), `"pathParameters":{"name":"Ada"}`)
	return gateway.Result{Payload: fmt.Appendf(nil, `{"statusCode":200,"body":"%s: %t"}`, i.Function, named)}, nil
}

func Example() {
	api := &template.API{
		LogicalID: "ServerlessHttpApi", Kind: template.HTTP, Stage: "$default",
		Routes: []*template.Route{{Method: "GET", Path: "/greet/{name}", Function: "Greet", PayloadFormat: "2.0"}},
	}
	g, err := gateway.New(gateway.Config{APIs: []*template.API{api}, Invoker: greeter{}})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewUnstartedServer(nil)
	g.Configure(server.Config)
	server.Listener = g.Listen(server.Listener)
	server.Start()
	defer server.Close()

	for _, path := range []string{"/greet/Ada", "/nobody"} {
		res, err := http.Get(server.URL + path)
		if err != nil {
			fmt.Println(err)
			return
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		fmt.Println(res.StatusCode, string(body))
	}
	// Output:
	// 200 Greet: true
	// 404 {"message":"Not Found"}
}
