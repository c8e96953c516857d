package api_test

import (
	"context"
	"fmt"

	"maru/functions/internal/api"
	"maru/functions/internal/runtimetest"
)

// A function's main hands what Proxy returns to lambda.Start; here it is called as Lambda does.
func ExampleProxy() {
	handler := api.Proxy(api.Options())
	response, err := handler(context.Background(), runtimetest.Request("OPTIONS", "/cart/items", ""))
	fmt.Println(response.StatusCode, response.Headers["Allow"], err)
	// Output: 204 GET, HEAD, OPTIONS, POST <nil>
}

// The authorities are those of the variable TUNNEL_AUTHORITIES.
func ExampleConnect() {
	handler := api.Proxy(api.Connect("example.com:443, example.org:443"))
	for _, authority := range []string{"example.com:443", "example.com:22"} {
		event := runtimetest.Request("CONNECT", "/", "")
		event.Headers["host"] = authority
		response, err := handler(context.Background(), event)
		fmt.Println(authority, response.StatusCode, err)
	}
	// Output:
	// example.com:443 200 <nil>
	// example.com:22 403 <nil>
}
