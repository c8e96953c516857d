package gateway

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/server/servertest"
	"maru/local/internal/template"
)

// streamFunc is an Invoker whose functions stream: it writes the response, of
// which begin is the start, and says how it ended.
type streamFunc func(begin func(string, time.Time) io.Writer) error

func (f streamFunc) Invoke(_ context.Context, i Invocation) (Result, error) {
	if i.Begin == nil {
		return Result{}, errors.New("invoked without a stream")
	}
	return Result{}, f(i.Begin)
}

// chunks is a function that writes these chunks and ends with err.
func chunks(contentType string, err error, chunks ...string) streamFunc {
	return func(begin func(string, time.Time) io.Writer) error {
		w := begin(contentType, time.Now().Add(time.Minute))
		for _, chunk := range chunks {
			if _, err := io.WriteString(w, chunk); err != nil {
				return nil // as Lambda does: the function runs on
			}
		}
		return err
	}
}

const nuls = "\x00\x00\x00\x00\x00\x00\x00\x00"

// newStreamAPI makes a REST API of one route that streams.
func newStreamAPI() *template.API {
	api := newAPI(template.REST, "Api", "GET /")
	api.Routes[0].Stream = true
	return api
}

// streaming are the two kinds of route that stream: a function URL's, and a REST API's.
func streaming(t testing.TB, kind template.Kind, fn Invoker) *Gateway {
	t.Helper()
	if kind == template.REST {
		return newGateway(t, Config{APIs: []*template.API{newStreamAPI()}, Invoker: fn})
	}
	return urlGateway(t, newURL("RESPONSE_STREAM"), fn)
}

const (
	restHost = "/"
	urlHost  = "http://fnurl.localhost/"
)

