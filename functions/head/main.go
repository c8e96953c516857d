// Command head is the Lambda function that answers HEAD requests: as GET, with a
// body that the gateway measures and leaves out.
package main

import (
	"net/http"
	"os"

	"maru/functions/internal/start"
)

func main() {
	start.Method(http.MethodHead, os.Getenv("REDIS_URL"))
}
