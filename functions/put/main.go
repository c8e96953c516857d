// Command put is the Lambda function that answers PUT requests.
package main

import (
	"net/http"
	"os"

	"maru/functions/internal/start"
)

func main() {
	start.Method(http.MethodPut, os.Getenv("REDIS_URL"))
}
