package api

import (
	"net/http"
	"testing"
)

func TestAddress(t *testing.T) {
	tests := map[string]string{
		"192.0.2.1":             "192.0.2.1", // as in an event
		"192.0.2.1:1234":        "192.0.2.1", // as net/http has it
		"::ffff:192.0.2.1":      "192.0.2.1",
		"2001:db8:1:2:3:4:5:6":  "2001:db8:1:2::/64",
		"[2001:db8:1:2::9]:443": "2001:db8:1:2::/64",
		"fe80::1%eth0":          "fe80::/64",
		"":                      "unknown",
		"kim}":                  "unknown",
	}
	for remote, want := range tests {
		r := &http.Request{RemoteAddr: remote, Header: http.Header{"X-Forwarded-For": {"203.0.113.9"}}}
		if got := address(r); got != want {
			t.Errorf("%q: got %q, want %q", remote, got, want)
		}
	}
}
