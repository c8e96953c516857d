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
	order, err := s.PlaceOrder(ctx, shop.Purchase{User: "김", Key: "key", Items: items})
	compare(t, want, order, err)

	c.Time = noon.AddDate(1, 0, 0)
	for _, items := range [][]shop.Item{items, items[:1], nil} {
		again, err := s.PlaceOrder(ctx, shop.Purchase{User: "김", Key: "key", Items: items})
		compare(t, want, again, err)
	}
	second, err := s.PlaceOrder(ctx, shop.Purchase{User: "김", Key: "another key", Items: items[:1]})
	compare(t, shop.Order{ID: "2", Items: items[:1], Total: 2600, Placed: c.Time}, second, err)
	orders, more, err := s.Orders(ctx, "김", shop.Page{Limit: 5})
	if diff := cmp.Diff([]shop.Order{second, want}, orders); diff != "" || more || err != nil {
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
		order, err := s.PlaceOrder(t.Context(), shop.Purchase{User: "kim", Key: tt.key, Items: tt.items, Agreed: tt.agreed})
		if err != tt.err || err == nil && order.ID != "1" {
			t.Errorf("%+v: got order %q, error %v", tt, order.ID, err)
		}
	}
}

func testPlaceOrderAtOnce(t *testing.T, s *shop.Shop, _ *clock) {
	var clicks sync.WaitGroup
	for range 16 {
		clicks.Go(func() {
			order, err := s.PlaceOrder(t.Context(), shop.Purchase{User: "kim", Key: "key", Items: []shop.Item{{Song: "creep", Quantity: 1, Price: 1300}}})
			if err != nil || order.ID != "1" {
				t.Errorf("got order %q, %v, want 1", order.ID, err)
			}
		})
	}
	clicks.Wait()
	orders, _, err := s.Orders(t.Context(), "kim", shop.Page{Limit: 5})
	if err != nil || len(orders) != 1 {
		t.Errorf("got %d orders, %v, want 1", len(orders), err)
	}
}
