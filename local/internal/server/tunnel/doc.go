// Package tunnel is what CONNECT (RFC 9110 §9.3.6) comes to once it is allowed: a
// connection to the far end within the rules of a [Dialer], the client's own
// taken from net/http by [Hijack], and [Run], which passes bytes between them.
// Who may have a tunnel is left to its user.
package tunnel
