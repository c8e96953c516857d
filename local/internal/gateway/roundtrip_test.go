package gateway

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template"
)

// original is what a request says, in a form that can be compared with what a
// function's accessor makes of the event.
type original struct {
	Method, Path, Body string
	Query              url.Values
	Header             http.Header
	Cookies            []string
}

// maker makes random requests. Format 2.0 loses some things by its design,
// which v2 keeps it from making:
//
//   - the values of a header are joined by commas, and the accessor cuts at
//     every comma, so none holds one, or begins or ends with a space;
//   - an HTTP API decodes the path, so none holds an escape, which decoded
//     would be a delimiter.
type maker struct {
	*rand.Rand
	v2 bool
}

// text makes up to n characters of an alphabet.
func (m maker) text(n int, alphabet string) string {
	chars := []rune(alphabet)
	var b strings.Builder
	for range m.IntN(n + 1) {
		b.WriteRune(chars[m.IntN(len(chars))])
	}
	return b.String()
}

const (
	pathChars  = "abcXYZ019-._~!$&'()*+,;=:@"
	plainChars = "abcXYZ019-_"
	anyChars   = plainChars + " %&=+#?/;,.\"\\<>é漢😀\t\n"
	fieldChars = plainChars + " %&=+#?/;.\"\\<>"
)

func (m maker) path() string {
	var b strings.Builder
	for range 1 + m.IntN(4) {
		b.WriteString("/x")
		b.WriteString(m.text(6, pathChars))
		if !m.v2 && m.IntN(3) == 0 {
			b.WriteString([]string{"%2F", "%20", "%2b", "%C3%A9", "%25"}[m.IntN(5)])
		}
	}
	if m.IntN(4) == 0 {
		b.WriteByte('/')
	}
	return b.String()
}

// query makes a query in text and what it means. Each name and value is escaped
// in one of two ways, or not at all where that is allowed.
func (m maker) query() (text string, values url.Values) {
	values = url.Values{}
	var parts []string
	for range m.IntN(5) {
		name, value := "n"+m.text(2, anyChars), m.text(6, anyChars)
		if m.IntN(2) == 0 {
			name = []string{"a", "b"}[m.IntN(2)] // so that some repeat
		}
		values.Add(name, value)
		escape := url.QueryEscape
		if m.IntN(2) == 0 {
			escape = func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
		}
		parts = append(parts, escape(name)+"="+escape(value))
	}
	return strings.Join(parts, "&"), values
}

// header makes header fields that reach a function as they are.
func (m maker) header() http.Header {
	chars := fieldChars
	if !m.v2 {
		chars += ","
	}
	h := http.Header{}
	for range m.IntN(5) {
		name := http.CanonicalHeaderKey("X-" + m.text(4, plainChars) + "-End")
		h.Add(name, "v"+m.text(8, chars)+"v")
		if m.IntN(3) == 0 {
			h.Add(name, "second")
		}
	}
	return h
}

// cookies makes pairs as they stand in a Cookie field.
func (m maker) cookies() []string {
	var cookies []string
	for range m.IntN(4) {
		cookies = append(cookies, "c"+m.text(3, plainChars)+"="+m.text(6, plainChars+"=%&"))
	}
	return cookies
}

// newRequest makes a request and says what is in it. Bodies are UTF-8 with a type
// of text, or any bytes with one of binary.
func (m maker) request() (*http.Request, original) {
	methods := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
	query, values := m.query()
	o := original{
		Method: methods[m.IntN(len(methods))], Path: m.path(), Body: m.text(20, anyChars),
		Query: values, Header: m.header(), Cookies: m.cookies(),
	}
	contentType := "application/json"
	if m.IntN(2) == 0 {
		contentType = "application/octet-stream"
		o.Body += string([]byte{0xff, byte(m.IntN(256)), 0})
	}
	target := o.Path
	if query != "" {
		target += "?" + query
	}
	r := httptest.NewRequest(o.Method, "http://example.com/", strings.NewReader(o.Body))
	r.RequestURI = target
	o.Header.Set("Content-Type", contentType)
	r.Header = o.Header.Clone()
	if len(o.Cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(o.Cookies, "; "))
	}
	return r, o
}

// read gives what a function's http.Handler sees of a request.
func read(t *testing.T, r *http.Request) original {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	o := original{Method: r.Method, Path: r.URL.EscapedPath(), Body: string(body), Query: r.URL.Query(), Header: http.Header{}}
	for _, line := range r.Header["Cookie"] {
		o.Cookies = append(o.Cookies, strings.Split(line, "; ")...)
	}
	for name, values := range r.Header {
		if strings.HasPrefix(name, "X-") && strings.HasSuffix(name, "-End") || name == "Content-Type" {
			o.Header[name] = values
		}
	}
	return o
}

// TestRoundTrip has aws-lambda-go-api-proxy make of our events the requests that
// they were made of. It says the seed that it failed with.
func TestRoundTrip(t *testing.T) {
	rest, http2 := newAPI(template.REST, "Rest", "ANY /{proxy+}"), newAPI(template.HTTP, "Http", "ANY /{proxy+}")
	rest.BinaryMediaTypes = []string{"application/octet-stream"}
	v1, v2 := core.RequestAccessor{}, core.RequestAccessorV2{}
	tests := []struct {
		format string
		api    *template.API
		access func(event []byte) (*http.Request, error)
	}{
		{"1.0", rest, func(event []byte) (*http.Request, error) {
			var e events.APIGatewayProxyRequest
			if err := json.Unmarshal(event, &e); err != nil {
				return nil, err
			}
			return v1.EventToRequest(e)
		}},
		{"2.0", http2, func(event []byte) (*http.Request, error) {
			var e events.APIGatewayV2HTTPRequest
			if err := json.Unmarshal(event, &e); err != nil {
				return nil, err
			}
			return v2.EventToRequest(e)
		}},
	}
	n := roundTrips
	if testing.Short() {
		n /= 100
	}
	for _, tt := range tests {
		t.Run(tt.format, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t, Config{APIs: []*template.API{tt.api}, Invoker: echoing})
			for seed := range uint64(n) {
				r, want := maker{rand.New(rand.NewPCG(seed, 0)), tt.format == "2.0"}.request()
				back, err := tt.access(madeEvent(t, g, r))
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				if got := read(t, back); !same(got, want) {
					t.Fatalf("seed %d (-want +got):\n%s", seed, cmp.Diff(want, got))
				}
			}
		})
	}
}

// madeEvent gives the event of a request without the way back.
func madeEvent(t *testing.T, g *Gateway, r *http.Request) []byte {
	t.Helper()
	x := g.begin(sink{http.Header{}}, r)
	defer g.end(x)
	for _, step := range steps {
		if refused := step(x); refused != nil {
			t.Fatalf("%s %s: got %s", r.Method, r.RequestURI, refused.Why())
		}
	}
	return slices.Clone(x.event.Function(&x.request, x.caller))
}

// same compares as cmp.Equal does, in less time.
func same(a, b original) bool {
	equal := func(a, b map[string][]string) bool {
		for name, values := range a {
			if !slices.Equal(values, b[name]) {
				return false
			}
		}
		return len(a) == len(b)
	}
	return a.Method == b.Method && a.Path == b.Path && a.Body == b.Body &&
		equal(a.Query, b.Query) && equal(a.Header, b.Header) && slices.Equal(a.Cookies, b.Cookies)
}
