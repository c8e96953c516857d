package tunnel

import (
	"errors"
	"net/netip"
	"testing"
)

// TestDialIsRefused goes by the address that a name leads to.
func TestDialIsRefused(t *testing.T) {
	for _, authority := range []string{"127.0.0.1:1", "localhost:1", "[::ffff:127.0.0.1]:1", "169.254.169.254:80"} {
		conn, err := Dialer{}.Dial(t.Context(), authority)
		if !errors.Is(err, ErrForbidden) {
			t.Errorf("%s: got %v, %v, want %v", authority, conn, err, ErrForbidden)
		}
	}
}

func TestIsPublic(t *testing.T) {
	for _, addr := range []string{
		"127.0.0.1", "127.8.8.8", "::1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd00:ec2::254", "fc00::1",
		"169.254.169.254", "fe80::1", "fe80::1%eth0", "100.64.0.1", "100.127.255.255", "0.0.0.0", "0.1.2.3", "::", "224.0.0.1",
		"ff02::1", "255.255.255.255", "240.0.0.1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::127.0.0.1", "::ffff:100.64.0.1", "fec0::1%eth0", "64:ff9b::7f00:1",
		"64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "192.0.0.1", "198.18.0.1", "2001:db8::1", "fec0::1",
	} {
		if isPublic(netip.MustParseAddr(addr)) {
			t.Errorf("%s: got public, want refused", addr)
		}
	}
	for _, addr := range []string{"1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.255.255", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8"} {
		if !isPublic(netip.MustParseAddr(addr)) {
			t.Errorf("%s: got refused, want public", addr)
		}
	}
}
