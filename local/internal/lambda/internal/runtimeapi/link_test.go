package runtimeapi

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// waitingRuntime returns the host's end and the runtime's end of a connection on
// which a runtime waits for an event; die is the end of its process.
func waitingRuntime(t *testing.T) (l *link, runtime *net.TCPConn, die func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	l = newLink(listener, &api{state: stateStarted}, exited)
	t.Cleanup(l.close)
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, "GET "+pathNext+" HTTP/1.1\r\n\r\n")
	limit := time.Now().Add(10 * time.Second)
	if turn, err := l.await(limit); err != nil || turn.waiting == nil {
		t.Fatalf("got %+v, %v, want a runtime that waits", turn, err)
	}
	return l, conn.(*net.TCPConn), func() {
		conn.Close()
		close(exited)
	}
}

// An event that a runtime cannot have read when it died may be given to another
// one; one that it may have read, may not.
func TestUnread(t *testing.T) {
	small, large := `{}`, `"`+strings.Repeat("x", 5<<20)+`"`
	for _, test := range []struct {
		name, event string
		order       string // in which the runtime dies, reads, and is sent the event
		want        error
	}{
		{"sent to the dead", small, "die send", ErrUnread},
		{"sent to the dead, in pieces", large, "die send", ErrUnread},
		{"sent and not read", small, "send die", ErrUnread},
		{"read", small, "send read die", ErrExited},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, runtime, die := waitingRuntime(t)
			i := &Invocation{ID: "ID", Event: []byte(test.event), Deadline: time.Now().Add(10 * time.Second)}
			for step := range strings.FieldsSeq(test.order) {
				switch step {
				case "send":
					l.api.begin(i)
					l.send(i, false)
				case "read":
					head := make([]byte, 4<<10)
					if n, err := io.ReadAtLeast(runtime, head, len(test.event)); !strings.HasSuffix(string(head[:n]), test.event) {
						t.Fatalf("got %q, %v", head[:n], err)
					}
				case "die":
					die()
				}
			}
			if turn, err := l.await(i.Deadline); !errors.Is(err, test.want) {
				t.Errorf("got %+v, %v, want %v", turn, err, test.want)
			}
		})
	}
}
