// Command options is the Lambda function that answers OPTIONS requests, from the
// route table alone.
package main

import (
	"maru/functions/internal/api"
	"maru/functions/internal/start"
)

func main() {
	start.Handler(api.Options())
}
