package result

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// errNone is that of a stream without a delimiter.
var errNone = errors.New("no prelude")

// split feeds a stream to a prelude in chunks of a size, and gives the JSON and
// what came behind it.
func split(stream []byte, size int) (metadata, body string, err error) {
	var p Prelude
	for len(stream) > 0 {
		chunk := stream[:min(size, len(stream))]
		stream = stream[len(chunk):]
		rest, whole, err := p.Add(chunk)
		if err != nil || whole {
			return string(p.Bytes()), string(rest) + string(stream), err
		}
	}
	return string(p.Bytes()), "", errNone
}

// TestPrelude (B.21) cuts streams everywhere.
func TestPrelude(t *testing.T) {
	nuls := strings.Repeat("\x00", 8)
	tests := []struct {
		name, stream, metadata, body string
		err                          error
	}{
		{"with a body", `{"statusCode":201}` + nuls + "hello", `{"statusCode":201}`, "hello", nil},
		{"without", `{}` + nuls, `{}`, "", nil},
		{"empty", nuls, ``, "", nil},
		{"a ninth NUL is the body's", `{}` + nuls + "\x00\x00x", `{}`, "\x00\x00x", nil},
		{"seven NULs are none", `{}` + nuls[1:] + "x" + nuls + "y", `{}` + nuls[1:] + "x", "y", nil},
		{"no NULs", `{}`, `{}`, "", errNone},
		{"as long as may be", strings.Repeat("x", maxPrelude) + nuls + "y", strings.Repeat("x", maxPrelude), "y", nil},
		{"too long", strings.Repeat("x", maxPrelude+1) + nuls + "y", "", "", errPreludeTooLong},
	}
	for _, tt := range tests {
		for _, size := range []int{1, 2, 3, 7, 8, 9, 20, 1 << 20} {
			metadata, body, err := split([]byte(tt.stream), size)
			if err != tt.err || err == nil && (metadata != tt.metadata || body != tt.body) {
				t.Errorf("%s, chunks of %d: got %.40q, %.40q, %v, want %.40q, %.40q, %v",
					tt.name, size, metadata, body, err, tt.metadata, tt.body, tt.err)
			}
		}
	}
}

// FuzzPrelude wants the same of a stream however it is cut, and all of it.
func FuzzPrelude(f *testing.F) {
	f.Add([]byte("{\"statusCode\":200}\x00\x00\x00\x00\x00\x00\x00\x00body"), 5)
	f.Add([]byte("\x00\x00\x00\x00\x00\x00\x00\x00\x00"), 1)
	f.Fuzz(func(t *testing.T, stream []byte, size int) {
		metadata, body, err := split(stream, 1<<30)
		cutMetadata, cutBody, cutErr := split(stream, max(1, size))
		if (err == nil) != (cutErr == nil) || err == nil && (metadata != cutMetadata || body != cutBody) {
			t.Errorf("chunks of %d: got %q, %q, %v, want %q, %q, %v", size, cutMetadata, cutBody, cutErr, metadata, body, err)
		}
		if err == nil && !bytes.Equal(stream, []byte(metadata+string(delimiter)+body)) {
			t.Errorf("got %q and %q of %q", metadata, body, stream)
		}
	})
}
