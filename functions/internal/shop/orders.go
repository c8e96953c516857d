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

// Purchase is what a user asks to order.
type Purchase struct {
	User string
	// Key names the purchase among the user's, for good.
	Key   string
	Items []Item
	// Agreed is the total that the user agreed to. Nil agrees to any.
	Agreed *int
}

func (p Purchase) agrees(total int) bool { return p.Agreed == nil || *p.Agreed == total }

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
// one's order, whatever the items are then. If the user agreed to another total
// than that order's, it returns ErrKeyReused. If nothing was ordered under the
// key before, it returns ErrNoItems where there are none, and ErrTotal where they
// cost something else than the user agreed to.
func (s *Shop) PlaceOrder(ctx context.Context, p Purchase) (Order, error) {
	text := "" // Places nothing, but still finds what was placed before.
	if total := Total(p.Items); len(p.Items) > 0 && p.agrees(total) {
		var err error
		if text, err = encode(1, &Order{Items: p.Items, Total: total, Placed: s.moment()}); err != nil {
			return Order{}, err
		}
	}
	orders := s.orders(p.User)
	stored, err := placeScript.Run(ctx, s.redis, append(orders.keys(), orders.key+":keys"), p.Key, text).StringSlice()
	switch {
	case err != nil:
		return Order{}, fault("placing order", err)
	case len(stored) > 0:
		return placed(stored[0], stored[1], p)
	case len(p.Items) == 0:
		return Order{}, ErrNoItems
	}
	return Order{}, ErrTotal
}

// placed returns the stored order, if it is the one that p asks for.
func placed(id, text string, p Purchase) (Order, error) {
	var order Order
	if err := decode(id, text, &order); err != nil {
		return order, err
	}
	if !p.agrees(order.Total) {
		return Order{}, ErrKeyReused
	}
	return order, nil
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
