// Package head keeps the heads of requests as they were sent: the spelling of
// header names, which net/http does not keep, and what it mends in silence.
// Connections look at the bytes of each request head as they come in:
//
//	new ──bytes──▶ recording ──blank line──▶ whole ──Next or StateIdle──▶ recording
//	                   └─────recordLimit───▶ off ────Next or StateIdle──▶ recording
//
// Whoever takes from a head only the spelling of names that net/http itself has
// read is safe from bytes that mislead the recorder: they change upper to lower
// case and no more. A head that is not whole is not given at all, nor is that of
// a pipelined request, which arrives before its turn.
//
// For more, as for how a message is framed, the recorder must not be misled. It
// cannot be about the first head of a connection, which starts where the
// connection does, or where whoever calls Next knows the one before to end. It can
// be about later ones: net/http may hold the start of one when its recording
// begins, and what is recorded of it can be made to look like a head of its own.
//
// What goes the other way is the connection's as well, but for one thing: the version
// in the status line of a response to HTTP/1.0; see [AnswerHTTP10].
//
// HTTP/2 is left out: its names are lower case, and its framing is its own.
package head