// TestStreamHeads (A.47, B.21) has what a stream makes of its Content-Type and
// its prelude.
func TestStreamHeads(t *testing.T) {
	octets := fieldsOf("Content-Type", "application/octet-stream")
	tests := []struct {
		name   string
		kind   template.Kind
		fn     Invoker
		want   sent
		target string
	}{
		{"bytes", template.URL, chunks("application/octet-stream", nil, "a", "b"), sent{200, octets, "ab"}, urlHost},
		{"bytes of no type", template.URL, chunks("", nil, "ab"), sent{200, octets, "ab"}, urlHost},
		{"bytes of their own type", template.URL, chunks("text/html", nil, "<p>"), sent{200, fieldsOf("Content-Type", "text/html"), "<p>"}, urlHost},
		{"nothing", template.URL, chunks("text/html", nil), sent{200, fieldsOf("Content-Type", "text/html"), ""}, urlHost},
		{"a function that does not stream is not read", template.URL, returning(`{"statusCode":201}`), sent{200, jsonType, `{"statusCode":201}`}, urlHost},
		{"prelude", template.URL, chunks("application/vnd.awslambda.http-integration-response", nil, `{"statusCode":201,"cookies":["a=1"],"headers":{"X":"1","Content-`,
			`Type":"text/html"}}`+nuls[:3], nuls[3:]+"<p", ">"), sent{201, fieldsOf("X", "1", "Content-Type", "text/html", "Set-Cookie", "a=1"), "<p>"}, urlHost},
		{"empty prelude", template.URL, chunks("APPLICATION/vnd.awslambda.http-integration-response; v=1", nil, "{}"+nuls+"ab"), sent{200, octets, "ab"}, urlHost},
		{"names that a URL's prelude does not have", template.URL, chunks("application/vnd.awslambda.http-integration-response", nil, `{"multiValueHeaders":{"a":["b"]},"body":"x"}`+nuls), sent{200, octets, ""}, urlHost},
		{"status without a body", template.URL, chunks("application/vnd.awslambda.http-integration-response", nil, `{"statusCode":204}`+nuls+"lost", "lost"), sent{204, octets, ""}, urlHost},
		{"REST", template.REST, chunks("application/octet-stream", nil, `{"statusCode":202,"headers":{"A":"1","Server":"x"},`+
			`"multiValueHeaders":{"a":["2"]},"cookies":["c=1"]}`+nuls+"ab"),
			sent{202, fieldsOf("Content-Type", "application/json", "a", "2", "a", "1", "x-amzn-Remapped-Server", "x", "Set-Cookie", "c=1"), "ab"}, restHost},
		{"REST without a prelude", template.REST, chunks("text/html", nil, "<p>"), restError, restHost},
		{"REST with a name that it does not know", template.REST, chunks("", nil, `{"wrong":1}`+nuls), restError, restHost},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := get(streaming(t, tt.kind, tt.fn), tt.target)
			got := sentBy(w)
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(sent{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestStreamsThatAreRefused has streams of which nothing was sent yet.
func TestStreamsThatAreRefused(t *testing.T) {
	failure := sent{502, fieldsOf("Content-Type", "text/plain"), "Internal Server Error"}
	for name, fn := range map[string]Invoker{
		"no response":                   streamFunc(func(func(string, time.Time) io.Writer) error { return nil }),
		"a prelude that does not end":   chunks("application/vnd.awslambda.http-integration-response", nil, `{"statusCode":200}`),
		"a prelude that is no JSON":     chunks("application/vnd.awslambda.http-integration-response", nil, `{"statusCode"`+nuls),
		"two preludes":                  chunks("application/vnd.awslambda.http-integration-response", nil, `{} {}`+nuls),
		"a prelude that is no object":   chunks("application/vnd.awslambda.http-integration-response", nil, `[]`+nuls),
		"an interim status":             chunks("application/vnd.awslambda.http-integration-response", nil, `{"statusCode":101}`+nuls),
		"a status that is no number":    chunks("application/vnd.awslambda.http-integration-response", nil, `{"statusCode":"x"}`+nuls),
		"a line break in a header":      chunks("application/vnd.awslambda.http-integration-response", nil, `{"headers":{"a":"b\r\nc: d"}}`+nuls),
		"a line break in the type":      chunks("text/html\r\nA: b", nil, "<p>"),
		"a prelude too long":            chunks("application/vnd.awslambda.http-integration-response", nil, strings.Repeat(" ", 17<<10)),
		"an error within the prelude":   chunks("application/vnd.awslambda.http-integration-response", errors.New("broken"), `{"statusCode":200}`),
		"a function that runs on after": chunks("application/vnd.awslambda.http-integration-response", nil, `[]`+nuls, "more", "and more"),
	} {
		got := sentBy(get(streaming(t, template.URL, fn), urlHost))
		if diff := cmp.Diff(failure, got, cmp.AllowUnexported(sent{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestRESTStreamTimeout (A.47): the integration's time holds for streams too, and
// a response that comes after it is nobody's.
func TestRESTStreamTimeout(t *testing.T) {
	api := newStreamAPI()
	api.Routes[0].Timeout = time.Millisecond
	late := make(chan func() error, 1)
	g := newGateway(t, Config{APIs: []*template.API{api}, Invoker: lateStream(late)})
	if w := get(g, "/"); w.Code != 504 {
		t.Errorf("got %d %s, want 504", w.Code, w.Body)
	}
	if err := (<-late)(); !errors.Is(err, answer.ErrStreamOver) {
		t.Errorf("got %v of a write that came too late, want %v", err, answer.ErrStreamOver)
	}
}

// lateStream is an Invoker that gives up at the end of its context, and a
// function that answers after that.
type lateStream chan func() error

func (l lateStream) Invoke(ctx context.Context, i Invocation) (Result, error) {
	l <- func() error {
		_, err := io.WriteString(i.Begin("", time.Time{}), "{}"+nuls)
		return err
	}
	<-ctx.Done()
	return Result{}, ctx.Err()
}

// protocols are clients of each protocol without TLS.
func protocols(t *testing.T) map[string]*http.Client {
	return map[string]*http.Client{
		"HTTP/1.1": servertest.Client(t, func(p *http.Protocols) { p.SetHTTP1(true) }),
		"HTTP/2":   servertest.Client(t, func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) }),
	}
}

// fetch sends a GET to the function URL that addr serves.
func fetch(t *testing.T, c *http.Client, addr string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+addr+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "fnurl.localhost"
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

// TestChunksAreSentAsTheyCome: the function writes each chunk only once the
// client has the one before.
func TestChunksAreSentAsTheyCome(t *testing.T) {
	for name, c := range protocols(t) {
		t.Run(name, func(t *testing.T) {
			received := make(chan string)
			addr := serve(t, streaming(t, template.URL, streamFunc(func(begin func(string, time.Time) io.Writer) error {
				w := begin("application/vnd.awslambda.http-integration-response", time.Now().Add(time.Minute))
				for _, chunk := range []string{`{"headers":{}}` + nuls, "one", "two"} {
					if _, err := io.WriteString(w, chunk); err != nil {
						return err
					}
					<-received
				}
				return nil
			})))
			res := fetch(t, c, addr)
			received <- "the head"
			for _, want := range []string{"one", "two"} {
				got := make([]byte, 3)
				if _, err := io.ReadFull(res.Body, got); err != nil || string(got) != want {
					t.Fatalf("got %q, %v, want %q", got, err, want)
				}
				received <- want
			}
			if rest, err := io.ReadAll(res.Body); len(rest) > 0 || err != nil || res.ContentLength != -1 {
				t.Errorf("got %q, %v and length %d, want a clean end", rest, err, res.ContentLength)
			}
		})
	}
}

// TestBrokenStreamHasNoEnd: a client can tell a part from the whole, whatever it
// speaks.
func TestBrokenStreamHasNoEnd(t *testing.T) {
	for name, c := range protocols(t) {
		for _, kind := range []template.Kind{template.REST, template.URL} {
			t.Run(fmt.Sprint(name, " ", kind), func(t *testing.T) {
				res := fetch(t, c, serve(t, streaming(t, kind, chunks("application/vnd.awslambda.http-integration-response", errors.New("crashed"), "{}"+nuls+"part"))))
				body, err := io.ReadAll(res.Body)
				if res.StatusCode != 200 || string(body) != "part" || err == nil {
					t.Errorf("got %d %q, %v, want 200, a part and an error", res.StatusCode, body, err)
				}
			})
		}
	}
}

// A client of HTTP/1.0 knows the end of a response by that of the connection: only a
// reset tells it that there was to be more.
func TestBrokenStreamIsReset(t *testing.T) {
	for name, want := range map[string]error{"crashed": syscall.ECONNRESET, "": nil} {
		var failed error
		if name != "" {
			failed = errors.New(name)
		}
		addr := serve(t, streaming(t, template.URL, chunks("text/plain", failed, "part")))
		conn, r := dial(t, addr)
		if _, err := io.WriteString(conn, "GET / HTTP/1.0\r\nHost: fnurl.localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); !errors.Is(err, want) {
			t.Errorf("%q: got %q and the error %v, want %v", name, got, err, want)
		}
	}
}

// TestBrokenStreamIsLogged, and the server told not to end the response.
func TestBrokenStreamIsLogged(t *testing.T) {
	var log strings.Builder
	g := streaming(t, template.URL, chunks("", errors.New("crashed"), "part"))
	g.config.Log = slog.New(slog.NewTextHandler(&log, nil))
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("got a panic with %v, want %v", got, http.ErrAbortHandler)
		}
		for _, want := range []string{`msg="response broken off" function=Fn`, "reason=crashed", "msg=request", "status=200"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("got log %s, want …%s…", log.String(), want)
			}
		}
	}()
	get(g, urlHost)
}

// TestRESTWriteDeadline: the integration's time may be up before the function's.
func TestRESTWriteDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newStreamAPI()
		api.Routes[0].Timeout = time.Minute
		w := newDeadlineWriter()
		g := newGateway(t, Config{APIs: []*template.API{api}, Invoker: streamFunc(func(begin func(string, time.Time) io.Writer) error {
			_, err := io.WriteString(begin("", time.Now().Add(time.Hour)), "{}"+nuls)
			return err
		})})
		g.ServeHTTP(w, newRequest("GET", "/", ""))
		if diff := cmp.Diff([]time.Duration{time.Minute, answer.Patience}, w.deadlines); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestClientThatStopsReading holds the function up until its deadline and no
// longer: then writing fails, and the function runs to its end without it.
func TestClientThatStopsReading(t *testing.T) {
	ended := make(chan error, 1)
	addr := serve(t, streaming(t, template.URL, streamFunc(func(begin func(string, time.Time) io.Writer) error {
		w := begin("", time.Now().Add(100*time.Millisecond))
		for {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				ended <- err
				return nil
			}
		}
	})))
	conn, _ := dial(t, addr)
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: fnurl.localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the function is still writing")
	}
}

// TestClientThatLeavesAStream (B.22) does not stop the function.
func TestClientThatLeavesAStream(t *testing.T) {
	left, ended := make(chan struct{}), make(chan error, 1)
	addr := serve(t, streaming(t, template.URL, streamFunc(func(begin func(string, time.Time) io.Writer) error {
		w := begin("", time.Now().Add(time.Minute))
		_, _ = io.WriteString(w, "the head comes with the first byte")
		<-left
		for {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				_, again := w.Write([]byte("the same error from now on"))
				ended <- errors.Join(err, again)
				return nil
			}
		}
	})))
	conn, r := dial(t, addr)
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: fnurl.localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	close(left)
	if err := <-ended; err == nil {
		t.Error("got no error from writing to nobody")
	}
}

// TestStreamMemory (B.22): what has been sent is not kept. The stream is longer than the
// default quota, which is told of once and no more.
func TestStreamMemory(t *testing.T) {
	const size, chunk = 256 << 20, 1 << 20
	var log strings.Builder
	grown := make(chan uint64, 1)
	g := streaming(t, template.URL, streamFunc(func(begin func(string, time.Time) io.Writer) error {
		w, part := begin("", time.Now().Add(time.Minute)), make([]byte, chunk)
		before := allocated()
		for range size / chunk {
			if _, err := w.Write(part); err != nil {
				return err
			}
		}
		grown <- allocated() - before
		return nil
	}))
	g.config.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	conn, r := dial(t, serve(t, g))
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: fnurl.localhost\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	got, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ *bufio.Reader }{r}, make([]byte, chunk))
	if err != nil || got < size {
		t.Errorf("got %d bytes, %v, want more than %d", got, err, size)
	}
	if n := <-grown; n > 16<<20 {
		t.Errorf("got %d bytes allocated for a stream of %d", n, size)
	}
	if n := strings.Count(log.String(), "default quota for streams"); n != 1 {
		t.Errorf("got %d warnings of the quota, want 1", n)
	}
}

