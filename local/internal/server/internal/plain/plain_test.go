package plain

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"maru/local/internal/server/head"
)

// served is a server that is asked by raw bytes.
type served struct {
	*http.Server
	addr string
	// plainly counts the requests that were served here, netHTTP the others.
	plainly, netHTTP atomic.Int32
}

// serve serves a handler with net/http alone or, where wrap is Listen, with this
// package before it.
func serve(t testing.TB, h http.HandlerFunc, wrap wrapper) *served {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &served{addr: inner.Addr().String()}
	s.Server = &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, ok := w.(*response); ok {
				s.plainly.Add(1)
			} else {
				s.netHTTP.Add(1)
			}
			h(w, r)
		}),
		IdleTimeout: time.Minute, DisableGeneralOptionsHandler: true, ErrorLog: log.New(io.Discard, "", 0),
	}
	head.Configure(s.Server)
	l := wrap(head.Listen(inner), s.Server)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(l) // ends in http.ErrServerClosed
	}()
	t.Cleanup(func() {
		s.Server.Close()
		<-done
	})
	return s
}

// wrapper puts something before net/http, or nothing.
type wrapper func(net.Listener, *http.Server) net.Listener

func plainly(l net.Listener, s *http.Server) net.Listener { return Listen(l, s) }
func asItIs(l net.Listener, _ *http.Server) net.Listener  { return l }

func (s *served) dial(t testing.TB) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	return conn
}

// ask sends bytes on a connection of their own and returns all that comes back.
func (s *served) ask(t testing.TB, text string) string {
	t.Helper()
	conn := s.dial(t)
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	_ = conn.(*net.TCPConn).CloseWrite()
	defer conn.Close()
	answer, err := io.ReadAll(conn)
	if err != nil && len(answer) == 0 {
		return "no answer" // a reset
	}
	return string(date.ReplaceAll(answer, []byte("Date: now\r\n")))
}

var date = regexp.MustCompile(`Date: [^\r]*\r\n`)

// answers has a handler for each path: what a handler can do to a response.
var answers = map[string]http.HandlerFunc{
	"/echo": func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		fmt.Fprintln(w, r.Method, r.RequestURI, r.URL.Path, r.Host, r.Proto, r.ContentLength, r.Close, r.TransferEncoding, err)
		for _, name := range slices.Sorted(maps.Keys(r.Header)) {
			fmt.Fprintln(w, name, r.Header[name])
		}
		fmt.Fprintf(w, "%q", body)
	},
	"/nothing": func(http.ResponseWriter, *http.Request) {},
	"/status":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(418) },
	"/strange": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(799) },
	"/204":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204); fmt.Fprint(w, "no") },
	"/304": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "a/b")
		w.Header().Set("Content-Length", "5")
		w.Header().Set("Etag", `"1"`)
		w.WriteHeader(304)
	},
	"/205": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(205); fmt.Fprint(w, "reset") },
	"/early": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "<a>")
		w.WriteHeader(103)
		fmt.Fprint(w, "late")
	},
	"/twice": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200); w.WriteHeader(500) },
	"/late": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(200)
		w.Header().Set("X-Late", "1")
	},
	"/names": func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["lower-case"] = []string{"1", "2"}
		w.Header()["bad name"] = []string{"1"}
		w.Header().Set("Lines", "a\r\nb: c")
		w.Header()["Date"] = nil
		w.Header()["Content-Type"] = nil
		fmt.Fprint(w, "<html>")
	},
	"/encoded": saying("<html>", "Content-Encoding", "gzip"),
	"/coded":   saying("a", "Transfer-Encoding", "chunked"),
	"/length":  saying("hello", "Content-Length", "5"),
	"/longer": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "3")
		fmt.Fprint(w, "he", "llo")
	},
	"/shorter": saying("hello", "Content-Length", "9"),
	"/wrong":   saying("hello", "Content-Length", "-9"),
	"/hidden": func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Length"] = nil
		fmt.Fprint(w, "hello")
	},
	"/closing": saying("bye", "Connection", "close"),
	"/kept":    saying("a", "Connection", "Keep-Alive"),
	"/flushed": func(w http.ResponseWriter, _ *http.Request) {
		control := http.NewResponseController(w)
		fmt.Fprint(w, control.SetWriteDeadline(time.Now().Add(time.Minute)), control.SetReadDeadline(time.Time{}))
		fmt.Fprint(w, control.Flush())
		fmt.Fprint(w, "two", control.Flush())
	},
	"/empty": func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, http.NewResponseController(w).Flush() == nil)
	},
	"/large": func(w http.ResponseWriter, _ *http.Request) { w.Write(bytes.Repeat([]byte("large "), 100_000)) },
	"/pieces": func(w http.ResponseWriter, _ *http.Request) {
		for range 3000 {
			fmt.Fprint(w, "piece ")
		}
	},
	"/aborted": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "a"); panic(http.ErrAbortHandler) },
	"/panic":   func(http.ResponseWriter, *http.Request) { panic("oh") },
	"/begun": func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "a")
		http.NewResponseController(w).Flush()
		panic("oh")
	},
	"/never": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(9) },
}

// saying writes a body after a field has been set.
func saying(body, name, value string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(name, value)
		fmt.Fprint(w, body)
	}
}

func answer(w http.ResponseWriter, r *http.Request) {
	if h := answers[r.URL.Path]; h != nil {
		h(w, r)
	} else {
		answers["/echo"](w, r)
	}
}

// both asks this package and net/http the same.
type both struct{ plain, netHTTP *served }

