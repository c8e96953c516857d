// Package requestid makes the request IDs that Lambda and the REST APIs of API
// Gateway give: random UUIDs (RFC 9562 §5.4), such as
// 8476a536-e9f4-41e8-9739-2dfe598c3fcd.
//
// They tell requests apart. They are no secret: nobody may do anything by knowing one.
package requestid

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
)

// Source gives 64 random bits a call, to any number of goroutines at a time. Tests
// have one that counts. nil is the runtime's ChaCha8, which needs neither a lock nor
// a system call.
type Source func() uint64

// New makes a request ID.
func (s Source) New() string {
	if s == nil {
		s = rand.Uint64
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], s())
	binary.BigEndian.PutUint64(b[8:], s())
	b[6] = b[6]&0x0f | 0x40 // version 4
	b[8] = b[8]&0x3f | 0x80 // the variant of RFC 9562
	var text [36]byte
	hex.Encode(text[:8], b[:4])
	hex.Encode(text[9:13], b[4:6])
	hex.Encode(text[14:18], b[6:8])
	hex.Encode(text[19:23], b[8:10])
	hex.Encode(text[24:], b[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text[:])
}
