package host

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"maru/local/internal/template"
)

// LookupHost looks up a host's addresses, as net.Resolver's method does.
type LookupHost func(ctx context.Context, host string) (addresses []string, err error)

// lookupPatience is how long the system may take to find a name: somebody waits
// for the start, and nobody for a name that takes longer than this.
const lookupPatience = 200 * time.Millisecond

// URL is the address, without a slash behind it, at which an API or a function
// URL is served alone. A function URL goes by its function's logical ID, too.
func (h *Host) URL(logicalID string) (string, error) {
	stack := h.current.Load().stack
	ids := hostIDs(stack)
	switch {
	case h.APIAddr == nil:
		return "", fmt.Errorf("the APIs of %s are not served", stack.File)
	case !slices.Contains(ids, logicalID):
		return "", fmt.Errorf("%s has no API and no function URL %q; it has %s", stack.File, logicalID, strings.Join(ids, ", "))
	}
	return h.config.address(h.APIAddr, logicalID), nil
}

// hostIDs are the logical IDs that hosts are named after.
func hostIDs(stack *template.Stack) []string {
	var ids []string
	add := func(id string) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, api := range stack.APIs {
		add(api.LogicalID)
		if api.Kind == template.URL {
			add(template.Unqualified(api.Routes[0].Function))
		}
	}
	return ids
}

// names are those of the hosts, in lower case, as the gateway matches them.
func names(stack *template.Stack) []string {
	var names []string
	for _, id := range hostIDs(stack) {
		if name := strings.ToLower(id) + ".localhost"; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// lookUpName begins to find out whether the system knows the hosts' names. It
// asks for the last one, which a line in /etc/hosts from an earlier start is the
// likeliest to lack.
func (h *Host) lookUpName(ctx context.Context, stack *template.Stack) {
	alone := len(stack.APIs) < 2 && !slices.ContainsFunc(stack.APIs, isURL)
	if h.config.LookupHost == nil || alone {
		return // one API is at the host's own address, too
	}
	names, found := names(stack), make(chan bool, 1)
	h.serving.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, lookupPatience)
		defer cancel()
		addresses, err := h.config.LookupHost(ctx, names[len(names)-1])
		found <- err == nil && len(addresses) > 0
	})
	h.named = found
}

// announceNames says what to do where the system does not know the hosts' names.
// Browsers and curl do not ask it for what is below localhost (RFC 6761, 6.3); Go,
// Python and Node.js do, and many a Linux knows localhost alone.
func (h *Host) announceNames(stack *template.Stack) {
	if h.named == nil || <-h.named {
		return
	}
	names, address := names(stack), browsable(h.APIAddr)
	ip, _, _ := net.SplitHostPort(address)
	fmt.Fprintf(h.out, "\nNames below localhost are found by browsers and curl, but not by this system: add \"%s %s\" to /etc/hosts, or use curl -H 'Host: %s' %s://%s\n",
		ip, strings.Join(names, " "), names[0], h.config.scheme(), address)
}
