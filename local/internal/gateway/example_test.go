package gateway_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"maru/local/internal/gateway"
	"maru/local/internal/server"
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
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	s := server.New(g, server.Config{})
	s.Listen(l, nil)
	defer s.Close(context.Background())

	for _, path := range []string{"/greet/Ada", "/nobody"} {
		res, err := http.Get("http://" + l.Addr().String() + path)
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
