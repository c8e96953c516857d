package tunnel

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// dialPatience is how long dialling may take.
const dialPatience = 10 * time.Second

// Dialer connects to where tunnels lead. The zero value reaches public addresses
// only.
type Dialer struct {
	// AllowPrivate lets tunnels reach any address. Without it the addresses of
	// this machine and of networks around it are refused, whatever name led to
	// them: a function that allows a host by its name does not mean that.
	AllowPrivate bool
}

// ErrForbidden is an address that tunnels do not reach.
var ErrForbidden = errors.New("address is not public")

// Dial connects to host:port, within 10 seconds. The rules are asked for each
// address that is really dialled, after the name was looked up; one that they do
// not allow is [ErrForbidden].
func (d Dialer) Dial(ctx context.Context, authority string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: dialPatience, Control: d.control}
	conn, err := dialer.DialContext(ctx, "tcp", authority)
	if err != nil {
		return nil, fmt.Errorf("opening a tunnel: %w", err)
	}
	return conn, nil
}

// control has the signature that net.Dialer wants.
func (d Dialer) control(_, address string, _ syscall.RawConn) error {
	if d.AllowPrivate {
		return nil
	}
	addr, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("reading the address of a tunnel: %w", err)
	}
	if !isPublic(addr.Addr()) {
		return fmt.Errorf("%w: %s", ErrForbidden, addr.Addr())
	}
	return nil
}

// notPublic lists what netip.Addr has no method for, from
// https://www.iana.org/assignments/iana-ipv4-special-registry and its sister
// for IPv6.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network (RFC 791)
	netip.MustParsePrefix("100.64.0.0/10"),   // carrier-grade NAT (RFC 6598)
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments (RFC 6890)
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation (RFC 5737)
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks (RFC 2544)
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved, and the broadcast address
	netip.MustParsePrefix("::/96"),           // IPv4-compatible (RFC 4291)
	netip.MustParsePrefix("64:ff9b::/96"),    // NAT64 (RFC 6052)
	netip.MustParsePrefix("64:ff9b:1::/48"),  // local NAT64 (RFC 8215)
	netip.MustParsePrefix("100::/64"),        // discard (RFC 6666)
	netip.MustParsePrefix("2001:db8::/32"),   // documentation (RFC 3849)
	netip.MustParsePrefix("2002::/16"),       // 6to4, which may hide any IPv4 address
	netip.MustParsePrefix("fec0::/10"),       // site-local (RFC 3879)
}

// isPublic tells whether an address is somewhere on the Internet: global
// unicast, and none of the ranges that lead back to this machine, to networks
// behind it, or to a cloud's metadata (169.254.169.254, fd00:ec2::254).
func isPublic(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	if !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false
	}
	for _, prefix := range notPublic {
		if prefix.Contains(addr) {
			return false
		}
	}
	return true
}