func serveBoth(t testing.TB) both {
	return both{serve(t, answer, plainly), serve(t, answer, asItIs)}
}

// compare wants the same answer of both, asked by ask or askTwice.
func (b both) compare(t testing.TB, ask func(*served, testing.TB, string) string, text string) {
	t.Helper()
	if got, want := ask(b.plain, t, text), ask(b.netHTTP, t, text); got != want {
		t.Errorf("%.300q:\ngot  %.900q\nwant %.900q", text, got, want)
	}
}

// TestResponses holds each thing that a handler can do against net/http, on a
// connection that is kept.
func TestResponses(t *testing.T) {
	b := serveBoth(t)
	for path := range answers {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			t.Run(method+path, func(t *testing.T) {
				// Two, so that what follows is seen, too.
				b.plain.plainly.Store(0)
				b.compare(t, (*served).askTwice, method+" "+path+" HTTP/1.1\r\nHost: a\r\n\r\n")
				if b.plain.plainly.Load() == 0 {
					t.Error("got the request served by net/http, want here")
				}
			})
		}
	}
}

// askTwice sends a request when the one before has been answered, and a third one
// that ends the connection. It returns all that came.
func (s *served) askTwice(t testing.TB, text string) string {
	t.Helper()
	conn := s.dial(t)
	var all bytes.Buffer
	r := bufio.NewReader(io.TeeReader(conn, &all))
	method, _, _ := strings.Cut(text, " ")
	for _, part := range []string{text, text, "GET /status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"} {
		_, _ = io.WriteString(conn, part) // fails where the server has closed it
		if err := skipAnswer(r, method); err != nil {
			all.WriteString("ended")
			break
		}
	}
	return string(date.ReplaceAll(all.Bytes(), []byte("Date: now\r\n")))
}

// skipAnswer reads a response, and the informational ones before it.
func skipAnswer(r *bufio.Reader, method string) error {
	for {
		res, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode >= 200 {
			return err
		}
	}
}

// TestRequests holds requests of all kinds against net/http, and tells which are
// plain.
func TestRequests(t *testing.T) {
	b := serveBoth(t)
	long := strings.Repeat("x", maxRequest)
	tests := []struct {
		name, text string
		plain      bool
	}{
		{"get", "GET /a?b=c HTTP/1.1\r\nHost: a:1\r\n\r\n", true},
		{"fields", "GET / HTTP/1.1\r\nhost: a\r\nx-A: 1\r\nX-a:2\r\nx-b:\t 3 \t\r\nEmpty:\r\nCookie: \xe4\r\n\r\n", true},
		{"body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", true},
		{"no body", "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", true},
		{"kept alive", "GET / HTTP/1.1\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n", true},
		{"another method", "brew / HTTP/1.1\r\nHost: a\r\n\r\n", true},
		{"trace", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", true},
		{"percent", "GET /a%20b%2F HTTP/1.1\r\nHost: a\r\n\r\n", true},
		{"closing", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false},
		{"HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\n\r\n", false},
		{"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", false},
		{"asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", false},
		{"absolute", "GET http://b/c HTTP/1.1\r\nHost: a\r\n\r\n", false},
		{"connect", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", false},
		{"chunks", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", false},
		{"chunks and length", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n1\r\na\r\n0\r\n\r\n", false},
		{"two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", false},
		{"different lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na", false},
		{"signed length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na", false},
		{"huge length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\na", false},
		{"short body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc", false},
		{"long body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 16384\r\n\r\n" + long, false},
		{"expect", "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na", false},
		{"upgrade", "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n", false},
		{"no host", "GET / HTTP/1.1\r\n\r\n", false},
		{"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", false},
		{"wrong host", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", false},
		{"wrong escape", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", true}, // and yet net/http says so
		{"white space before a colon", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length : 1\r\n\r\na", false},
		{"folded", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n", false},
		{"bare line feeds", "GET / HTTP/1.1\nHost: a\n\n", false},
		{"bare carriage return", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r2\r\n\r\n", false},
		{"control character", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\x002\r\n\r\n", false},
		{"no name", "GET / HTTP/1.1\r\nHost: a\r\n: 1\r\n\r\n", false},
		{"no colon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", false},
		{"leading empty line", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", false},
		{"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", false},
		{"long field", "GET / HTTP/1.1\r\nHost: a\r\nX: " + long + "\r\n\r\n", false},
		{"head cut off", "GET / HTTP/1.1\r\nHos", false},
		{"nothing", "", false},
		{"noise", "\x16\x03\x01\x00", false},
		{"two at once", "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b.plain.plainly.Store(0)
			b.compare(t, (*served).ask, tt.text)
			parsed := tt.name != "wrong escape"
			if got := b.plain.plainly.Load() > 0; got != (tt.plain && parsed) {
				t.Errorf("got served here: %t, want %t", got, tt.plain)
			}
			if size, ok := measure([]byte(tt.text)); (ok && size == len(tt.text)) != tt.plain {
				t.Errorf("measure: got %d, %t for %d bytes, want plain %t", size, ok, len(tt.text), tt.plain)
			}
		})
	}
}

// FuzzRequest wants the answer of net/http to any bytes.
func FuzzRequest(f *testing.F) {
	b := serveBoth(f)
	f.Add("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
	f.Add("POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nX: y\r\n\r\nab")
	f.Add("GET /large HTTP/1.1\r\nHost: a\r\n\r\nHEAD /304 HTTP/1.1\r\nHost: a\r\n\r\n")
	f.Fuzz(func(t *testing.T, text string) { b.compare(t, (*served).ask, text) })
}
