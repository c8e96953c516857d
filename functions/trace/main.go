// Command trace is the Lambda function that answers TRACE requests. API Gateway
// does not carry this method, so the function lives behind the local host only.
package main

import (
	"maru/functions/internal/api"
	"maru/functions/internal/start"
)

func main() {
	start.Handler(api.Trace())
}
