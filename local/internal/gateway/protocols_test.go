package gateway

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"maru/local/internal/server/servertest"
	"maru/local/internal/template"
)

// TestProtocols has real clients of each protocol on one server, without TLS
// and with it: API Gateway says HTTP/1.1 to the function whatever the client
// spoke.
func TestProtocols(t *testing.T) {
	http1 := func(p *http.Protocols) { p.SetHTTP1(true) }
	http2 := func(p *http.Protocols) { p.SetHTTP2(true) }
	h2c := func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) }
	tests := []struct {
		name   string
		tls    bool
		set    func(*http.Protocols)
		major  int
		scheme string
		header string // how the event spells a name the client wrote X-tEsT
	}{
		{"HTTP/1.1", false, http1, 1, "http", "X-tEsT"},
		{"HTTP/1.1 over TLS", true, http1, 1, "https", "X-tEsT"},
		{"HTTP/2 over TLS", true, http2, 2, "https", "x-test"},
		{"HTTP/2 without TLS", false, h2c, 2, "http", "x-test"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := newGateway(t, Config{APIs: []*template.API{newAPI(template.REST, "Api", "POST /{proxy+}")}, Invoker: echoing})
			addr := ""
			if tt.tls {
				addr = serveTLS(t, g)
			} else {
				addr = serve(t, g)
			}
			r, err := http.NewRequest("POST", tt.scheme+"://"+addr+"/a?b=c", strings.NewReader("body"))
			if err != nil {
				t.Fatal(err)
			}
			r.Header["X-tEsT"] = []string{"1"}
			r.Header["user-agent"] = []string{"test"}
			res, err := servertest.Client(t, tt.set).Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			var e events.APIGatewayProxyRequest
			if err := json.NewDecoder(res.Body).Decode(&e); err != nil {
				t.Fatal(err)
			}
			if res.ProtoMajor != tt.major {
				t.Errorf("got %s, want HTTP/%d", res.Proto, tt.major)
			}
			got := []string{e.Body, e.Headers[tt.header], e.Headers["X-Forwarded-Proto"], e.Headers["Host"], e.Headers["User-Agent"], e.RequestContext.Protocol}
			want := []string{"body", "1", tt.scheme, addr, "test", "HTTP/1.1"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("event (-want +got):\n%s", diff)
			}
		})
	}
}

// TestErrorsOverHTTP2 has the gateway's own words, a HEAD and a 204 framed by the
// protocol, on one connection.
func TestErrorsOverHTTP2(t *testing.T) {
	api := newAPI(template.HTTP, "Api", "HEAD /", "DELETE /", "POST /")
	addr := serve(t, newGateway(t, Config{APIs: []*template.API{api}, Invoker: invokerFunc(
		func(_ context.Context, function, _ string, _ []byte) ([]byte, error) {
			if function == "DELETE /" {
				return []byte(`{"statusCode":204,"body":"ignored"}`), nil
			}
			return []byte(`{"statusCode":200,"body":"12345"}`), nil
		})}))
	c := servertest.Client(t, func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) })
	tests := []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"HEAD", "/", "", 200, ""},
		{"DELETE", "/", "", 204, ""},
		{"POST", "/", strings.Repeat("x", int(kinds[template.REST].maxBody)+1), 413, `{"message":"Request Entity Too Large"}`},
		{"GET", "/missing", "", 404, `{"message":"Not Found"}`},
		{"POST", "/", "x", 200, "12345"},
	}
	for _, tt := range tests {
		r, err := http.NewRequest(tt.method, "http://"+addr+tt.path, strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		res, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != tt.status || string(body) != tt.want {
			t.Errorf("%s %s: got %d %q (%v), want %d %q", tt.method, tt.path, res.StatusCode, body, err, tt.status, tt.want)
		}
	}
}

// TestHTTP10 has a client that knows neither Host nor keep-alive.
func TestHTTP10(t *testing.T) {
	addr := serve(t, newGateway(t, Config{APIs: []*template.API{newAPI(template.HTTP, "Api", "GET /a")}, Invoker: echoing}))
	conn, r := dial(t, addr)
	res, event := exchangeOn(t, conn, r, "GET /a HTTP/1.0\r\nX-Test: 1\r\n\r\n", "GET")
	if res.StatusCode != 200 || res.Proto != "HTTP/1.1" || !res.Close || !strings.Contains(event, `"x-test":"1"`) || !strings.Contains(event, `"protocol":"HTTP/1.1"`) {
		t.Errorf("got %s %d, close %v, %s", res.Proto, res.StatusCode, res.Close, event)
	}
	if _, err := r.ReadByte(); err != io.EOF {
		t.Errorf("got %v after the response, want the end of the connection", err)
	}
}

// TestHTTP10Stays has a client of HTTP/1.0 that asks to keep its connection: it is kept
// after answers that have a length, the gateway's own among them, and ends with a
// stream, which has none and is not sent in chunks.
func TestHTTP10Stays(t *testing.T) {
	addr := serve(t, streaming(t, template.URL, chunks("text/plain", nil, "a", "b")))
	conn, r := dial(t, addr)
	const stay = " HTTP/1.0\r\nConnection: keep-alive\r\nHost: "
	for _, path := range []string{"/missing", "/missing"} {
		res, body := exchangeOn(t, conn, r, "GET "+path+stay+"a\r\n\r\n", "GET")
		if res.StatusCode != 404 || res.Proto != "HTTP/1.1" || res.Header.Get("Connection") != "keep-alive" || res.ContentLength != int64(len(body)) {
			t.Errorf("got %s %d with %v", res.Proto, res.StatusCode, res.Header)
		}
	}
	res, body := exchangeOn(t, conn, r, "GET /x"+stay+"fnurl.localhost\r\n\r\n", "GET")
	if res.StatusCode != 200 || res.Proto != "HTTP/1.1" || body != "ab" || res.ContentLength != -1 || len(res.TransferEncoding) > 0 {
		t.Errorf("stream: got %s %d %q with %v, length %d in %v", res.Proto, res.StatusCode, body, res.Header, res.ContentLength, res.TransferEncoding)
	}
}

// TestExpectContinue (RFC 9110 §10.1.1): the body is asked for once its request
// may pass, and not before.
func TestExpectContinue(t *testing.T) {
	api := newAPI(template.REST, "Api", "POST /open", "POST /closed")
	api.Routes[1].Auth = &template.Auth{Authorizer: &template.Authorizer{Kind: template.AuthCognito}}
	addr := serve(t, newGateway(t, Config{APIs: []*template.API{api}, Invoker: echoing}))
	head := func(path string) string {
		return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
	}
	for path, want := range map[string]int{"/closed": 401, "/missing": 403} {
		conn, r := dial(t, addr)
		if res, _ := exchangeOn(t, conn, r, head(path), "POST"); res.StatusCode != want {
			t.Errorf("%s: got %d, want %d at once", path, res.StatusCode, want)
		}
	}
	conn, r := dial(t, addr)
	if res, _ := exchangeOn(t, conn, r, head("/open"), "POST"); res.StatusCode != 100 {
		t.Fatalf("got %d, want 100", res.StatusCode)
	}
	res, event := exchangeOn(t, conn, r, "body", "POST")
	if res.StatusCode != 200 || !strings.Contains(event, `"body":"body"`) || strings.Contains(event, "Expect") {
		t.Errorf("got %d %s, want an event with the body and no Expect", res.StatusCode, event)
	}
}
