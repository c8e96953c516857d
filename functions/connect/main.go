// Command connect is the Lambda function that decides on CONNECT requests: it
// allows tunnels to the authorities in TUNNEL_AUTHORITIES, and to none if that is
// empty. API Gateway does not carry this method, so the function lives behind
// the local host only.
package main

import (
	"os"

	"maru/functions/internal/api"
	"maru/functions/internal/start"
)

func main() {
	start.Handler(api.Connect(os.Getenv("TUNNEL_AUTHORITIES")))
}
