package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"
)

const (
	// greeting is the body that every subject answers.
	greeting = "hello"
	// maxAnswer is the most bytes that an answer may have.
	maxAnswer = 4096
	// patience is how long an answer may take.
	patience = 10 * time.Second
)

// generator is the client of all measurements: some connections that are kept
// alive, each of which sends the next request when the answer to the last one
// is there. It shares the machine with what it measures, so it does only what it
// must: the bytes of the request are made once, those of an answer are looked
// at in place, and a request allocates nothing.
type generator struct {
	connections []*connection
}

// outcome is what one run of a generator saw.
type outcome struct {
	elapsed   time.Duration
	latencies histogram
}

// dial opens a generator's connections to a subject. The generator must be
// closed.
func dial(ctx context.Context, s subject, connections int) (*generator, error) {
	g := &generator{}
	dialer := net.Dialer{Timeout: patience}
	request := fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\n\r\n", s.path, s.address)
	for range connections {
		c, err := dialer.DialContext(ctx, "tcp", s.address)
		if err != nil {
			g.close()
			return nil, fmt.Errorf("connecting to %s: %w", s.name, err)
		}
		g.connections = append(g.connections, &connection{conn: c, request: request, buf: make([]byte, maxAnswer)})
	}
	return g, nil
}

func (g *generator) close() {
	for _, c := range g.connections {
		c.conn.Close()
	}
}

// run sends requests on all connections for a time, and at least one on each.
// It is an error if only one answer was not right: its rate would not be that
// of the subject.
func (g *generator) run(ctx context.Context, d time.Duration) (*outcome, error) {
	begin := time.Now()
	end := begin.Add(d)
	g.deadline(end.Add(patience))
	defer context.AfterFunc(ctx, func() { g.deadline(time.Unix(1, 0)) })()
	var running sync.WaitGroup
	for _, c := range g.connections {
		running.Go(func() { c.run(end) })
	}
	running.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return g.outcome(time.Since(begin))
}

// deadline sets when connections give up waiting.
func (g *generator) deadline(t time.Time) {
	for _, c := range g.connections {
		_ = c.conn.SetDeadline(t) // fails on a closed connection, which gave up
	}
}

func (g *generator) outcome(elapsed time.Duration) (*outcome, error) {
	o := &outcome{elapsed: elapsed}
	wrong, first := 0, error(nil)
	for _, c := range g.connections {
		o.latencies.merge(&c.latencies)
		wrong += c.wrong
		if first == nil {
			first = c.first
		}
	}
	if wrong > 0 {
		return nil, fmt.Errorf("%d of %d answers were wrong, such as: %w", wrong, int(o.latencies.total)+wrong, first)
	}
	return o, nil
}

// connection is one connection of a generator, and what it has seen in this run.
type connection struct {
	conn         net.Conn
	request, buf []byte
	latencies    histogram
	wrong        int
	first        error // the first thing that was wrong
}

// run sends requests until the end, or until the connection is broken.
func (c *connection) run(end time.Time) {
	c.latencies, c.wrong, c.first = histogram{}, 0, nil
	for begin := time.Now(); ; {
		err := c.exchange()
		now := time.Now()
		if err == nil {
			c.latencies.add(now.Sub(begin))
		} else {
			c.wrong++
			if c.first == nil {
				c.first = err
			}
		}
		if begin = now; !now.Before(end) || err != nil && !errors.As(err, new(wrongAnswer)) {
			return
		}
	}
}

// exchange sends one request and reads its answer. After a wrongAnswer the
// connection is still good; after any other error it is not.
func (c *connection) exchange() error {
	if _, err := c.conn.Write(c.request); err != nil {
		return fmt.Errorf("sending a request: %w", err)
	}
	for n := 0; n < len(c.buf); {
		read, err := c.conn.Read(c.buf[n:])
		if err != nil {
			return fmt.Errorf("reading an answer, after %q: %w", c.buf[:n], err)
		}
		n += read
		if complete, err := scan(c.buf[:n]); complete || err != nil {
			return err
		}
	}
	return fmt.Errorf("reading an answer: more than %d bytes", len(c.buf))
}

// wrongAnswer is a whole response that is not 200 with the greeting.
type wrongAnswer struct{ status, body string }

func (w wrongAnswer) Error() string { return fmt.Sprintf("got %q with %q", w.status, w.body) }

// scan reports whether p is a complete answer. Of HTTP/1.1 it knows what the
// subjects use: a body framed by Content-Length (RFC 9112 §6.3). An error other
// than wrongAnswer means that where the answer ends is not known.
func scan(p []byte) (complete bool, err error) {
	head, body, ok := bytes.Cut(p, []byte("\r\n\r\n"))
	if !ok {
		return false, nil
	}
	status, fields, _ := bytes.Cut(head, []byte("\r\n"))
	length, ok := contentLength(fields)
	switch {
	case !ok:
		return false, fmt.Errorf("an answer without a Content-Length: %q", head)
	case len(body) < length:
		return false, nil
	case len(body) > length:
		return false, fmt.Errorf("%d bytes after the end of an answer", len(body)-length)
	case !bytes.HasPrefix(status, []byte("HTTP/1.1 200 ")) || string(body) != greeting:
		return true, wrongAnswer{string(status), string(body)}
	}
	return true, nil
}

// contentLength finds the field among the lines of a head, without its first.
func contentLength(fields []byte) (n int, ok bool) {
	for len(fields) > 0 {
		var line []byte
		line, fields, _ = bytes.Cut(fields, []byte("\r\n"))
		name, value, _ := bytes.Cut(line, []byte(":"))
		if bytes.EqualFold(name, []byte("Content-Length")) {
			n, err := strconv.ParseUint(string(bytes.TrimSpace(value)), 10, 31)
			return int(n), err == nil
		}
	}
	return 0, false
}
