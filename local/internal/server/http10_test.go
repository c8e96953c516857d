package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// answered10 answers by the path, as handlers do that know nothing of HTTP/1.0.
func answered10(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/measured":
		w.Header().Set("Content-Length", "2")
		io.WriteString(w, "ok")
	case "/short":
		io.WriteString(w, "ok")
	case "/long":
		io.WriteString(w, "HTTP/1.0 "+strings.Repeat("x", 100_000))
	case "/stream":
		for range 2 {
			io.WriteString(w, "HTTP/1.0 ")
			_ = http.NewResponseController(w).Flush()
		}
	case "/nothing":
		w.WriteHeader(http.StatusNoContent)
	case "/large":
		body, _ := io.ReadAll(r.Body)
		fmt.Fprint(w, len(body))
	}
}

// TestHTTP10 has what clients of HTTP/1.0 get, byte by byte but for the date: the
// status line of the highest version that the server knows (RFC 9110 §6.2), never
// chunks, and a connection that stays open only where they ask for it and can tell
// where the body ends.
func TestHTTP10(t *testing.T) {
	const keep = "Connection: keep-alive\r\n"
	plain := func(before, after, body string) string {
		return "HTTP/1.1 200 OK\r\n" + before + "Content-Type: text/plain; charset=utf-8\r\n" + after + "\r\n" + body
	}
	const two, closed = "Content-Length: 2\r\n", "Connection: close\r\n"
	tests := []struct {
		name, request, want string
		open                bool
	}{
		{"not asked to stay", "GET /measured HTTP/1.0\r\n\r\n", plain(closed+two, "", "ok"), false},
		{"asked to stay", "GET /measured HTTP/1.0\r\n" + keep + "\r\n", plain(two, keep, "ok"), true},
		{"a body that is measured here", "GET /short HTTP/1.0\r\n" + keep + "\r\n", plain(two, keep, "ok"), true},
		{"a body without a length", "GET /long HTTP/1.0\r\n" + keep + "\r\n", plain("", "", "HTTP/1.0 "+strings.Repeat("x", 100_000)), false},
		{"a stream", "GET /stream HTTP/1.0\r\n" + keep + "\r\n", plain("", "", "HTTP/1.0 HTTP/1.0 "), false},
		{"a stream, not asked to stay", "GET /stream HTTP/1.0\r\n\r\n", plain(closed, "", "HTTP/1.0 HTTP/1.0 "), false},
		{"no body", "GET /nothing HTTP/1.0\r\n" + keep + "\r\n", "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n", true},
		{"HEAD", "HEAD /measured HTTP/1.0\r\n" + keep + "\r\n", plain(two, keep, ""), true},
		{"a body of its own", "POST /large HTTP/1.0\r\n" + keep + "Content-Length: 9\r\n\r\n123456789", plain("Content-Length: 1\r\n", keep, "9"), true},
		{"chunks, which HTTP/1.0 does not know", "POST /measured HTTP/1.0\r\n" + keep + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
			plain(closed+two, "", "ok"), false},
		{"what no server takes", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
			"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request", false},
		{"after one of HTTP/1.1", "GET /measured HTTP/1.1\r\nHost: a\r\n\r\nGET /measured HTTP/1.0\r\n\r\n",
			plain(two, "", "ok") + plain(closed+two, "", "ok"), false},
	}
	date := regexp.MustCompile(`Date: [^\r]*\r\n`)
	for _, w := range []way{asItIs, overTLS} {
		for _, tt := range tests {
			_, addr := w.start(t, answered10)
			conn := w.dial(t, addr, "http/1.1")
			send(t, conn, tt.request)
			want := tt.want
			if tt.open {
				send(t, conn, "GET /short HTTP/1.0\r\n\r\n")
				want += plain(closed+two, "", "ok")
			}
			all, err := io.ReadAll(bufio.NewReader(conn))
			if got := date.ReplaceAllString(string(all), ""); err != nil || got != want {
				t.Errorf("%s, %s: got %.300q, %v, want %.300q", w.name, tt.name, got, err, want)
			}
		}
	}
}
