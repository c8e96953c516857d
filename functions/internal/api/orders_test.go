package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const key = "Idempotency-Key: 7f3a"

func TestOrders(t *testing.T) {
	a := newApp(t)
	a.visitor(t).walk([]step{
		{method: "GET", path: "/orders", status: 401},
		{method: "GET", path: "/orders/1", status: 401},
		{method: "POST", path: "/orders", header: key, status: 401},
	})
	order := `{"id":"1","items":[{"song":"creep","quantity":2,"price":1300}],"total":2600,"placed":"2026-07-01T12:00:00Z"}`
	kim := a.user(t, "kim")
	kim.walk([]step{
		{method: "POST", path: "/orders", status: 400},
		{method: "POST", path: "/orders", header: key, status: 409},
		{method: "POST", path: "/cart/items", body: `{"song":"creep","quantity":2}`, status: 201},
		{method: "POST", path: "/orders", header: key, status: 201, want: order},
		{method: "GET", path: "/cart", status: 200, want: `{"items":[],"total":0}`},
		{method: "POST", path: "/orders", header: key, status: 201, want: order},
		{method: "GET", path: "/orders", status: 200, want: `{"orders":[` + order + `]}`},
		{method: "GET", path: "/orders/1", status: 200, want: order},
		{method: "GET", path: "/orders/2", status: 404},
	})
	a.user(t, "lee").walk([]step{
		{method: "GET", path: "/orders", status: 200, want: `{"orders":[]}`},
		{method: "GET", path: "/orders/1", status: 404},
	})
}

// A client that says what the user was shown gets that order or none.
func TestOrderOfTotal(t *testing.T) {
	shown := func(total string) string { return `{"total":` + total + `}` }
	newApp(t).user(t, "kim").walk([]step{
		{method: "POST", path: "/cart/items", body: `{"song":"creep","quantity":2}`, status: 201},
		{method: "POST", path: "/orders", header: key, body: shown("1300"), status: 409},
		{method: "POST", path: "/orders", header: key, body: `{"sum":2600}`, status: 422},
		{method: "GET", path: "/orders", status: 200, want: `{"orders":[]}`},
		{method: "POST", path: "/orders", header: key, body: shown("2600"), status: 201},
		{method: "POST", path: "/orders", header: key, body: shown("2600"), status: 201},
		{method: "POST", path: "/orders", header: key, status: 201},
		{method: "POST", path: "/cart/items", body: `{"song":"torn","quantity":1}`, status: 201},
		{method: "POST", path: "/orders", header: key, body: shown("1100"), status: 422},
		{method: "GET", path: "/orders/2", status: 404},
		{method: "GET", path: "/cart/items/torn", status: 200},
	})
}

// What is put into the cart after an order stays there, even if the order is
// repeated; and a cart that was ordered from can be filled, set and emptied as before.
func TestCartAfterOrder(t *testing.T) {
	creep := func(quantity string) string { return `{"song":"creep","quantity":` + quantity + `}` }
	newApp(t).user(t, "kim").walk([]step{
		{method: "POST", path: "/cart/items", body: creep("2"), status: 201},
		{method: "POST", path: "/orders", header: key, status: 201},
		{method: "POST", path: "/cart/items", body: creep("3"), status: 201, want: `{"song":"creep","quantity":3,"price":1300}`},
		{method: "POST", path: "/orders", header: key, status: 201},
		{method: "GET", path: "/cart/items/creep", status: 200, want: `{"song":"creep","quantity":3,"price":1300}`},
		{method: "PUT", path: "/cart/items/creep", body: `{"quantity":1}`, status: 200},
		{method: "GET", path: "/cart", status: 200, want: `{"items":[{"song":"creep","quantity":1,"price":1300}],"total":1300}`},
		{method: "DELETE", path: "/cart", status: 204},
		{method: "GET", path: "/cart", status: 200, want: `{"items":[],"total":0}`},
		{method: "POST", path: "/cart/items", body: creep("1"), status: 201, want: `{"song":"creep","quantity":1,"price":1300}`},
	})
}

// The key of an order, repeated from another session of the user, takes nothing
// out of that session's cart: the order did not come from there.
func TestOrderKeyFromAnotherSession(t *testing.T) {
	a := newApp(t)
	kim := a.user(t, "kim")
	kim.want(http.StatusCreated, "POST", "/cart/items", `{"song":"creep","quantity":5}`)
	kim.want(http.StatusCreated, "POST", "/orders", "", key)
	phone := a.visitor(t)
	phone.walk([]step{
		{method: "POST", path: "/session", body: `{"name":"kim","password":"correct horse"}`, status: 200},
		{method: "POST", path: "/cart/items", body: `{"song":"creep","quantity":2}`, status: 201},
		{method: "POST", path: "/orders", header: key, status: 201},
		{method: "GET", path: "/cart/items/creep", status: 200, want: `{"song":"creep","quantity":2,"price":1300}`},
		{method: "POST", path: "/orders", header: "Idempotency-Key: other", status: 201},
		{method: "GET", path: "/orders/2", status: 200},
	})
}

