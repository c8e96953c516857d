// Command get is the Lambda function that answers GET requests.
package main

import (
	"net/http"
	"os"

	"maru/functions/internal/start"
)

func main() {
	start.Method(http.MethodGet, os.Getenv("REDIS_URL"))
}
