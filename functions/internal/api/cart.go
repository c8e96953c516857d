package api

import (
	"errors"
	"fmt"
	"net/http"

	"maru/functions/internal/cart"
	"maru/functions/internal/shop"
)

// mostCopies is how many copies of a song one request may ask for.
const mostCopies = 10_000

type cartBody struct {
	Items []shop.Item `json:"items"`
	// Total is in whole won.
	Total int `json:"total"`
}

type itemList struct {
	Items []shop.Item `json:"items"`
}

// addition is a request to put copies of a song into the cart.
type addition struct {
	Song     string `json:"song"`
	Quantity int    `json:"quantity"`
}

// amount is a request to have this many copies of a song in the cart.
type amount struct {
	Quantity int `json:"quantity"`
}

// cart answers GET /cart: 200 with the cart, which anyone has; it is empty at first.
func (a *API) cart(r *http.Request) (response, error) {
	items, err := a.cartItems(r)
	return response{body: cartBody{items, shop.Total(items)}}, err
}

// listItems answers GET /cart/items: 200 with what is in the cart.
func (a *API) listItems(r *http.Request) (response, error) {
	items, err := a.cartItems(r)
	return response{body: itemList{items}}, err
}

// cartItems returns what is in the cart. It asks for the catalogue only if there is anything.
func (a *API) cartItems(r *http.Request) ([]shop.Item, error) {
	c, err := cart.Open(r.Context())
	if err != nil || c.IsEmpty() {
		return []shop.Item{}, err
	}
	catalogue, err := a.shop.Catalogue(r.Context())
	return c.Items(catalogue), err
}

// item answers GET /cart/items/{song}: 200 with the item, 404 if the song is not in the cart.
func (a *API) item(r *http.Request) (response, error) {
	_, item, err := a.cartItem(r, r.PathValue("song"))
	if err == nil && item.Quantity == 0 {
		err = shop.ErrNotFound
	}
	return response{body: item}, err
}

// addItem answers POST /cart/items: 201 with the item, which has the copies that were
// there and the new ones. 422 for an unknown song or a quantity out of range. Copies
// added at the same time add up.
func (a *API) addItem(r *http.Request) (response, error) {
	wanted, err := decode[addition](r)
	if err != nil {
		return response{}, err
	}
	if err := checkQuantity(wanted.Quantity); err != nil {
		return response{}, err
	}
	c, item, err := a.cartItem(r, wanted.Song)
	if errors.Is(err, shop.ErrNotFound) {
		err = shop.Invalid{{Field: "song", Detail: "must be the ID of a song"}}
	}
	if err != nil {
		return response{}, err
	}
	item.Quantity, err = c.Add(r.Context(), item.Song, wanted.Quantity)
	return response{status: http.StatusCreated, body: item, location: "/cart/items/" + item.Song}, err
}

// setItem answers PUT /cart/items/{song}: 200 with the item, 201 if it was not in
// the cart. 404 for an unknown song, 412 if If-Match or If-None-Match do not
// hold, 422 for a quantity out of range.
func (a *API) setItem(r *http.Request) (response, error) {
	wanted, err := decode[amount](r)
	if err != nil {
		return response{}, err
	}
	if err := checkQuantity(wanted.Quantity); err != nil {
		return response{}, err
	}
	c, item, err := a.cartItem(r, r.PathValue("song"))
	if err != nil {
		return response{}, err
	}
	if err := preconditionOfItem(r, c, item); err != nil {
		return response{}, err
	}
	status := http.StatusOK
	if item.Quantity == 0 {
		status = http.StatusCreated
	}
	item.Quantity = wanted.Quantity
	return response{status: status, body: item}, c.Set(r.Context(), item.Song, item.Quantity)
}

// removeItem answers DELETE /cart/items/{song}: 204. 404 if the song is not in
// the cart, 412 if If-Match does not hold.
func (a *API) removeItem(r *http.Request) (response, error) {
	c, item, err := a.cartItem(r, r.PathValue("song"))
	if err != nil {
		return response{}, err
	}
	if err := preconditionOfItem(r, c, item); err != nil {
		return response{}, err
	}
	if item.Quantity == 0 {
		return response{}, shop.ErrNotFound
	}
	return response{}, c.Set(r.Context(), item.Song, 0)
}

// emptyCart answers DELETE /cart: 204, also for a cart that is empty already. 412
// if If-Match does not hold. What is put in at the same time stays.
func (a *API) emptyCart(r *http.Request) (response, error) {
	c, err := cart.Open(r.Context())
	if err != nil {
		return response{}, err
	}
	if conditional(r) {
		items, err := a.cartItems(r)
		if err != nil {
			return response{}, err
		}
		if err := errors.Join(precondition(r, cartBody{items, shop.Total(items)}), c.Expect(r.Context(), c.Songs()...)); err != nil {
			return response{}, err
		}
	}
	return response{}, c.Empty(r.Context())
}

// cartItem returns the cart and the item that a song is in it, with quantity 0
// if it is not there; shop.ErrNotFound for a song that does not exist.
func (a *API) cartItem(r *http.Request, id string) (cart.Cart, shop.Item, error) {
	song, err := a.shop.Song(r.Context(), id)
	if err != nil {
		return cart.Cart{}, shop.Item{}, err
	}
	c, err := cart.Open(r.Context())
	return c, shop.Item{Song: id, Quantity: c.Quantity(id), Price: song.Price}, err
}

// preconditionOfItem is precondition for an item, which is nothing while its quantity
// is 0. What holds has to hold still at the commit, or that fails with session.ErrConflict.
func preconditionOfItem(r *http.Request, c cart.Cart, item shop.Item) error {
	if !conditional(r) {
		return nil
	}
	var current any
	if item.Quantity > 0 {
		current = item
	}
	return errors.Join(precondition(r, current), c.Expect(r.Context(), item.Song))
}

func checkQuantity(n int) error {
	if n < 1 || n > mostCopies {
		return shop.Invalid{{Field: "quantity", Detail: fmt.Sprintf("must be 1 to %d", mostCopies)}}
	}
	return nil
}
