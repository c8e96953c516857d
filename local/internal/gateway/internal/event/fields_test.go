package event

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/gateway/internal/ids"
	"maru/local/internal/gateway/internal/request"
	"maru/local/internal/gateway/internal/route"
	"maru/local/internal/template"
)

// newRequest makes a request with header fields, given as names and values.
func newRequest(fields ...string) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	return r
}

// fieldsOf makes a map of fields with one value each.
func fieldsOf(pairs ...string) map[string][]string {
	fields := map[string][]string{}
	for i := 0; i < len(pairs); i += 2 {
		fields[pairs[i]] = append(fields[pairs[i]], pairs[i+1])
	}
	return fields
}

// collected gives an event's header fields as a map.
func collected(kind template.Kind, v1 bool, message *http.Request) map[string][]string {
	r := &request.Request{HTTP: message, Route: &route.Route{API: &template.API{Kind: kind}}, Trace: ids.Trace{Event: "Root=1"}}
	var w Writer
	w.begin(r, Caller{})
	w.collect(v1)
	fields := map[string][]string{}
	for _, f := range w.fields {
		fields[f.name] = append(fields[f.name], f.values...)
		if f.values == nil {
			fields[f.name] = []string{f.value}
		}
	}
	return fields
}

func TestCollect(t *testing.T) {
	added := func(pairs ...string) map[string][]string {
		return fieldsOf(append(pairs, "Host", "example.com", "X-Amzn-Trace-Id", "Root=1", "X-Forwarded-Port", "80")...)
	}
	tests := []struct {
		name string
		kind template.Kind
		v1   bool
		r    *http.Request
		want map[string][]string
	}{
		{"client's own claims are not believed", template.REST, true,
			newRequest("X-Forwarded-Proto", "https", "X-Forwarded-Port", "443", "X-Amzn-Trace-Id", "x"),
			added("X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "http")},
		{"proxies before", template.REST, true,
			newRequest("X-Forwarded-For", "1.1.1.1, 2.2.2.2", "X-Forwarded-For", "3.3.3.3"),
			added("X-Forwarded-For", "1.1.1.1, 2.2.2.2, 3.3.3.3, 192.0.2.1", "X-Forwarded-Proto", "http")},
		{"length of an HTTP API", template.HTTP, false,
			newRequest("Keep-Alive", "1", "Proxy-Connection", "close", "Expect", "x", "Cookie", "a=1"),
			added("X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "http", "Content-Length", "0", "Expect", "x")},
		{"cookies of an HTTP API in format 1.0", template.HTTP, true,
			newRequest("Cookie", "a=1"),
			added("X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "http", "Content-Length", "0", "Cookie", "a=1")},
		{"what Connection names", template.REST, true,
			newRequest("Connection", "x-a , close", "X-A", "1", "X-B", "2"),
			added("X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "http", "X-B", "2")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, collected(tt.kind, tt.v1, tt.r)); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzSpelling checks that whatever seems to be a head changes the spelling of
// names and nothing else.
func FuzzSpelling(f *testing.F) {
	f.Add([]byte("Host: a\r\ntEsT-HEADeR: b\r\n\r\n"))
	f.Add([]byte("x:1\n\n"))
	f.Add([]byte("X : 1\r\n folded\r\n\r\nbody: 1\r\n\r\n"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		w := Writer{fields: []field{
			{canonical: "Test-Header", name: "Test-Header", values: []string{"v"}},
			{canonical: "X", name: "X", values: []string{"v"}},
		}}
		w.spellAs(sent)
		for _, f := range w.fields {
			if !strings.EqualFold(f.name, f.canonical) || f.last() != "v" {
				t.Fatalf("got field %+v", f)
			}
		}
	})
}
