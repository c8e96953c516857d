package gateway

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/gateway/internal/answer"
	"maru/local/internal/template"
)

// forever stands for no deadline.
const forever = time.Duration(-1)

// deadlineWriter is a client that takes delay for each piece. It notes how far off
// each deadline is, and goes by it.
type deadlineWriter struct {
	*httptest.ResponseRecorder
	delay     time.Duration
	deadline  time.Time
	deadlines []time.Duration
}

func newDeadlineWriter() *deadlineWriter {
	return &deadlineWriter{ResponseRecorder: httptest.NewRecorder()}
}

func (w *deadlineWriter) SetWriteDeadline(t time.Time) error {
	w.deadline = t
	if t.IsZero() {
		w.deadlines = append(w.deadlines, forever)
	} else {
		w.deadlines = append(w.deadlines, time.Until(t))
	}
	return nil
}

func (w *deadlineWriter) Write(p []byte) (int, error) {
	<-time.After(w.delay)
	if time.Now().After(w.deadline) {
		return 0, os.ErrDeadlineExceeded
	}
	return w.ResponseRecorder.Write(p)
}

// TestWriteDeadlines: a stream has to be written by the function's deadline, which is
// not that of telling that it has passed; all else in the client's own time.
func TestWriteDeadlines(t *testing.T) {
	const own = 3 * time.Minute
	large := `{"statusCode":200,"body":"` + strings.Repeat("x", 2*64<<10+1) + `"}`
	tests := []struct {
		name string
		mode string
		fn   Invoker
		want []time.Duration
	}{
		{"buffered", "BUFFERED", returning(`{"statusCode":200,"body":"x"}`), []time.Duration{answer.Patience}},
		{"buffered, in pieces", "BUFFERED", returning(large), []time.Duration{answer.Patience, answer.Patience, answer.Patience}},
		{"buffered, without a body", "BUFFERED", returning(`{"statusCode":204}`), []time.Duration{answer.Patience}},
		{"refused", "BUFFERED", failing(failed(FunctionTimeout)), []time.Duration{answer.Patience}},
		{"stream", "RESPONSE_STREAM", streamUntil(own, nil, "{}"+nuls, "a", "b"), []time.Duration{own, answer.Patience}},
		{"stream of nothing", "RESPONSE_STREAM", streamUntil(own, nil, "{}"+nuls), []time.Duration{own, answer.Patience}},
		{"stream of nothing, without a prelude", "RESPONSE_STREAM", streamFunc(func(begin func(string, time.Time) io.Writer) error {
			begin("text/plain", time.Now().Add(own))
			return nil
		}), []time.Duration{own, answer.Patience}},
		{"stream that is refused", "RESPONSE_STREAM", streamUntil(own, failed(FunctionTimeout)), []time.Duration{answer.Patience, forever}},
		{"stream that breaks off", "RESPONSE_STREAM", streamUntil(own, failed(FunctionTimeout), "{}"+nuls+"a"), []time.Duration{own}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newDeadlineWriter()
				serveBroken(urlGateway(t, newURL(tt.mode), tt.fn), w)
				if diff := cmp.Diff(tt.want, w.deadlines); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}

// streamUntil is a function that streams and whose own time ends after d.
func streamUntil(d time.Duration, err error, chunks ...string) streamFunc {
	return func(begin func(string, time.Time) io.Writer) error {
		w := begin("application/vnd.awslambda.http-integration-response", time.Now().Add(d))
		for _, chunk := range chunks {
			if _, err := io.WriteString(w, chunk); err != nil {
				return err
			}
		}
		return err
	}
}

// serveBroken serves a GET and tells whether the response was broken off.
func serveBroken(g *Gateway, w http.ResponseWriter) (broken bool) {
	defer func() { broken = recover() == http.ErrAbortHandler }()
	g.ServeHTTP(w, httptest.NewRequest("GET", urlHost, nil))
	return false
}

// TestSlowClient: what counts is that a client goes on reading, not how long it
// takes in all.
func TestSlowClient(t *testing.T) {
	body := strings.Repeat("x", 100*64<<10)
	for _, tt := range []struct {
		delay  time.Duration
		broken bool
		length int
	}{
		{answer.Patience - 1, false, len(body)},
		{answer.Patience + 1, true, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newDeadlineWriter()
			w.delay = tt.delay
			broken := serveBroken(urlGateway(t, newURL("BUFFERED"), returning(`{"statusCode":200,"body":"`+body+`"}`)), w)
			if broken != tt.broken || w.Body.Len() != tt.length {
				t.Errorf("%v a piece: got broken %t after %d bytes, want %t after %d", tt.delay, broken, w.Body.Len(), tt.broken, tt.length)
			}
		})
	}
}

// lines is a log whose lines can be waited for.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

// TestClientThatNeverReads (HTTP/1 and 2) gets no more than fits on the way to it,
// and is cut off.
func TestClientThatNeverReads(t *testing.T) {
	const size = 16 << 20 // more than buffers on the way hold
	tests := map[string]func(addr string){
		"HTTP/1.1": func(addr string) {
			conn, _ := dial(t, addr)
			if err := conn.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
		},
		"HTTP/2": func(addr string) { fetch(t, protocols(t)["HTTP/2"], addr) },
	}
	for name, ask := range tests {
		t.Run(name, func(t *testing.T) {
			log := make(lines, 8)
			g := newGateway(t, Config{APIs: []*template.API{newAPI(template.REST, "Api", "GET /")},
				Invoker: returning(`{"statusCode":200,"body":"` + strings.Repeat("x", size) + `"}`),
				Log:     slog.New(slog.NewTextHandler(log, nil))})
			g.writePatience = 100 * time.Millisecond
			ask(serve(t, g))
			select {
			case line := <-log:
				if !strings.Contains(line, `msg="response broken off"`) {
					t.Errorf("got %s, want that the response was broken off", line)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("the response is still being written")
			}
		})
	}
}

// TestBodilessStreams have the head that the same response as a whole would have.
func TestBodilessStreams(t *testing.T) {
	for status, length := range map[int]string{200: "", 204: "", 205: "0", 304: ""} {
		addr := serve(t, streaming(t, template.URL, chunks("application/vnd.awslambda.http-integration-response", nil, fmt.Sprintf(`{"statusCode":%d}`, status)+nuls, "lost", "lost")))
		conn, r := dial(t, addr)
		for range 2 { // a message framed wrongly would be read as part of the next one
			res, body := exchangeOn(t, conn, r, "GET / HTTP/1.1\r\nHost: fnurl.localhost\r\n\r\n", "GET")
			if got := res.Header.Get("Content-Length"); res.StatusCode != status || got != length || (body != "") != (status == 200) {
				t.Errorf("got %d with Content-Length %q and body %q, want %d with %q", res.StatusCode, got, body, status, length)
			}
		}
	}
}

// TestInterimStatusOfTemplate: a template may say what no function may.
func TestInterimStatusOfTemplate(t *testing.T) {
	for _, status := range []int{100, 101, 103, 199} {
		api := newAPI(template.REST, "Api", "GET /")
		api.Routes[0].Mock = &template.Mock{StatusCode: status, Body: "{}"}
		api.GatewayResponses = map[string]template.GatewayResponse{"DEFAULT_4XX": {StatusCode: status}}
		conn, r := dial(t, serve(t, newGateway(t, Config{APIs: []*template.API{api}, Invoker: never(t)})))
		for _, path := range []string{"/", "/missing", "/"} {
			if res, _ := exchangeOn(t, conn, r, "GET "+path+" HTTP/1.1\r\nHost: a\r\n\r\n", "GET"); res.StatusCode != 500 {
				t.Errorf("%s with status %d: got %d, want 500", path, status, res.StatusCode)
			}
		}
	}
}

// TestFramingIsNotTheTemplates: nor is it the function's, see "A.30 dropped".
func TestFramingIsNotTheTemplates(t *testing.T) {
	for _, name := range []string{"content-length", "Content-Length", "transfer-encoding", "Transfer-Encoding", "Trailer"} {
		api := newAPI(template.REST, "Api", "GET /")
		api.Routes[0].Mock = &template.Mock{StatusCode: 200, Body: "{}", Headers: map[string]string{name: "77"}}
		api.GatewayResponses = map[string]template.GatewayResponse{"DEFAULT_4XX": {StatusCode: 200, Headers: map[string]string{name: "77"}}}
		conn, r := dial(t, serve(t, newGateway(t, Config{APIs: []*template.API{api}, Invoker: never(t)})))
		for _, path := range []string{"/", "/missing", "/"} {
			res, _ := exchangeOn(t, conn, r, "GET "+path+" HTTP/1.1\r\nHost: a\r\n\r\n", "GET")
			if res.ContentLength <= 0 || res.ContentLength == 77 || res.Trailer != nil {
				t.Errorf("%s with %s: got %d bytes and trailer %v, want the length of the body", path, name, res.ContentLength, res.Trailer)
			}
		}
	}
}
