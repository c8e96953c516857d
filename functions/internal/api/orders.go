package api

import (
	"net/http"

	"maru/functions/internal/cart"
	"maru/functions/internal/shop"
)

type orderList struct {
	Orders []shop.Order `json:"orders"`
	Next   string       `json:"next,omitempty"`
}

// longestKey is the most bytes an Idempotency-Key may have.
const longestKey = 200

// listOrders answers GET /orders: 200 with a page of the user's orders, newest
// first. 400 for a page that cannot be, 401 without sign-in.
func (a *API) listOrders(r *http.Request) (response, error) {
	user, err := signedIn(r)
	if err != nil {
		return response{}, err
	}
	p, err := numberedPage(r.URL.Query())
	if err != nil {
		return response{}, err
	}
	orders, more, err := a.shop.Orders(r.Context(), user, p)
	if err != nil {
		return response{}, err
	}
	list := orderList{Orders: orders}
	if more {
		list.Next = next(r, orders[len(orders)-1].ID, more)
	}
	return response{body: list}, nil
}

// order answers GET /orders/{id}: 200 with the order, 401 without sign-in, 404 if
// the user has none of this ID.
func (a *API) order(r *http.Request) (response, error) {
	user, err := signedIn(r)
	if err != nil {
		return response{}, err
	}
	order, err := a.shop.Order(r.Context(), user, r.PathValue("id"))
	return response{body: order}, err
}

// placeOrder answers POST /orders, which orders what is in the cart: 201 with the
// order and its Location, and the cart no longer has the items. The same
// Idempotency-Key again gets the same 201 and the same order, whatever the cart
// holds by then. 400 without an Idempotency-Key, 401 without sign-in, 409 for an
// empty cart.
//
// Order and cart live in different slots, so they change one after the other:
// first the order is placed, under its key, then the cart is settled. A crash
// between the two leaves the items in the cart; the client, who got no answer,
// repeats the request, finds the order placed, and settles the cart then.
func (a *API) placeOrder(r *http.Request) (response, error) {
	ctx := r.Context()
	user, err := signedIn(r)
	if err != nil {
		return response{}, err
	}
	key := r.Header.Get("Idempotency-Key")
	if key == "" || len(key) > longestKey {
		return response{}, errIdempotencyKey
	}
	c, err := cart.Open(ctx)
	if err != nil {
		return response{}, err
	}
	catalogue, err := a.shop.Catalogue(ctx)
	if err != nil {
		return response{}, err
	}
	order, err := a.shop.PlaceOrder(ctx, user, key, c.Items(catalogue))
	if err != nil {
		return response{}, err
	}
	res := response{status: http.StatusCreated, body: order, location: "/orders/" + order.ID}
	return res, c.TakeOut(ctx, user, order)
}
