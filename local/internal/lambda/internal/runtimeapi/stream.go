package runtimeapi

import (
	"io"
	"sync"
	"time"

	"maru/local/internal/lambda/internal/http1"
)

// chunkSize is the most of a response that is handed on at once, in bytes.
const chunkSize = 32 << 10

// Stream hands a response on to the caller while it comes. The goroutine that
// reads the runtime's connection fills it, which need not be the caller's own.
//
// A caller that is gone is no error: as in AWS the function is not told, and
// what it still sends is dropped. There is no limit to the size: the 200 MB of
// AWS's are a quota that an account may have raised.
type Stream struct {
	// Begin is called at most once, when the response begins, with its Content-Type
	// and the invocation's deadline. What it returns gets each chunk as it comes;
	// after an error the rest is dropped.
	Begin func(contentType string, deadline time.Time) io.Writer

	mu    sync.Mutex // guards the fields below; held while the caller's writer writes
	w     io.Writer  // nil before the response begins
	ended bool       // nobody takes what still comes
}

// copy hands on the body of the request whose head was read from c. The error is
// that of reading.
func (s *Stream) copy(c *http1.Conn, contentType string, deadline time.Time) error {
	s.start(contentType, deadline)
	buffer := make([]byte, chunkSize)
	for {
		n, err := c.Read(buffer)
		s.write(buffer[:n])
		switch err {
		case nil:
		case io.EOF:
			return nil
		default:
			return err
		}
	}
}

// start tells the caller that the response begins.
func (s *Stream) start(contentType string, deadline time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.w = s.Begin(contentType, deadline)
	}
}

func (s *Stream) write(p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended || len(p) == 0 {
		return
	}
	if _, err := s.w.Write(p); err != nil {
		s.ended = true
	}
}

// End returns when the caller's writer is not used any more. A nil Stream has none.
func (s *Stream) End() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
}
