// Command trace is the Lambda function that answers TRACE requests. API Gateway
// does not carry this method, so the function lives behind the local host only.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"maru/functions/internal/api"
)

func main() {
	lambda.Start(api.Proxy(api.Trace()))
}
