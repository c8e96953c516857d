// Package cart is what a visitor is about to buy. It is session data: it needs no
// sign-in, survives it, and ends with the session.
//
// The session sends only changes to Redis, and these are chosen so that requests
// at the same time lose nothing, and one that is repeated changes nothing twice:
//
//	cart:SONG    counter  how many copies were put in; adding adds on the server
//	order:N      value    song → how many copies the cart's order N, from 0 on, took out
//	cart         value    the cart's name, which it gets with its first checkout
//
// What lies in the cart is the difference. An order is taken out by setting a
// value, not by subtracting, so two requests that find the same order placed (a
// repeated POST /orders) take it out once. Were it subtracted, they could do it
// twice; were the counters removed, a song added meanwhile would be lost.
//
// # Checkout
//
// The order and the cart are in different slots, so that no script can change
// both. The order comes first, under the client's Idempotency-Key, and is the
// truth; the cart follows it. A function may die after any of these steps, and
// the client, who got no answer, sends the request with its key again:
//
//	begun     nothing has happened: the request is as new
//	read      neither has reading the cart and the prices done anything
//	placed    one script has stored order and key; the cart is still full. The next
//	          request finds the order under its key, and takes out what that order has
//	settled   that is noted, but goes to Redis only with the commit: as placed
//	stored    order and cart are done; the next request finds both, and changes neither
//
// A commit whose reply was lost is one of the last two. Two requests of one key
// at once are told apart by the script: the second is given the first one's order.
//
// So are two keys of one cart, such as two tabs'. With the order the script stores its origin, the
// cart's name and how many orders it had before, and places no second order of one
// origin: the later request gets 409, and takes the first one's order out of the
// cart, should that request have died. What it wanted beyond is in the cart still.
// By its origin an order is also known not to be this cart's: whose key is repeated
// from another session, it leaves that session's cart alone.
//
// A client that never asks again keeps a full cart beside its order, until its next checkout.
package cart

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"maru/functions/internal/session"
	"maru/functions/internal/shop"
)

// Cart is the cart of a session as one request found it.
type Cart struct {
	session *session.Session
	in, out map[string]int
	orders  int // that were taken out
}

const (
	nameKey     = "cart"
	cartPrefix  = "cart:"
	orderPrefix = "order:"
)

// Open reads the cart of the request's session. Its errors are the session's.
func Open(ctx context.Context) (Cart, error) {
	c := Cart{session: session.From(ctx), in: map[string]int{}, out: map[string]int{}}
	added, err := c.session.Names(ctx, cartPrefix)
	if err != nil {
		return c, err
	}
	for _, name := range added {
		n, _, err := session.Value[int](ctx, c.session, name)
		if err != nil {
			return c, err
		}
		c.in[strings.TrimPrefix(name, cartPrefix)] = n
	}
	ordered, err := c.session.Names(ctx, orderPrefix)
	if err != nil {
		return c, err
	}
	for _, name := range ordered {
		order, _, err := session.Value[map[string]int](ctx, c.session, name)
		if err != nil {
			return c, err
		}
		for song, n := range order {
			c.out[song] += n
		}
	}
	c.orders = len(ordered)
	return c, nil
}

// Quantity returns how many copies of the song lie in the cart.
func (c Cart) Quantity(song string) int {
	return max(0, c.in[song]-c.out[song])
}

// Items returns what lies in the cart, in the order and at the prices of the catalogue.
func (c Cart) Items(catalogue shop.Catalogue) []shop.Item {
	items := []shop.Item{}
	for _, song := range catalogue {
		if n := c.Quantity(song.ID); n > 0 {
			items = append(items, shop.Item{Song: song.ID, Quantity: n, Price: song.Price})
		}
	}
	return items
}

// Add puts n more copies of the song in and returns how many lie there then. If
// less was put in than orders took out, which takes a Set at the same moment as
// an order, Add makes up for it: what is added is in the cart.
func (c Cart) Add(ctx context.Context, song string, n int) (int, error) {
	missing := max(0, c.out[song]-c.in[song])
	total, err := c.session.Add(ctx, cartPrefix+song, int64(n+missing))
	return int(total) - c.out[song], err
}

// Set makes n the number of copies of the song in the cart.
func (c Cart) Set(ctx context.Context, song string, n int) error {
	if n+c.out[song] == 0 {
		return c.session.Delete(ctx, cartPrefix+song)
	}
	return c.session.Set(ctx, cartPrefix+song, n+c.out[song])
}

// Empty takes everything out.
func (c Cart) Empty(ctx context.Context) error {
	for _, song := range c.Songs() {
		if err := c.Set(ctx, song, 0); err != nil {
			return err
		}
	}
	return nil
}

// IsEmpty reports whether nothing lies in the cart.
func (c Cart) IsEmpty() bool { return len(c.Songs()) == 0 }

// Expect makes what the request changes depend on these songs lying in the cart as c
// has them: if another request changes one of them, or orders, the commit is refused
// with session.ErrConflict. Songs that others add beside them do not count.
func (c Cart) Expect(ctx context.Context, songs ...string) error {
	err := c.session.Expect(ctx, c.nextOrder())
	for _, song := range songs {
		err = errors.Join(err, c.session.Expect(ctx, cartPrefix+song))
	}
	return err
}

// Songs returns the songs that lie in the cart, in no order.
func (c Cart) Songs() []string {
	return slices.DeleteFunc(slices.Collect(maps.Keys(c.in)), func(song string) bool { return c.Quantity(song) == 0 })
}

// Checkout is Open for a request that orders, and returns the origin of that order,
// too: each has another, see shop.Purchase. The first of a cart costs a write.
func Checkout(ctx context.Context) (Cart, string, error) {
	s := session.From(ctx)
	name, named, err := session.Value[string](ctx, s, nameKey)
	if err == nil && !named {
		name, err = session.Swap(ctx, s, nameKey, func(name string) (string, error) { return cmp.Or(name, rand.Text()), nil })
	}
	if err != nil {
		return Cart{}, "", err
	}
	c, err := Open(ctx)
	return c, name + "." + strconv.Itoa(c.orders), err
}

// TakeOut takes out the items of the order that has this cart's origin. Of requests
// at once that do so one counts.
func (c Cart) TakeOut(ctx context.Context, order shop.Order) error {
	out := map[string]int{}
	for _, item := range order.Items {
		out[item.Song] = item.Quantity
	}
	return c.session.Set(ctx, c.nextOrder(), out)
}

// nextOrder names the value of the order that would be taken out next.
func (c Cart) nextOrder() string { return orderPrefix + strconv.Itoa(c.orders) }