// allocated is how many bytes have ever been allocated.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// FuzzStream checks the same of streams that begin with any prelude or type.
func FuzzStream(f *testing.F) {
	for _, head := range []string{`{"statusCode":201,"headers":{"a":"b"},"cookies":["c=d"]}`, `{"headers":{"a":"\r\n"}}`, "text/html", "a\nb"} {
		f.Add(head)
	}
	f.Fuzz(func(t *testing.T, head string) {
		for _, fn := range []Invoker{chunks("application/vnd.awslambda.http-integration-response", nil, head+nuls, "body"), chunks(head, nil, "body")} {
			checkHead(t, get(streaming(t, template.URL, fn), urlHost))
			checkHead(t, get(streaming(t, template.REST, fn), restHost))
		}
	})
}

// A function that fails before its first byte has no response to break off.
func TestStreamThatFailsFirst(t *testing.T) {
	for _, tt := range []struct {
		err    error
		status int
		body   string
	}{{errors.New("boom"), 502, "Internal Server Error"}, {nil, 200, ""}} {
		g := streaming(t, template.URL, chunks("text/plain", tt.err))
		if w := do(g, atURL("GET", "/", "")); w.Code != tt.status || w.Body.String() != tt.body {
			t.Errorf("%v: got %d %q, want %d %q", tt.err, w.Code, w.Body, tt.status, tt.body)
		}
	}
}
