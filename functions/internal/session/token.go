package session

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

const (
	tokenLength = 43 // 32 bytes in base64url
	tagLength   = 16 // 12 bytes in base64url
)

// b64 is strict, so that one token has one spelling.
var b64 = base64.RawURLEncoding.Strict()

// An ID is where a session is kept. It is derived from the visitor's token and
// does not lead back to it, so that who reads the store cannot take over a session.
type ID struct {
	Hash string // SHA-256 of the token, base64url
	Tag  string // the partition of the session's user; "": nobody has signed in
}

// String returns HASH or HASH.TAG.
func (id ID) String() string { return join(id.Hash, id.Tag) }

// parseID is the reverse of ID.String.
func parseID(s string) (ID, bool) {
	hash, tag, ok := split(s)
	return ID{Hash: hash, Tag: tag}, ok
}

// A token is what the visitor holds. Its secret opens the session; its tag only
// says where to look, is not secret, and comes from the visitor: a wrong one finds nothing.
type token struct {
	secret string
	tag    string
}

// newToken returns a fresh token for a session of user; "" is nobody.
func newToken(user string) token {
	var b [32]byte
	rand.Read(b[:]) // never fails: it ends the process instead
	return token{secret: b64.EncodeToString(b[:]), tag: Tag(user)}
}

// parseToken reads a cookie's value: TOKEN or TOKEN.TAG, of exact lengths and in
// the one spelling that newToken gives.
func parseToken(s string) (token, bool) {
	secret, tag, ok := split(s)
	return token{secret: secret, tag: tag}, ok
}

func (t token) String() string { return join(t.secret, t.tag) }

func (t token) id() ID {
	sum := sha256.Sum256([]byte(t.secret))
	return ID{Hash: b64.EncodeToString(sum[:]), Tag: t.tag}
}

// Tag returns the partition of a user's sessions, which stand in one slot of a Redis
// Cluster; "" for "", nobody. Its 96 bits keep two users from ever sharing one.
func Tag(user string) string {
	if user == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(user))
	return b64.EncodeToString(sum[:12])
}

func join(secret, tag string) string {
	if tag == "" {
		return secret
	}
	return secret + "." + tag
}

func split(s string) (secret, tag string, ok bool) {
	if len(s) > tokenLength+1+tagLength {
		return "", "", false
	}
	secret, tag, tagged := strings.Cut(s, ".")
	if !encoded(secret, tokenLength) || tagged && !encoded(tag, tagLength) {
		return "", "", false
	}
	return secret, tag, true
}

func encoded(s string, length int) bool {
	if len(s) != length || strings.ContainsAny(s, "\r\n") { // the decoder skips line ends
		return false
	}
	_, err := b64.DecodeString(s)
	return err == nil
}
