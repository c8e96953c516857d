package shop

import (
	"context"
	"time"
)

// Item is a song in a cart or in an order.
type Item struct {
	Song     string `json:"song"`
	Quantity int    `json:"quantity"`
	// Price is that of one copy, in whole won.
	Price int `json:"price"`
}

// Order is what a user has bought.
type Order struct {
	ID    string `json:"id,omitempty"`
	Items []Item `json:"items"`
	// Total is in whole won.
	Total  int       `json:"total"`
	Placed time.Time `json:"placed"`
}

// number tells the order its ID. An order never changes, so it has no version.
func (o *Order) number(id string, _ int) { o.ID = id }

var placeScript = script("place")

func (s *Shop) orders(user string) series[Order, *Order] {
	return series[Order, *Order]{s.redis, "shop:{user:" + user + "}:orders"}
}

// Total returns what the items cost together, in whole won.
func Total(items []Item) int {
	total := 0
	for _, item := range items {
		total += item.Quantity * item.Price
	}
	return total
}

// PlaceOrder places an order of the items exactly once per user and key: a
// second call with the key, at the same time or years later, returns the first
// one's order, whatever the items are then. It returns ErrNoItems if there are
// none and nothing was ordered under the key before.
func (s *Shop) PlaceOrder(ctx context.Context, user, key string, items []Item) (Order, error) {
	text := ""
	if len(items) > 0 {
		var err error
		if text, err = encode(1, &Order{Items: items, Total: Total(items), Placed: s.moment()}); err != nil {
			return Order{}, err
		}
	}
	orders := s.orders(user)
	stored, err := placeScript.Run(ctx, s.redis, append(orders.keys(), orders.key+":keys"), key, text).StringSlice()
	if err != nil {
		return Order{}, fault("placing order", err)
	}
	if len(stored) == 0 {
		return Order{}, ErrNoItems
	}
	var order Order
	err = decode(stored[0], stored[1], &order)
	return order, err
}

// Orders returns a page of the user's orders, newest first, and whether there are older ones.
func (s *Shop) Orders(ctx context.Context, user string, p Page) ([]Order, bool, error) {
	return s.orders(user).page(ctx, p, newestFirst)
}

// Order returns the user's order with this ID, or ErrNotFound. The IDs of one
// user's orders say nothing of another's.
func (s *Shop) Order(ctx context.Context, user, id string) (Order, error) {
	return s.orders(user).get(ctx, id)
}
