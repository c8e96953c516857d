package cart_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/functions/internal/cart"
	"maru/functions/internal/session"
	"maru/functions/internal/session/sessiontest"
	"maru/functions/internal/shop"
)

// catalogue has the songs of these tests.
var catalogue = shop.Catalogue{{ID: "creep", Price: 1300}, {ID: "torn", Price: 1100}}

// visitor sends requests of one session.
type visitor struct {
	t       *testing.T
	manager *session.Manager
	cookie  *http.Cookie
}

func newVisitor(t *testing.T) *visitor {
	_, client := sessiontest.Miniredis(t)
	return &visitor{t: t, manager: &session.Manager{Store: session.NewRedis(client)}}
}

// request serves one request with handle, which gets the cart as it is then. It has to succeed.
func (v *visitor) request(handle func(context.Context, cart.Cart) error) {
	v.t.Helper()
	if w := v.serve(handle); w.Code != http.StatusNoContent {
		v.t.Errorf("got status %d: %s", w.Code, w.Body)
	}
}

// serve serves one request with handle and returns the answer.
func (v *visitor) serve(handle func(context.Context, cart.Cart) error) *httptest.ResponseRecorder {
	v.t.Helper()
	serve := func(w http.ResponseWriter, r *http.Request) {
		c, err := cart.Open(r.Context())
		if err == nil {
			err = handle(r.Context(), c)
		}
		if err != nil {
			v.t.Error(err)
		}
		w.WriteHeader(http.StatusNoContent)
	}
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	if v.cookie != nil {
		r.AddCookie(v.cookie)
	}
	w := httptest.NewRecorder()
	v.manager.Handler(http.HandlerFunc(serve)).ServeHTTP(w, r)
	for _, cookie := range w.Result().Cookies() {
		v.cookie = cookie
	}
	return w
}

// origin returns where an order would come from now.
func (v *visitor) origin() (origin string) {
	v.t.Helper()
	v.request(func(ctx context.Context, _ cart.Cart) (err error) {
		_, origin, err = cart.Checkout(ctx)
		return err
	})
	return origin
}

// add puts copies of a song in.
func (v *visitor) add(song string, n, want int) {
	v.t.Helper()
	v.request(func(ctx context.Context, c cart.Cart) error {
		got, err := c.Add(ctx, song, n)
		if got != want {
			v.t.Errorf("adding %d: got %d copies of %s, want %d", n, got, song, want)
		}
		return err
	})
}

// want checks what lies in the cart.
func (v *visitor) want(items ...shop.Item) {
	v.t.Helper()
	v.request(func(_ context.Context, c cart.Cart) error {
		if diff := cmp.Diff(append([]shop.Item{}, items...), c.Items(catalogue)); diff != "" {
			v.t.Errorf("cart (-want +got):\n%s", diff)
		}
		if c.IsEmpty() != (len(items) == 0) {
			v.t.Errorf("got IsEmpty %t with %d items", c.IsEmpty(), len(items))
		}
		return nil
	})
}

func creep(quantity int) shop.Item { return shop.Item{Song: "creep", Quantity: quantity, Price: 1300} }

func order(items ...shop.Item) shop.Order { return shop.Order{ID: "1", Items: items} }

func TestCart(t *testing.T) {
	v := newVisitor(t)
	v.want()
	v.add("creep", 2, 2)
	v.add("creep", 1, 3)
	v.add("torn", 1, 1)
	v.want(creep(3), shop.Item{Song: "torn", Quantity: 1, Price: 1100})
	v.request(func(ctx context.Context, c cart.Cart) error { return c.Set(ctx, "torn", 0) })
	v.request(func(ctx context.Context, c cart.Cart) error { return c.Set(ctx, "creep", 7) })
	v.want(creep(7))
	v.request(func(ctx context.Context, c cart.Cart) error { return c.Empty(ctx) })
	v.want()
}

// A cart that was ordered from is filled, set and emptied like any other.
func TestTakeOut(t *testing.T) {
	v := newVisitor(t)
	v.add("creep", 2, 2)
	v.request(func(ctx context.Context, c cart.Cart) error { return c.TakeOut(ctx, order(creep(2))) })
	v.want()
	v.add("creep", 3, 3)
	v.want(creep(3))
	v.request(func(ctx context.Context, c cart.Cart) error { return c.Set(ctx, "creep", 5) })
	v.want(creep(5))
	v.request(func(ctx context.Context, c cart.Cart) error { return c.Empty(ctx) })
	v.want()
	v.add("creep", 1, 1)
	v.request(func(ctx context.Context, c cart.Cart) error { return c.TakeOut(ctx, order(creep(1))) })
	v.want()
}

