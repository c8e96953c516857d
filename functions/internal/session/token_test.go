package session

import (
	"bytes"
	"strings"
	"testing"
)

func TestToken(t *testing.T) {
	for _, user := range []string{"", "minji", "민지", strings.Repeat("x", 1<<10)} {
		tok := newToken(user)
		got, ok := parseToken(tok.String())
		if !ok || got != tok {
			t.Errorf("parseToken(%q): got %v, %t, want %v", tok, got, ok, tok)
		}
		if again := newToken(user); again.secret == tok.secret || again.tag != tok.tag {
			t.Errorf("newToken(%q) twice: got %v and %v, want another secret and the same tag", user, tok, again)
		}
		id, ok := parseID(tok.id().String())
		if !ok || id != tok.id() {
			t.Errorf("parseID(%q): got %v, %t, want %v", tok.id(), id, ok, tok.id())
		}
	}
}

// FuzzCookie: what is taken for a token is exactly what newToken could have made, so
// that nothing of a visitor's making gets into the name of a key.
func FuzzCookie(f *testing.F) {
	f.Add(newToken("").String())
	f.Add(newToken("minji").String())
	f.Add(strings.Repeat("A", tokenLength-1) + "B")
	f.Add(strings.Repeat("A", tokenLength) + ".")
	f.Add(strings.Repeat("A", tokenLength-1) + "\n")
	f.Add("{" + strings.Repeat("A", tokenLength-2) + "}")
	f.Fuzz(func(t *testing.T, s string) {
		tok, ok := parseToken(s)
		if !ok {
			if tok != (token{}) {
				t.Errorf("got %v and not ok, want zero", tok)
			}
			return
		}
		if tok.String() != s {
			t.Errorf("got %q, want %q", tok, s)
		}
		secret, err := b64.DecodeString(tok.secret)
		if err != nil || len(secret) != 32 || b64.EncodeToString(secret) != tok.secret {
			t.Errorf("secret %q: got %d bytes, %v, want 32 in their one spelling", tok.secret, len(secret), err)
		}
		for _, key := range keysOf(tok.id()) {
			if bytes.ContainsAny([]byte(key), " \r\n\x00*?[]") || strings.Count(key, "{") > 1 {
				t.Errorf("key %q", key)
			}
		}
	})
}
