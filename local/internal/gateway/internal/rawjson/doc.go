// Package rawjson reads and writes JSON text (RFC 8259) without reflection, and
// without making values of what nobody asks for: events and results are most of
// what a gateway does for a request.
//
// A [Scanner] takes exactly what encoding/json takes; what a [Writer] escapes,
// encoding/json reads back. Numbers stay text.
package rawjson
