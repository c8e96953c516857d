package http1

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// fakeConn reads what a client sent and keeps what it is sent.
type fakeConn struct {
	net.Conn
	io.Reader
	sent bytes.Buffer
}

func (f *fakeConn) Read(p []byte) (int, error)      { return f.Reader.Read(p) }
func (f *fakeConn) Write(p []byte) (int, error)     { return f.sent.Write(p) }
func (f *fakeConn) SetReadDeadline(time.Time) error { return nil }

func connOf(input string) *Conn { return NewConn(&fakeConn{Reader: strings.NewReader(input)}) }

func TestRequests(t *testing.T) {
	input := "GET /next HTTP/1.1\r\nHost: x\r\n\r\n" +
		"POST /a HTTP/1.1\r\ncontent-length: 3\r\nX-One:  two words \r\n\r\nabc" +
		"POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1;ext=1\r\nf\r\n0\r\nTrailer-One: t\r\n\r\n" +
		"POST /skipped HTTP/1.1\r\nContent-Length: 5\r\n\r\n12345" +
		"GET /last HTTP/1.1\r\nConnection: close\r\n\r\n"
	for _, read := range []struct {
		how    string
		reader io.Reader
	}{
		{"at once", strings.NewReader(input)},
		{"byte by byte", iotest.OneByteReader(strings.NewReader(input))},
	} {
		t.Run(read.how, func(t *testing.T) {
			c := NewConn(&fakeConn{Reader: read.reader})
			for _, want := range []struct {
				target, header, body, trailer string
				skip, closing                 bool
			}{
				{target: "/next"},
				{target: "/a", header: "two words", body: "abc"},
				{target: "/b", body: "def", trailer: "t"},
				{target: "/skipped", skip: true},
				{target: "/last", closing: true},
			} {
				r, err := c.ReadRequest()
				if err != nil {
					t.Fatal(err)
				}
				if string(r.Target) != want.target || r.Header("x-one") != want.header || r.Close() != want.closing {
					t.Errorf("got %s %q %v, want %+v", r.Target, r.Header("x-one"), r.Close(), want)
				}
				if want.skip {
					continue
				}
				body, err := c.ReadBody(100)
				if err != nil || string(body) != want.body || c.Trailer("trailer-one") != want.trailer {
					t.Errorf("%s: got body %q, trailer %q, %v; want %+v", want.target, body, c.Trailer("trailer-one"), err, want)
				}
			}
			if _, err := c.ReadRequest(); err != io.EOF {
				t.Errorf("got %v at the end, want EOF", err)
			}
		})
	}
}

func TestMalformed(t *testing.T) {
	for _, input := range []string{
		"GET\r\n\r\n",
		"GET / HTTP/2.0\r\n\r\n",
		"GET  HTTP/1.1\r\n\r\n",
		"GET / HTTP/1.1\r\nNo colon\r\n\r\n",
		"GET / HTTP/1.1\r\nSpace : x\r\n\r\n",
		"GET / HTTP/1.1\r\nFolded: x\r\n y\r\n\r\n",
		"GET / HTTP/1.1\r\n: x\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
	} {
		if _, err := connOf(input).ReadRequest(); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: got %v, want ErrMalformed", input, err)
		}
	}
}

func TestMalformedBody(t *testing.T) {
	head := "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
	for body, want := range map[string]error{
		"x\r\n":                  ErrMalformed,
		"-1\r\n":                 ErrMalformed,
		"1\na\r\n":               ErrMalformed,
		"1\r\nab\r\n0\r\n\r\n":   ErrMalformed,
		"5\r\nab":                io.ErrUnexpectedEOF,
		"0\r\nNo-End: of-it\r\n": io.ErrUnexpectedEOF,
	} {
		c := connOf(head + body)
		if _, err := c.ReadRequest(); err != nil {
			t.Fatal(err)
		}
		if _, err := c.ReadBody(100); !errors.Is(err, want) {
			t.Errorf("%q: got %v, want %v", body, err, want)
		}
	}
}

