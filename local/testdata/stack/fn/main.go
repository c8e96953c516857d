// Command fn is the function of the end-to-end tests: MODE says what it does.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/events"
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

// stream answers in two pieces, under a status and a header of its own.
func stream(context.Context) (*events.LambdaFunctionURLStreamingResponse, error) {
	return &events.LambdaFunctionURLStreamingResponse{
		StatusCode: 201, Headers: map[string]string{"Content-Type": "text/plain"},
		Body: io.MultiReader(strings.NewReader("one\n"), strings.NewReader("two\n")),
	}, nil
}

func main() {
	if os.Getenv("MODE") == "stream" {
		lambda.Start(stream)
	}
	lambda.StartHandler(new(function))
}
