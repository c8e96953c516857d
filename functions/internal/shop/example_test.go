package shop_test

import (
	"context"
	"fmt"

	"github.com/alicebob/miniredis/v2"

	"maru/functions/internal/shop"
)

// An order is placed once per key, however often the client has to ask.
func ExampleShop_PlaceOrder() {
	server, err := miniredis.Run()
	if err != nil {
		panic(err)
	}
	defer server.Close()
	client, err := shop.Connect("redis://" + server.Addr())
	if err != nil {
		panic(err)
	}
	defer client.Close()
	s := shop.New(client, nil)
	items := []shop.Item{{Song: "creep", Quantity: 2, Price: 1300}}
	for range 2 {
		placed, err := s.PlaceOrder(context.Background(), shop.Purchase{User: "kim", Key: "7f3a", Items: items})
		fmt.Println(placed.Order.ID, placed.Order.Total, err)
	}
	// Output:
	// 1 2600 <nil>
	// 1 2600 <nil>
}
