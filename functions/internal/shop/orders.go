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
	// Origin names what the items were taken from, as it was then; only one order
	// comes from it. It is empty for a purchase that may be made any number of times.
	Origin string
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

// A Placement is the order that a purchase led to.
type Placement struct {
	Order Order
	// FromOrigin says that the order is the one that came from the purchase's origin.
	// A repeated key may name an order that came from elsewhere, or from there before.
	FromOrigin bool
}

// PlaceOrder places an order of the items exactly once per user and key: a
// second call with the key, at the same time or years later, returns the first
// one's order, whatever the items are then. If the user agreed to another total
// than that order's, it returns ErrKeyReused. If nothing was ordered under the
// key before, it returns ErrOrdered, together with the order, where one came from the origin
// under another key, ErrNoItems where there are no items, and ErrTotal where they
// cost something else than the user agreed to.
func (s *Shop) PlaceOrder(ctx context.Context, p Purchase) (Placement, error) {
	text := "" // Places nothing, but still finds what was placed before.
	if total := Total(p.Items); len(p.Items) > 0 && p.agrees(total) {
		var err error
		if text, err = encode(1, &Order{Items: p.Items, Total: total, Placed: s.moment()}); err != nil {
			return Placement{}, err
		}
	}
	orders := s.orders(p.User)
	keys := append(orders.keys(), orders.key+":keys", orders.key+":origins")
	stored, err := placeScript.Run(ctx, s.redis, keys, p.Key, text, p.Origin).StringSlice()
	switch {
	case err != nil:
		return Placement{}, fault("placing order", err)
	case len(stored) > 0:
		return placed(stored, p)
	case len(p.Items) == 0:
		return Placement{}, ErrNoItems
	}
	return Placement{}, ErrTotal
}

// placed reads what the script found or stored for p: number, document, and whether
// key and origin lead to it.
func placed(stored []string, p Purchase) (Placement, error) {
	byKey, byOrigin := stored[2] == "1", stored[3] == "1"
	found := Placement{FromOrigin: byOrigin}
	err := decode(stored[0], stored[1], &found.Order)
	switch {
	case err != nil:
		return Placement{}, err
	case !byKey:
		return found, ErrOrdered
	case !p.agrees(found.Order.Total):
		return Placement{}, ErrKeyReused
	}
	return found, nil
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
