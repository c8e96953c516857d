// Command delete is the Lambda function that answers DELETE requests.
package main

import (
	"net/http"
	"os"

	"maru/functions/internal/start"
)

func main() {
	start.Method(http.MethodDelete, os.Getenv("REDIS_URL"))
}
