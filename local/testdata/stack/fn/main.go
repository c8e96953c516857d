// Command fn is the function of the end-to-end tests: MODE says what it does.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
)

type function struct{ calls int }

// Invoke answers with the bytes that the gateway gets to see.
func (f *function) Invoke(_ context.Context, event []byte) ([]byte, error) {
	f.calls++
	switch os.Getenv("MODE") {
	case "echo": // the event as the body
		return json.Marshal(map[string]any{"statusCode": 200, "body": string(event)})
	case "count":
		return json.Marshal(map[string]any{"calls": f.calls, "pid": os.Getpid()})
	case "sleep":
		select {}
	case "exit":
		fmt.Println("leaving")
		os.Exit(3)
	case "text":
		return []byte("this is no JSON"), nil
	case "large":
		return json.Marshal(strings.Repeat("x", 7<<20))
	case "environment":
		return json.Marshal(map[string]any{"own": os.Getenv("OWN"), "extra": os.Getenv("EXTRA"), "host": os.Getenv("OF_THE_HOST")})
	}
	return nil, fmt.Errorf("unknown MODE %q", os.Getenv("MODE"))
}

func main() { lambda.StartHandler(new(function)) }
