// Package plain serves most requests of HTTP/1.1 without net/http's server, on
// the goroutine that reads their connection, and gives every connection that asks
// for more to net/http:
//
//	Accept ──▶ request ──plain──▶ handler ──▶ answer ──▶ request …
//	              └─────else────▶ net/http, for the rest of the connection
//
// net/http starts a goroutine for each request, to notice that the client goes
// away while the handler runs. On an otherwise idle host that is a third of its
// system calls, for something that a gateway must not act on: a function is run
// to its end, whether its client waits or not. Nothing else is gained by this
// package, and nothing about a message is decided by it: whatever is long, rare,
// slow or wrong is left to net/http, which gets the bytes as they came. The tests
// hold the answers of both against each other, byte by byte.
//
// A plain request is one whose bytes have come at once, with nothing behind them:
//
//   - its line is METHOD /target HTTP/1.1, and the method is not CONNECT;
//   - every line ends in CRLF, and none continues the one before;
//   - there is one Host, and at most one Content-Length;
//   - there is no field that changes what follows the head: Transfer-Encoding,
//     Expect, Upgrade, Connection other than keep-alive;
//   - head and body fit into 8 KiB, and net/http parses them without an error.
//
// Left out of the responses, since no handler of a gateway has them: trailers, a
// Transfer-Encoding of the handler's, and hijacking. A request's context does not end
// with the request.
package plain
