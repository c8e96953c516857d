// Package start ends the init phase of a function: it puts the parts together and
// hands the function to Lambda
// (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html).
//
// A main that calls it reads the function's environment variables and does nothing
// else. Neither a main nor this package may name a type of go-redis, or call a
// function that does and is small enough to be inlined: the compiler would generate
// the methods of Client, more than a thousand, in that package again. A test reads
// what was compiled.
package start

import (
	"log/slog"
	"net/http"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"maru/functions/internal/api"
)

// Method starts the function of one method: GET, HEAD, POST, PUT or DELETE. The
// shop and the sessions are in the Redis at redisURL, see shop.Connect. That is not
// asked for anything yet, so a Redis that is away delays no start. Method does not
// return. If it cannot read the URL it logs why and exits with status 1.
func Method(method, redisURL string) {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	handler, err := api.Function(method, redisURL, log)
	if err != nil {
		log.Error("connecting to Redis", slog.Any("error", err))
		os.Exit(1)
	}
	Handler(handler)
}

// Handler starts a function that answers every request with h. It does not return.
// What calls nothing else here is linked without Redis, unless h uses it.
func Handler(h http.Handler) {
	lambda.Start(api.Proxy(h))
}
