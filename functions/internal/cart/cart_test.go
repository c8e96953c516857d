package cart_test

import (
	"context"
	"net/http"
	"net/http/httptest"
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

// request serves one request with handle, which gets the cart as it is then.
func (v *visitor) request(handle func(context.Context, cart.Cart) error) {
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
	if w.Code != http.StatusNoContent {
		v.t.Errorf("got status %d: %s", w.Code, w.Body)
	}
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
	takeOut := func(ctx context.Context, c cart.Cart) error { return c.TakeOut(ctx, "kim", order(creep(2))) }
	v.add("creep", 2, 2)
	v.request(takeOut)
	v.want()
	v.add("creep", 3, 3)
	v.request(takeOut)
	v.want(creep(3))
	v.request(func(ctx context.Context, c cart.Cart) error { return c.Set(ctx, "creep", 5) })
	v.want(creep(5))
	v.request(func(ctx context.Context, c cart.Cart) error { return c.Empty(ctx) })
	v.want()
	v.add("creep", 1, 1)
	v.request(func(ctx context.Context, c cart.Cart) error { return c.TakeOut(ctx, "lee", order(creep(1))) })
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
				return c.TakeOut(ctx, "kim", order(creep(4)))
			})
		})
	}
	done.Wait()
	v.want(creep(3))
}

// An order never takes out what is not there, and a Set that crossed one does
// not swallow what is added later.
func TestTakeOutMore(t *testing.T) {
	v := newVisitor(t)
	v.add("creep", 1, 1)
	v.request(func(ctx context.Context, c cart.Cart) error { return c.TakeOut(ctx, "kim", order(creep(5))) })
	v.want()
	v.add("creep", 2, 2)
	v.request(func(ctx context.Context, before cart.Cart) error {
		v.request(func(ctx context.Context, c cart.Cart) error {
			return c.TakeOut(ctx, "kim", shop.Order{ID: "2", Items: []shop.Item{creep(2)}})
		})
		return before.Set(ctx, "creep", 1)
	})
	v.want()
	v.add("creep", 1, 1)
	v.want(creep(1))
}
