// Command options is the Lambda function that answers OPTIONS requests, from the
// route table alone.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"maru/functions/internal/api"
)

func main() {
	lambda.Start(api.Proxy(api.Options()))
}