func TestBodyLimit(t *testing.T) {
	for _, framing := range []string{
		"Content-Length: 4\r\n\r\nabcd",
		"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n",
	} {
		for limit, want := range map[int64]error{3: ErrTooLarge, 4: nil} {
			c := connOf("POST / HTTP/1.1\r\n" + framing + "GET /after HTTP/1.1\r\n\r\n")
			if _, err := c.ReadRequest(); err != nil {
				t.Fatal(err)
			}
			if _, err := c.ReadBody(limit); !errors.Is(err, want) {
				t.Errorf("%q limited to %d: got %v, want %v", framing, limit, err, want)
			}
			if r, err := c.ReadRequest(); err != nil || string(r.Target) != "/after" {
				t.Errorf("%q limited to %d: the next request is lost: %v", framing, limit, err)
			}
		}
	}
}

func TestExpectContinue(t *testing.T) {
	conn := &fakeConn{Reader: strings.NewReader("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na")}
	c := NewConn(conn)
	if _, err := c.ReadRequest(); err != nil {
		t.Fatal(err)
	}
	if conn.sent.Len() > 0 {
		t.Errorf("sent %q before the body was asked for", &conn.sent)
	}
	if _, err := c.ReadBody(1); err != nil {
		t.Fatal(err)
	}
	if got, want := conn.sent.String(), "HTTP/1.1 100 Continue\r\n\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLongHead(t *testing.T) {
	long := "GET / HTTP/1.1\r\nX: " + strings.Repeat("x", 100<<10) + "\r\n\r\n"
	if r, err := connOf(long).ReadRequest(); err != nil || len(r.Header("X")) != 100<<10 {
		t.Errorf("got %v for a head of 100 KiB, want it whole", err)
	}
	if _, err := connOf(strings.Repeat("x", MaxHead+bufferSize)).ReadRequest(); !errors.Is(err, ErrMalformed) {
		t.Errorf("got %v for an endless head, want ErrMalformed", err)
	}
}

// A deadline interrupts a read between the bytes of a head; the next read goes
// on where it stopped.
func TestInterruptedRead(t *testing.T) {
	client, server := net.Pipe()
	defer client.Close()
	c := NewConn(server)
	go func() { _, _ = client.Write([]byte("GET /a HT")) }()
	for !bytes.HasPrefix(c.buf[:c.end], []byte("GET /a HT")) {
		if err := c.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if _, err := c.ReadRequest(); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("got %v, want a deadline", err)
		}
	}
	go func() { _, _ = client.Write([]byte("TP/1.1\r\n\r\n")) }()
	if err := c.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	if r, err := c.ReadRequest(); err != nil || string(r.Target) != "/a" {
		t.Errorf("got %v, want the request", err)
	}
}

// connect returns both ends of a connection.
func connect(t *testing.T) (server, client net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if client, err = net.Dial("tcp", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	if server, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server, client
}

// Whatever arrives, reading ends, with requests whose framing is sound.
func FuzzConn(f *testing.F) {
	f.Add([]byte("POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n\r\n"))
	f.Add([]byte("POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\nT: t\r\n\r\n"))
	f.Fuzz(func(t *testing.T, input []byte) {
		c := NewConn(&fakeConn{Reader: bytes.NewReader(input)})
		for range len(input) + 1 {
			r, err := c.ReadRequest()
			if err != nil {
				return
			}
			if !isToken(r.Method) && len(r.Method) == 0 {
				t.Errorf("a request without a method from %q", input)
			}
			if body, err := c.ReadBody(64); err == nil && len(body) > 64 {
				t.Errorf("a body of %d bytes over the limit", len(body))
			}
		}
		t.Errorf("more requests than bytes from %q", input)
	})
}

func BenchmarkReadRequest(b *testing.B) {
	input := []byte("POST /2018-06-01/runtime/invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd/response HTTP/1.1\r\n" +
		"Host: 127.0.0.1:9001\r\nUser-Agent: aws-lambda-go/go1.26\r\nTransfer-Encoding: chunked\r\n" +
		"Content-Type: application/octet-stream\r\nAccept-Encoding: gzip\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
	reader := bytes.NewReader(nil)
	c := NewConn(&fakeConn{Reader: reader})
	b.ReportAllocs()
	for b.Loop() {
		reader.Reset(input)
		if _, err := c.ReadRequest(); err != nil {
			b.Fatal(err)
		}
		if _, err := c.ReadBody(1 << 20); err != nil {
			b.Fatal(err)
		}
	}
}
