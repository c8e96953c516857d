package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Of requests at once that name the same version of a resource, one changes it.
func TestPreconditionsAtOnce(t *testing.T) {
	const rounds, requests = 5, 6 // with more than 49 numbers one could be what is there already
	tests := []struct {
		name, method, path string
		body               string // %d is a number that is another in each request
		precondition       func(v *visitor) string
		status             int
	}{
		{"item", "PUT", "/cart/items/creep", `{"quantity":%d}`, ifMatch("/cart/items/creep"), 200},
		{"removed item", "DELETE", "/cart/items/creep", "", ifMatch("/cart/items/creep"), 204},
		{"cart", "DELETE", "/cart", "", ifMatch("/cart"), 204},
		{"new item", "PUT", "/cart/items/torn", `{"quantity":%d}`, ifNew("/cart/items/torn"), 201},
		{"weather", "PUT", "/weather/seoul", `{"sky":"rain","celsius":%d}`, ifMatch("/weather/seoul"), 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			kim := newApp(t).user(t, "kim")
			number := 0
			for range rounds {
				kim.want(http.StatusCreated, "POST", "/cart/items", `{"song":"creep","quantity":50}`)
				condition := tt.precondition(kim)
				bodies := make([]string, requests)
				for i := range bodies {
					if number++; tt.body != "" {
						bodies[i] = fmt.Sprintf(tt.body, number)
					}
				}
				statuses := kim.atOnce(requests, func(i int, tab *visitor) *http.Response {
					return tab.do(tt.method, tt.path, bodies[i], condition)
				})
				want := map[int]int{tt.status: 1, http.StatusPreconditionFailed: requests - 1}
				if diff := cmp.Diff(want, statuses); diff != "" {
					t.Errorf("statuses (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// ifMatch returns a precondition: the resource at path is as it is now.
func ifMatch(path string) func(*visitor) string {
	return func(v *visitor) string { return "If-Match: " + v.do("GET", path, "").Header.Get("ETag") }
}

// ifNew returns a precondition: there is nothing at path, as it is now.
func ifNew(path string) func(*visitor) string {
	return func(v *visitor) string {
		v.do("DELETE", path, "")
		return "If-None-Match: *"
	}
}

// A precondition that comes twice holds where either of its tags does.
func TestPreconditionThatIsRepeated(t *testing.T) {
	kim := newApp(t).user(t, "kim")
	kim.want(http.StatusCreated, "POST", "/cart/items", `{"song":"creep","quantity":1}`)
	tag := kim.do("GET", "/cart/items/creep", "").Header.Get("ETag")
	kim.walk([]step{
		{method: "GET", path: "/cart/items/creep", header: "If-None-Match: " + tag + ", " + tag, status: 304},
		{method: "PUT", path: "/cart/items/creep", body: `{"quantity":2}`, header: `If-Match: "other", "other"`, status: 412},
		{method: "PUT", path: "/cart/items/creep", body: `{"quantity":2}`, header: "If-Match: " + tag + ", " + tag, status: 200},
	})
}
