package invokeapi

import (
	"fmt"
	"net/http"
	"strings"
)

// LocalOnly keeps browsers of other sites away from h: it refuses requests that
// a page of another origin caused, and those whose Host is neither a loopback
// address nor under localhost nor one of hosts, as after a DNS rebinding, with
// 403.
func LocalOnly(h http.Handler, hosts ...string) http.Handler {
	guarded := http.NewCrossOriginProtection().Handler(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLocal(r.Host, hosts) {
			http.Error(w, fmt.Sprintf("host %q is not served here", r.Host), http.StatusForbidden)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

func isLocal(host string, also []string) bool {
	name := strings.ToLower(host)
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, ']') {
		name = name[:i]
	}
	for _, h := range append([]string{"localhost", "127.0.0.1", "[::1]"}, also...) {
		if name == strings.ToLower(h) {
			return true
		}
	}
	return strings.HasSuffix(name, ".localhost")
}
