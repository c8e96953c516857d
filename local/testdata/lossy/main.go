// Command lossy is a cart as it is commonly kept: loaded, changed and saved whole.
// Of two requests that overlap, the later save undoes what the other added.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/redis/go-redis/v9"
)

type item struct {
	Song     string `json:"song"`
	Quantity int    `json:"quantity"`
}

// cart is that of the only visitor.
type cart struct {
	Items []item `json:"items"`
}

const key = "cart"

func main() {
	options, err := redis.ParseURL(os.Getenv("REDIS_URL"))
	if err != nil {
		panic(err)
	}
	client := redis.NewClient(options)
	lambda.Start(func(ctx context.Context, r events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		c := cart{Items: []item{{Song: "vogue"}}}
		text, err := client.Get(ctx, key).Bytes()
		if err == nil {
			err = json.Unmarshal(text, &c)
		}
		if err != nil && !errors.Is(err, redis.Nil) {
			return events.APIGatewayV2HTTPResponse{}, err
		}
		status := 200
		if r.RequestContext.HTTP.Method == "POST" {
			status, c.Items[0].Quantity = 201, c.Items[0].Quantity+1
		}
		text, err = json.Marshal(c)
		if err == nil && status == 201 {
			err = client.Set(ctx, key, text, 0).Err()
		}
		return events.APIGatewayV2HTTPResponse{StatusCode: status, Body: string(text)}, err
	})
}
