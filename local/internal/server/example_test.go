package server_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"

	"maru/local/internal/server"
)

// saying is a handler that says one thing.
func saying(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, text) })
}

// A server changes its handler while its clients' connections stand.
func Example() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	s := server.New(saying("from the first"), server.Config{})
	s.Listen(l, nil)
	for range 2 {
		res, err := http.Get("http://" + l.Addr().String())
		if err != nil {
			fmt.Println(err)
			return
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		fmt.Print(res.Proto, " ", string(body))
		s.Swap(saying("from the second"))
	}
	http.DefaultClient.CloseIdleConnections()
	fmt.Println("closed:", s.Close(context.Background()))
	// Output:
	// HTTP/1.1 from the first
	// HTTP/1.1 from the second
	// closed: <nil>
}
