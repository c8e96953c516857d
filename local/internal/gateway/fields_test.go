package gateway

import (
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template"
)

// collected gives an event's header fields as a map.
func collected(e *endpoint, r *http.Request) map[string][]string {
	x := &exchange{g: &Gateway{config: Config{Region: "eu-west-1"}}, r: r, endpoint: e}
	x.trace.Event = "Root=1"
	x.collect(e.v1)
	fields := map[string][]string{}
	for _, f := range x.fields {
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
		e    endpoint
		r    *http.Request
		want map[string][]string
	}{
		{"client's own claims are not believed", endpoint{kind: template.REST, v1: true},
			request("GET", "/", "", "X-Forwarded-Proto", "https", "X-Forwarded-Port", "443", "X-Amzn-Trace-Id", "x"),
			added("X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "http")},
		{"proxies before", endpoint{kind: template.REST, v1: true},
			request("GET", "/", "", "X-Forwarded-For", "1.1.1.1, 2.2.2.2", "X-Forwarded-For", "3.3.3.3"),
			added("X-Forwarded-For", "1.1.1.1, 2.2.2.2, 3.3.3.3, 192.0.2.1", "X-Forwarded-Proto", "http")},
		{"length of an HTTP API", endpoint{kind: template.HTTP},
			request("GET", "/", "", "Keep-Alive", "1", "Proxy-Connection", "close", "Expect", "x", "Cookie", "a=1"),
			added("X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "http", "Content-Length", "0", "Expect", "x")},
		{"cookies of an HTTP API in format 1.0", endpoint{kind: template.HTTP, v1: true},
			request("GET", "/", "", "Cookie", "a=1"),
			added("X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "http", "Content-Length", "0", "Cookie", "a=1")},
		{"what Connection names", endpoint{kind: template.REST, v1: true},
			request("GET", "/", "", "Connection", "x-a , close", "X-A", "1", "X-B", "2"),
			added("X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "http", "X-B", "2")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, collected(&tt.e, tt.r)); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

// TestIdentityIsShown has a client name the identity source in Connection. It
// counted for the authorizer, so the events show it.
func TestIdentityIsShown(t *testing.T) {
	is := &template.LambdaAuthorizer{IdentitySources: []string{"$request.header.x-pass", "$request.querystring.q"}}
	e := &endpoint{kind: template.HTTP, authorizer: newAuthorizer("Own", is, template.HTTP)}
	got := collected(e, request("GET", "/", "", "Connection", "X-Pass, X-Other, Q", "X-Pass", "1", "X-Other", "2", "Q", "3"))
	if got["X-Pass"] == nil || got["X-Other"] != nil || got["Q"] != nil {
		t.Errorf("got %v, want X-Pass and neither X-Other nor Q", got)
	}
}

// TestRequiredFieldIsShown: what the validator found, the function gets.
func TestRequiredFieldIsShown(t *testing.T) {
	e := &endpoint{kind: template.REST, v1: true, validator: newValidator(&template.Validator{Headers: []string{"x-pass"}}, nil)}
	got := collected(e, request("GET", "/", "", "Connection", "X-Pass, X-Other", "X-Pass", "1", "X-Other", "2"))
	if got["X-Pass"] == nil || got["X-Other"] != nil {
		t.Errorf("got %v, want X-Pass and no X-Other", got)
	}
}

func TestWithoutAddressOrHost(t *testing.T) {
	r := request("GET", "/", "")
	r.RemoteAddr, r.Host, r.TLS = "@", "", new(tls.ConnectionState)
	x := &exchange{g: &Gateway{config: Config{Region: "eu-west-1"}}, r: r, endpoint: &endpoint{api: &template.API{ID: "abc"}}}
	got := []string{x.sourceIP(), x.domain(), x.port(), x.scheme()}
	want := []string{"127.0.0.1", "abc.execute-api.eu-west-1.amazonaws.com", "443", "https"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// brokenBody gives some bytes and an error.
type brokenBody struct{ err error }

func (b brokenBody) Read(p []byte) (int, error) { return copy(p, "some"), b.err }

func TestBodyThatStops(t *testing.T) {
	for err, want := range map[error]int{os.ErrDeadlineExceeded: 408, io.ErrUnexpectedEOF: 400, errors.New("broken"): 400} {
		g := newGateway(t, Config{APIs: []*template.API{newAPI(template.HTTP, "Api", "POST /")}, Invoker: echoing})
		w := do(g, httptest.NewRequest("POST", "/", brokenBody{err}))
		if w.Code != want || w.Header().Get("Connection") != "close" {
			t.Errorf("%v: got %d, Connection %q, want %d and close", err, w.Code, w.Header().Get("Connection"), want)
		}
	}
}
