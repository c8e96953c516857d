package result

import (
	"bytes"
	"fmt"
)

// maxPrelude is how long a prelude may be. Header fields of a response may be
// 10,240 bytes, so this is more than one that would do.
const maxPrelude = 16 << 10

// delimiter stands between a prelude and the body. JSON has no NUL in it.
var delimiter = make([]byte, 8)

var errPreludeTooLong = fmt.Errorf("the stream has no eight NULs in its first %d bytes", maxPrelude)

// Prelude is the JSON at the head of a stream, which comes in chunks cut
// anywhere: {"statusCode": 200, "headers": {…}, "cookies": […]}.
type Prelude struct {
	buf []byte
}

// Add takes the next bytes of the stream. Once the delimiter has come, whole is
// true, Bytes is the JSON, and rest the part of chunk that is the body's.
func (p *Prelude) Add(chunk []byte) (rest []byte, whole bool, err error) {
	before := len(p.buf)
	from := max(0, before+1-len(delimiter))
	p.buf = append(p.buf, chunk[:min(len(chunk), maxPrelude+len(delimiter)-before)]...)
	end := bytes.Index(p.buf[from:], delimiter)
	switch {
	case end >= 0:
		p.buf = p.buf[:from+end]
		return chunk[len(p.buf)+len(delimiter)-before:], true, nil
	case len(p.buf) == maxPrelude+len(delimiter):
		return nil, false, errPreludeTooLong
	}
	return nil, false, nil
}

// Bytes gives the JSON, once the whole of it has come.
func (p *Prelude) Bytes() []byte {
	return p.buf
}
