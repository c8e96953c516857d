package api

import (
	"errors"
	"net/http"

	"maru/functions/internal/cart"
	"maru/functions/internal/shop"
)

type orderList struct {
	Orders []shop.Order `json:"orders"`
	Next   string       `json:"next,omitempty"`
}

// checkout is what a client may say of the order it places.
type checkout struct {
	// Total is what the user was shown and agreed to pay, in whole won.
	Total *int `json:"total"`
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
// holds by then: after the order it is another one in any case. 400 without an
// Idempotency-Key, 401 without sign-in, 409 for an empty cart, and for one that
// another request has ordered under another key since this one read it.
//
// The body is optional. With {"total"} only an order of that total is placed: 409
// if the cart costs something else by now, and 422 if the key is that of an order
// of another total, as draft-ietf-httpapi-idempotency-key-header-07, 2.7, wants
// of a key that comes with another request.
//
// Package cart says what happens if the function dies at any step.
func (a *API) placeOrder(r *http.Request) (response, error) {
	ctx := r.Context()
	reached(r, stepBegun)
	purchase, err := purchaseOf(r)
	if err != nil {
		return response{}, err
	}
	c, origin, err := cart.Checkout(ctx)
	if err != nil {
		return response{}, err
	}
	catalogue, err := a.shop.Catalogue(ctx)
	if err != nil {
		return response{}, err
	}
	purchase.Items, purchase.Origin = c.Items(catalogue), origin
	reached(r, stepRead)
	placed, err := a.shop.PlaceOrder(ctx, purchase)
	reached(r, stepPlaced)
	if placed.FromOrigin { // Be it by another request, which may have died.
		err = errors.Join(err, c.TakeOut(ctx, placed.Order))
	}
	reached(r, stepSettled)
	return response{status: http.StatusCreated, body: placed.Order, location: "/orders/" + placed.Order.ID}, err
}

// purchaseOf returns what the request asks to order, without the items.
func purchaseOf(r *http.Request) (shop.Purchase, error) {
	user, err := signedIn(r)
	if err != nil {
		return shop.Purchase{}, err
	}
	p := shop.Purchase{User: user, Key: single(r, "Idempotency-Key")}
	if p.Key == "" || len(p.Key) > longestKey {
		return p, errIdempotencyKey
	}
	if hasBody(r) {
		wanted, err := decode[checkout](r)
		if err != nil {
			return p, err
		}
		p.Agreed = wanted.Total
	}
	return p, nil
}
