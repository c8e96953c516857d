package api_test

import (
	"net/http"
	"sync"
	"testing"
)

func TestCart(t *testing.T) {
	newApp(t).visitor(t).walk([]step{
		{method: "GET", path: "/cart", status: 200, want: `{"items":[],"total":0}`},
		{method: "POST", path: "/cart/items", body: `{"song":"creep","quantity":2}`, status: 201, want: `{"song":"creep","quantity":2,"price":1300}`},
		{method: "POST", path: "/cart/items", body: `{"song":"nan-arayo","quantity":1}`, status: 201},
		{method: "POST", path: "/cart/items", body: `{"song":"creep","quantity":1}`, status: 201, want: `{"song":"creep","quantity":3,"price":1300}`},
		{method: "GET", path: "/cart", status: 200, want: `{"items":[{"song":"creep","quantity":3,"price":1300},{"song":"nan-arayo","quantity":1,"price":1100}],"total":5000}`},
		{method: "GET", path: "/cart/items", status: 200, want: `{"items":[{"song":"creep","quantity":3,"price":1300},{"song":"nan-arayo","quantity":1,"price":1100}]}`},
		{method: "PUT", path: "/cart/items/creep", body: `{"quantity":5}`, status: 200, want: `{"song":"creep","quantity":5,"price":1300}`},
		{method: "PUT", path: "/cart/items/torn", body: `{"quantity":1}`, status: 201},
		{method: "DELETE", path: "/cart/items/torn", status: 204},
		{method: "DELETE", path: "/cart/items/torn", status: 404},
		{method: "GET", path: "/cart/items/torn", status: 404},
		{method: "GET", path: "/cart/items/creep", status: 200, want: `{"song":"creep","quantity":5,"price":1300}`},
		{method: "DELETE", path: "/cart", status: 204},
		{method: "GET", path: "/cart", status: 200, want: `{"items":[],"total":0}`},
		{method: "DELETE", path: "/cart", status: 204},
	})
}

func TestCartRefuses(t *testing.T) {
	v := newApp(t).visitor(t)
	v.walk([]step{
		{method: "POST", path: "/cart/items", body: `{"song":"no-such-song","quantity":1}`, status: 422},
		{method: "POST", path: "/cart/items", body: `{"song":"creep","quantity":0}`, status: 422},
		{method: "POST", path: "/cart/items", body: `{"song":"creep","quantity":10001}`, status: 422},
		{method: "PUT", path: "/cart/items/no-such-song", body: `{"quantity":1}`, status: 404},
		{method: "PUT", path: "/cart/items/creep", body: `{"quantity":-1}`, status: 422},
		{method: "PUT", path: "/cart/items/creep", body: `{"quantity":1}`, header: `If-Match: *`, status: 412},
		{method: "PUT", path: "/cart/items/creep", body: `{"quantity":1}`, header: `If-None-Match: *`, status: 201},
		{method: "PUT", path: "/cart/items/creep", body: `{"quantity":2}`, header: `If-None-Match: *`, status: 412},
		{method: "DELETE", path: "/cart/items/creep", header: `If-Match: "other"`, status: 412},
		{method: "DELETE", path: "/cart", header: `If-Match: "other"`, status: 412},
		{method: "GET", path: "/cart/items/creep", status: 200, want: `{"song":"creep","quantity":1,"price":1300}`},
	})
	tag := v.do("GET", "/cart", "").Header.Get("ETag")
	v.want(http.StatusNoContent, "DELETE", "/cart", "", "If-Match: "+tag)
}

// Requests of one visitor at the same time, each perhaps in another environment, lose nothing.
func TestCartAddsUp(t *testing.T) {
	a := newApp(t)
	v := a.visitor(t)
	v.want(http.StatusCreated, "POST", "/cart/items", `{"song":"creep","quantity":1}`)
	var tabs sync.WaitGroup
	for range 16 {
		tabs.Go(func() {
			tab := v.tab()
			for range 8 {
				tab.want(http.StatusCreated, "POST", "/cart/items", `{"song":"creep","quantity":1}`)
			}
		})
	}
	tabs.Wait()
	v.walk([]step{{method: "GET", path: "/cart/items/creep", status: 200, want: `{"song":"creep","quantity":129,"price":1300}`}})
}
