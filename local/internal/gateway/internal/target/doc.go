// Package target reads request targets (RFC 9112 §3.2): paths and queries in the
// characters of the client, which each kind of API decodes in its own way or not
// at all.
package target
