package gateway

import (
	"net/http"
	"testing"

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
	g.ids = newIDs()
	return g, request("GET", "/pets/1?verbose=1", "", "User-Agent", "bench/1", "Accept", "*/*", "Accept-Encoding", "gzip", "Cookie", "a=1; b=2")
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
				x.writeEvent()
				g.end(x)
			}
		})
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
