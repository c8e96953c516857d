package shop_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/functions/internal/shop"
)

func testPlaceOrder(t *testing.T, s *shop.Shop, c *clock) {
	ctx := t.Context()
	items := []shop.Item{{Song: "creep", Quantity: 2, Price: 1300}, {Song: "torn", Quantity: 1, Price: 1100}}
	if _, err := s.PlaceOrder(ctx, shop.Purchase{User: "김", Key: "key"}); err != shop.ErrNoItems {
		t.Errorf("got error %v for an empty order, want ErrNoItems", err)
	}
	want := shop.Order{ID: "1", Items: items, Total: 3700, Placed: noon}
	placed, err := s.PlaceOrder(ctx, shop.Purchase{User: "김", Key: "key", Items: items})
	compare(t, want, placed.Order, err)

	c.Time = noon.AddDate(1, 0, 0)
	for _, items := range [][]shop.Item{items, items[:1], nil} {
		again, err := s.PlaceOrder(ctx, shop.Purchase{User: "김", Key: "key", Items: items})
		compare(t, want, again.Order, err)
	}
	second, err := s.PlaceOrder(ctx, shop.Purchase{User: "김", Key: "another key", Items: items[:1]})
	compare(t, shop.Order{ID: "2", Items: items[:1], Total: 2600, Placed: c.Time}, second.Order, err)
	orders, more, err := s.Orders(ctx, "김", shop.Page{Limit: 5})
	if diff := cmp.Diff([]shop.Order{second.Order, want}, orders); diff != "" || more || err != nil {
		t.Errorf("got more %t, error %v, orders (-want +got):\n%s", more, err, diff)
	}
	if _, err := s.Order(ctx, "lee", "1"); err != shop.ErrNotFound {
		t.Errorf("another's order: got error %v, want ErrNotFound", err)
	}
}

// An order of a total that the user did not agree to is neither placed nor found.
func testPlaceOrderAgreed(t *testing.T, s *shop.Shop, _ *clock) {
	items := []shop.Item{{Song: "creep", Quantity: 2, Price: 1300}}
	total := func(n int) *int { return &n }
	tests := []struct {
		key    string
		items  []shop.Item
		agreed *int
		err    error
	}{
		{"one", items, total(2500), shop.ErrTotal},
		{"one", nil, total(2600), shop.ErrNoItems},
		{"one", items, total(2600), nil},
		{"one", items, nil, nil},
		{"one", nil, total(2600), nil},
		{"one", items, total(2500), shop.ErrKeyReused},
		{"one", nil, total(0), shop.ErrKeyReused},
		{"two", items, total(2500), shop.ErrTotal},
	}
	for _, tt := range tests {
		placed, err := s.PlaceOrder(t.Context(), shop.Purchase{User: "kim", Key: tt.key, Items: tt.items, Agreed: tt.agreed})
		if err != tt.err || err == nil && placed.Order.ID != "1" {
			t.Errorf("%+v: got order %q, error %v", tt, placed.Order.ID, err)
		}
	}
}

func testPlaceOrderAtOnce(t *testing.T, s *shop.Shop, _ *clock) {
	var clicks sync.WaitGroup
	for range 16 {
		clicks.Go(func() {
			placed, err := s.PlaceOrder(t.Context(), shop.Purchase{User: "kim", Key: "key", Items: []shop.Item{{Song: "creep", Quantity: 1, Price: 1300}}})
			if err != nil || placed.Order.ID != "1" {
				t.Errorf("got order %q, %v, want 1", placed.Order.ID, err)
			}
		})
	}
	clicks.Wait()
	orders, _, err := s.Orders(t.Context(), "kim", shop.Page{Limit: 5})
	if err != nil || len(orders) != 1 {
		t.Errorf("got %d orders, %v, want 1", len(orders), err)
	}
}

// One order comes from an origin, whatever the keys; who is too late learns which.
func testPlaceOrderOfOrigin(t *testing.T, s *shop.Shop, _ *clock) {
	items := []shop.Item{{Song: "creep", Quantity: 2, Price: 1300}}
	none := 0
	tests := []struct {
		user, key, origin string
		items             []shop.Item
		agreed            *int
		id                string
		fromOrigin        bool
		err               error
	}{
		{"kim", "one", "cart.0", nil, nil, "", false, shop.ErrNoItems},
		{"kim", "one", "cart.0", items, nil, "1", true, nil},
		{"kim", "one", "cart.0", items, nil, "1", true, nil},
		{"kim", "two", "cart.0", items, nil, "1", true, shop.ErrOrdered},
		{"kim", "two", "cart.0", nil, &none, "1", true, shop.ErrOrdered},
		{"kim", "one", "cart.1", items, nil, "1", false, nil},
		{"kim", "two", "cart.1", items, nil, "2", true, nil},
		{"kim", "two", "cart.0", items, nil, "2", false, nil},
		{"kim", "two", "cart.2", items, &none, "", false, shop.ErrKeyReused},
		{"lee", "one", "cart.0", items, nil, "1", true, nil},
	}
	for _, tt := range tests {
		got, err := s.PlaceOrder(t.Context(), shop.Purchase{User: tt.user, Key: tt.key, Origin: tt.origin, Items: tt.items, Agreed: tt.agreed})
		if err != tt.err || got.Order.ID != tt.id || got.FromOrigin != tt.fromOrigin {
			t.Errorf("%s, %s of %s: got order %q, from origin %t, error %v, want %q, %t, %v",
				tt.user, tt.key, tt.origin, got.Order.ID, got.FromOrigin, err, tt.id, tt.fromOrigin, tt.err)
		}
	}
}
