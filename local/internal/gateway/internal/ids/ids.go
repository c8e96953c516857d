// Package ids is the request IDs that API Gateway gives, the tracing headers of AWS
// X-Ray, and the clock: where the time and everything random in an event comes
// from.
package ids

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"time"

	"maru/local/internal/requestid"
)

// Source makes IDs. Tests give it a clock and random numbers of their own.
type Source struct {
	Now    func() time.Time
	Random func() uint64
}

// New makes a Source of the system's clock and the runtime's ChaCha8, which needs
// neither a lock nor a system call for each request.
func New() Source {
	return Source{Now: time.Now, Random: rand.Uint64}
}

// UUID makes a request ID of a REST API.
func (s Source) UUID() string { return requestid.Source(s.Random).New() }

// Extended makes an extended request ID, which is also the request ID of an
// HTTP API: eleven bytes that read like LV7fzho-PHcEJPw=.
func (s Source) Extended() string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], s.Random())
	binary.BigEndian.PutUint64(b[8:], s.Random())
	return base64.URLEncoding.EncodeToString(b[:11])
}

// Trace is a tracing header:
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
type Trace struct {
	// Event is what the function's event says: the client's own header where
	// it had one.
	Event string
	// Full is what goes on to Lambda and, from a REST API, back to the client.
	Full string
}

// Trace makes the trace of a request that came with this header, if any. Only
// well-formed parts of it are kept, so that nothing else is echoed.
func (s Source) Trace(header string, now time.Time) Trace {
	root, parent, sampled := traceParts(header)
	event := header
	if root == "" {
		root = s.root(now)
		event = strings.TrimSuffix("Root="+root+";"+header, ";")
	}
	if sampled == "" {
		sampled = "0"
		if parent != "" {
			sampled = "1"
		}
	}
	if parent == "" {
		parent = s.hex(8)
	}
	return Trace{Event: event, Full: "Root=" + root + ";Parent=" + parent + ";Sampled=" + sampled}
}

// root makes a trace ID: the time and 96 random bits.
func (s Source) root(now time.Time) string {
	var seconds [4]byte
	binary.BigEndian.PutUint32(seconds[:], uint32(now.Unix()))
	return "1-" + hex.EncodeToString(seconds[:]) + "-" + s.hex(12)
}

// hex gives n random bytes, at most 16, as text.
func (s Source) hex(n int) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], s.Random())
	if n > 8 {
		binary.BigEndian.PutUint64(b[8:], s.Random())
	}
	return hex.EncodeToString(b[:n])
}

// traceParts reads Root=1-5759e988-bd862e3fe1be46a994272793;Parent=…;Sampled=1.
func traceParts(header string) (root, parent, sampled string) {
	for part := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case strings.EqualFold(name, "Root") && isRoot(value):
			root = value
		case strings.EqualFold(name, "Parent") && isHex(value, 16):
			parent = value
		case strings.EqualFold(name, "Sampled") && (value == "0" || value == "1"):
			sampled = value
		}
	}
	return root, parent, sampled
}

func isRoot(s string) bool {
	return len(s) == 35 && s[:2] == "1-" && s[10] == '-' && isHex(s[2:10], 8) && isHex(s[11:], 24)
}

func isHex(s string, length int) bool {
	return len(s) == length && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}
