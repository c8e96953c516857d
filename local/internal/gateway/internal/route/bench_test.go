package route

import (
	"strconv"
	"testing"

	"maru/local/internal/template"
)

// routesOf makes an API of n routes in the manner of a large one: resources with
// parameters, two methods each.
func routesOf(n int) *template.API {
	var routes []string
	for i := range (n + 1) / 2 {
		path := " /v1/things" + strconv.Itoa(i) + "/{id}/parts/{part}"
		routes = append(routes, "GET"+path, "POST"+path)
	}
	return newAPI(template.REST, "Api", routes[:n]...)
}

// BenchmarkMatch measures routing: among a thousand routes it costs what it costs
// with one.
func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{1, 1000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			tree := treeOf(b, routesOf(n))
			path := "/v1/things" + strconv.Itoa((n-1)/2) + "/7/parts/8"
			values := make([]string, 0, 8)
			b.ReportAllocs()
			for b.Loop() {
				if r, _ := tree.match(All("GET"), path, values); r == nil {
					b.Fatal("no route")
				}
			}
		})
	}
}
