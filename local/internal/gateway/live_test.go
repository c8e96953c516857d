package gateway

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdaurl"

	"maru/local/internal/template"
)

// TestLiveEvents sends the request whose events hotsock/voker captured on 2026-07-10
// from a REST API, an HTTP API and a function URL of AWS (the events of its
// vokerhttp/testdata, https://github.com/hotsock/voker), and compares whole events with
// testdata. Hosts, IDs, addresses and times are not those of AWS; of what is empty in
// the captures nothing is known.
func TestLiveEvents(t *testing.T) {
	rest := newAPI(template.REST, "Rest", "ANY /{proxy+}")
	rest.Stage = "live"
	for name, api := range map[string]*template.API{
		"live-rest": rest, "live-http": newAPI(template.HTTP, "Http", "$default"), "live-url": urlOf("Url", "Fn"),
	} {
		api.ID = "abcdefghij"
		r := newRequest("POST", "http://"+strings.ToLower(api.LogicalID)+".localhost/capture/space%20value"+
			"?repeat=one&repeat=two&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb&literalPlus=a+b&encodedPlus=a%2Bb&empty=",
			`{"message":"hello from the public internet","unicode":"lambda-λ"}`,
			"User-Agent", "curl/8.7.1", "Accept", "*/*", "Content-Type", "application/json", "Content-Length", "66",
			"Cookie", "session=abc123; theme=dark", "X-Voker-Probe", "first", "X-Voker-Probe", "second")
		r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/2.0", 2, 0
		var got bytes.Buffer
		event := eventOf(t, newGateway(t, Config{APIs: []*template.API{api}, Invoker: echoing}), r)
		if err := json.Indent(&got, event, "", "  "); err != nil {
			t.Fatal(err)
		}
		got.WriteByte('\n')
		golden(t, filepath.Join("testdata", name+".json"), got.Bytes())
	}
}

// TestURLHeaders has what events of function URLs have in headers of what a client
// said, or did not.
func TestURLHeaders(t *testing.T) {
	chunked := atURL("POST", "/", "abc")
	chunked.ContentLength = -1
	for _, tt := range []struct {
		name         string
		r            *http.Request
		length       string // empty for none
		cookie, list string
	}{
		{"GET without a body", atURL("GET", "/", ""), "", "", ""},
		{"POST without a body", atURL("POST", "/", "", "Content-Length", "0"), "0", "", ""},
		{"GET with a body", atURL("GET", "/", "abc"), "3", "", ""},
		{"a body in chunks", chunked, "3", "", ""},
		{"cookies", atURL("GET", "/", "", "Cookie", "a=1; b=2"), "", "a=1; b=2", "a=1 b=2"},
		{"cookies in two fields", atURL("GET", "/", "", "Cookie", "a=1; b=2", "Cookie", "c=3"), "", "a=1; b=2; c=3", "a=1 b=2 c=3"},
	} {
		var e events.LambdaFunctionURLRequest
		if err := json.Unmarshal(eventOf(t, urlGateway(t, newURL("BUFFERED"), echoing), tt.r), &e); err != nil {
			t.Fatal(err)
		}
		length, sent := e.Headers["content-length"]
		if length != tt.length || sent != (tt.length != "") || e.Headers["cookie"] != tt.cookie || strings.Join(e.Cookies, " ") != tt.list {
			t.Errorf("%s: got the headers %v and cookies %q", tt.name, e.Headers, e.Cookies)
		}
	}
}

// TestURLServesHandlers has aws-lambda-go's lambdaurl make of an event the request that
// it was made of.
func TestURLServesHandlers(t *testing.T) {
	handle := lambdaurl.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie("b")
		if err != nil || r.URL.EscapedPath() != "/a%2Fb/%25" || r.URL.RawQuery != "x=%2B" || len(r.Header["Content-Length"]) > 0 {
			t.Errorf("got %s %s with %v", r.Method, r.URL, r.Header)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: cookie.Value})
		w.WriteHeader(http.StatusCreated)
	}))
	fn := anyInvoker(func(i Invocation) ([]byte, error) {
		var e events.LambdaFunctionURLRequest
		if err := json.Unmarshal(i.Event, &e); err != nil {
			return nil, err
		}
		response, err := handle(t.Context(), &e)
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(i.Begin(response.ContentType(), time.Now().Add(time.Minute)), response)
		return nil, err
	})
	w := do(urlGateway(t, newURL("RESPONSE_STREAM"), fn), atURL("GET", "/a%2Fb/%25?x=%2B", "", "Cookie", "a=1; b=2"))
	if w.Code != http.StatusCreated || w.Header().Get("Set-Cookie") != "seen=2" {
		t.Errorf("got %d with %v, want 201 and the cookie seen", w.Code, w.Header())
	}
}