// Requests that find the same order placed, none of which sees what the others
// do, take it out once; and what is added beside them stays.
func TestTakeOutAtOnce(t *testing.T) {
	v := newVisitor(t)
	v.add("creep", 4, 4)
	var opened, done sync.WaitGroup
	opened.Add(9)
	for i := range 9 {
		done.Go(func() {
			tab := *v
			tab.request(func(ctx context.Context, c cart.Cart) error {
				opened.Done()
				opened.Wait()
				if i == 0 {
					_, err := c.Add(ctx, "creep", 3)
					return err
				}
				return c.TakeOut(ctx, order(creep(4)))
			})
		})
	}
	done.Wait()
	v.want(creep(3))
}

// Orders of one cart have origins of their own, and of two carts, too; whoever has
// not seen the last order taken out has its origin.
func TestCheckout(t *testing.T) {
	v := newVisitor(t)
	v.add("creep", 2, 2)
	first := v.origin()
	if again := v.origin(); again != first {
		t.Errorf("got origin %s, then %s for the same cart", first, again)
	}
	v.request(func(ctx context.Context, c cart.Cart) error { return c.TakeOut(ctx, order(creep(2))) })
	second := v.origin()
	other := newVisitor(t)
	other.add("creep", 2, 2)
	if third := other.origin(); second == first || third == first || third == second {
		t.Errorf("got origins %s, %s of one cart and %s of another, want three", first, second, third)
	}
}

// Requests at once that are a cart's first to order agree on its name.
func TestCheckoutAtOnce(t *testing.T) {
	v := newVisitor(t)
	v.add("creep", 1, 1)
	var read, done sync.WaitGroup
	read.Add(8)
	origins := make([]string, 8)
	for i := range origins {
		done.Go(func() {
			tab := *v
			tab.request(func(ctx context.Context, _ cart.Cart) (err error) {
				read.Done()
				read.Wait()
				_, origins[i], err = cart.Checkout(ctx)
				return err
			})
		})
	}
	done.Wait()
	if distinct := slices.Compact(origins); len(distinct) != 1 {
		t.Errorf("got origins %q, want one", distinct)
	}
}

// A request that expects something of the cart fails if that changes meanwhile, and only then.
func TestExpect(t *testing.T) {
	for _, tt := range []struct {
		name      string
		meanwhile func(context.Context, cart.Cart) error
		want      int
	}{
		{"nothing", func(context.Context, cart.Cart) error { return nil }, http.StatusNoContent},
		{"another song", func(ctx context.Context, c cart.Cart) error { return c.Set(ctx, "torn", 3) }, http.StatusNoContent},
		{"the song", func(ctx context.Context, c cart.Cart) error { return c.Set(ctx, "creep", 3) }, http.StatusConflict},
		{"an order", func(ctx context.Context, c cart.Cart) error { return c.TakeOut(ctx, order(creep(1))) }, http.StatusConflict},
	} {
		v := newVisitor(t)
		v.add("creep", 2, 2)
		got := v.serve(func(ctx context.Context, c cart.Cart) error {
			v.request(tt.meanwhile)
			return errors.Join(c.Expect(ctx, "creep"), c.Set(ctx, "creep", 7))
		})
		if got.Code != tt.want {
			t.Errorf("%s changes: got %d %s, want %d", tt.name, got.Code, got.Body, tt.want)
		}
	}
}

// An order never takes out what is not there, and a Set that crossed one does
// not swallow what is added later.
func TestTakeOutMore(t *testing.T) {
	v := newVisitor(t)
	v.add("creep", 1, 1)
	v.request(func(ctx context.Context, c cart.Cart) error { return c.TakeOut(ctx, order(creep(5))) })
	v.want()
	v.add("creep", 2, 2)
	v.request(func(ctx context.Context, before cart.Cart) error {
		v.request(func(ctx context.Context, c cart.Cart) error {
			return c.TakeOut(ctx, shop.Order{ID: "2", Items: []shop.Item{creep(2)}})
		})
		return before.Set(ctx, "creep", 1)
	})
	v.want()
	v.add("creep", 1, 1)
	v.want(creep(1))
}
