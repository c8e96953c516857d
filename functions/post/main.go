// Command post is the Lambda function that answers POST requests.
package main

import (
	"net/http"
	"os"

	"maru/functions/internal/start"
)

func main() {
	start.Method(http.MethodPost, os.Getenv("REDIS_URL"))
}
