package api

import (
	"net/http"
	"slices"
	"strings"
)

// Connect returns the handler of the CONNECT function. authorities is the list of
// those that tunnels may lead to, HOST:PORT with commas between. It answers 200
// for an authority on the list, upon which the host opens the tunnel (RFC 9110,
// 9.3.6), 403 for any other, and 405 for another method.
//
// An authority is compared as it is written, but for the case of letters: what a
// name resolves to is the host's to check when it dials.
func Connect(authorities string) http.Handler {
	allowed := strings.FieldsFunc(strings.ToLower(authorities), func(c rune) bool { return c == ',' || c == ' ' })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodConnect:
			refuse(w, r, notAllowed{http.MethodConnect})
		case !slices.Contains(allowed, strings.ToLower(r.Host)):
			refuse(w, r, errAuthority)
		default:
			// Without content: what follows a 2xx belongs to the tunnel.
			w.WriteHeader(http.StatusOK)
		}
	})
}
