package gateway

import (
	"net/http"
	"testing"

	"maru/local/internal/gateway/internal/event"
	"maru/local/internal/gateway/internal/ids"
	"maru/local/internal/template"
)

// sink is a response nobody reads.
type sink struct{ header http.Header }

func (s sink) Header() http.Header         { return s.header }
func (s sink) Write(p []byte) (int, error) { return len(p), nil }
func (s sink) WriteHeader(int)             {}

func benchGateway(b *testing.B, kind template.Kind) (*Gateway, *http.Request) {
	g := newGateway(b, Config{
		APIs:    []*template.API{newAPI(kind, "Api", "GET /pets/{id}", "ANY /{proxy+}")},
		Invoker: returning(`{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{\"id\":\"1\"}"}`),
	})
	g.ids = ids.New()
	return g, newRequest("GET", "/pets/1?verbose=1", "", "User-Agent", "bench/1", "Accept", "*/*", "Accept-Encoding", "gzip", "Cookie", "a=1; b=2")
}

// BenchmarkEvent measures from the request to the event.
func BenchmarkEvent(b *testing.B) {
	for _, kind := range []template.Kind{template.REST, template.HTTP} {
		b.Run(kind.String(), func(b *testing.B) {
			g, r := benchGateway(b, kind)
			w := sink{http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				x := g.begin(w, r)
				x.find()
				x.event.Function(&x.request, event.Caller{})
				g.end(x)
			}
		})
	}
}

// routesOf makes an API of n routes in the manner of a large one: resources with
// parameters, two methods each.
func routesOf(n int) *template.API {
	var routes []string
	for i := range (n + 1) / 2 {
		path := " /v1/things" + itoa(i) + "/{id}/parts/{part}"
		routes = append(routes, "GET"+path, "POST"+path)
	}
	return newAPI(template.REST, "Api", routes[:n]...)
}

// BenchmarkNew measures making a gateway of a thousand routes.
func BenchmarkNew(b *testing.B) {
	config := Config{APIs: []*template.API{routesOf(1000)}, Invoker: echoing}
	for b.Loop() {
		if _, err := New(config); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkServe measures the whole road around an Invoker that does nothing.
func BenchmarkServe(b *testing.B) {
	for _, kind := range []template.Kind{template.REST, template.HTTP} {
		b.Run(kind.String(), func(b *testing.B) {
			g, r := benchGateway(b, kind)
			w := sink{http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				g.ServeHTTP(w, r)
			}
		})
	}
}
