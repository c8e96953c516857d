// Command post is the Lambda function that answers POST requests.
package main

import (
	"log/slog"
	"net/http"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"maru/functions/internal/api"
	"maru/functions/internal/shop"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	redis, err := shop.Connect(os.Getenv("REDIS_URL"))
	if err != nil {
		log.Error("connecting to Redis", slog.Any("error", err))
		os.Exit(1)
	}
	app := api.New(api.Config{Redis: redis, Log: log})
	lambda.Start(api.Proxy(app.Method(http.MethodPost)))
}
