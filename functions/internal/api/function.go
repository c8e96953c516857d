package api

import (
	"log/slog"
	"net/http"

	"maru/functions/internal/shop"
)

// Function returns the handler of one method's function, see API.Method, with the
// shop and the sessions in the Redis at redisURL, see shop.Connect. It fails only
// if it cannot read the URL, and does not talk to Redis yet. log gets what goes
// wrong on our side.
//
// It returns no API, because a caller that is compiled with that is compiled with
// all of go-redis: see package start.
func Function(method, redisURL string, log *slog.Logger) (http.Handler, error) {
	client, err := shop.Connect(redisURL)
	if err != nil {
		return nil, err
	}
	return New(Config{Redis: client, Log: log}).Method(method), nil
}