// A key that comes twice is the key that came once; two keys are another one.
func TestOrderKeyThatIsRepeated(t *testing.T) {
	newApp(t).user(t, "kim").walk([]step{
		{method: "POST", path: "/cart/items", body: `{"song":"creep","quantity":2}`, status: 201},
		{method: "POST", path: "/orders", header: key, status: 201},
		{method: "POST", path: "/orders", header: key + ",7f3a", status: 201},
		{method: "POST", path: "/orders", header: key + ", 7f3a, 7f3a", status: 201},
		{method: "GET", path: "/orders/2", status: 404},
		{method: "POST", path: "/orders", header: key + ", 7f3b", status: 409},
		{method: "POST", path: "/orders", header: "Idempotency-Key: ,", status: 400},
	})
}

// One cart is ordered once, however many keys come at once.
func TestOrderUnderManyKeys(t *testing.T) {
	kim := newApp(t).user(t, "kim")
	kim.want(http.StatusCreated, "POST", "/cart/items", `{"song":"creep","quantity":2}`)
	statuses := kim.atOnce(12, func(i int, tab *visitor) *http.Response {
		return tab.do("POST", "/orders", "", fmt.Sprintf("Idempotency-Key: %d", i))
	})
	if diff := cmp.Diff(map[int]int{http.StatusCreated: 1, http.StatusConflict: 11}, statuses); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	kim.walk([]step{
		{method: "GET", path: "/orders/2", status: 404},
		{method: "GET", path: "/cart", status: 200, want: `{"items":[],"total":0}`},
	})
}

// A function died after it had stored the order and before it took that out of the
// cart. Whoever orders next, under whatever key, finds the cart as it should be.
func TestOrderAfterCrash(t *testing.T) {
	for _, next := range []struct {
		key    string
		status int
	}{{key, http.StatusCreated}, {"Idempotency-Key: other", http.StatusConflict}} {
		a := newApp(t)
		kim := a.user(t, "kim")
		kim.want(http.StatusCreated, "POST", "/cart/items", `{"song":"creep","quantity":2}`)
		kim.want(http.StatusConflict, "POST", "/orders", `{"total":0}`, key) // gives the cart its name
		forget := a.remember(t, kim)
		kim.want(http.StatusCreated, "POST", "/orders", "", key)
		forget()
		kim.want(http.StatusCreated, "POST", "/cart/items", `{"song":"torn","quantity":1}`)
		kim.want(next.status, "POST", "/orders", "", next.key)
		kim.walk([]step{
			{method: "GET", path: "/orders/2", status: 404},
			{method: "GET", path: "/cart/items/creep", status: 404},
			{method: "GET", path: "/cart/items/torn", status: 200},
		})
	}
}

// remember returns a function that gives a session back what it holds now.
func (a *app) remember(t *testing.T, v *visitor) (forget func()) {
	t.Helper()
	id := read[struct{ ID string }](t, v.want(http.StatusOK, "GET", "/session", "")).ID
	for _, name := range a.redis.Keys() {
		if strings.HasSuffix(name, id) {
			fields, _ := a.redis.HKeys(name)
			held := []string{}
			for _, field := range fields {
				held = append(held, field, a.redis.HGet(name, field))
			}
			return func() { a.redis.Del(name); a.redis.HSet(name, held...) }
		}
	}
	t.Fatalf("no session %s in Redis", id)
	return nil
}

func TestOrderExactlyOnce(t *testing.T) {
	a := newApp(t)
	kim := a.user(t, "kim")
	kim.want(http.StatusCreated, "POST", "/cart/items", `{"song":"creep","quantity":2}`)
	answers := make([]string, 12)
	var requests sync.WaitGroup
	for i := range answers {
		requests.Go(func() {
			same := kim.tab()
			answers[i] = same.want(http.StatusCreated, "POST", "/orders", "", key)
		})
	}
	requests.Wait()
	if distinct := slices.Compact(answers); len(distinct) != 1 {
		t.Errorf("got different answers to one key: %q", distinct)
	}
	got := parse(t, kim.want(http.StatusOK, "GET", "/orders", ""))
	want := parse(t, `{"orders":[{"id":"1","items":[{"song":"creep","quantity":2,"price":1300}],"total":2600,"placed":"2026-07-01T12:00:00Z"}]}`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("orders (-want +got):\n%s", diff)
	}
	kim.walk([]step{{method: "GET", path: "/cart", status: 200, want: `{"items":[],"total":0}`}})
}
