package api

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// secrets are the fields that TRACE leaves out of its echo (RFC 9110, 9.3.8):
// a script on the page must not read through it what the browser hides from it.
var secrets = []string{"Authorization", "Cookie", "Proxy-Authorization"}

// Trace returns the handler of the TRACE function. It answers 200 with the
// request as it arrived here, as message/http and without its secrets; 403 if a
// page of another origin asks, 405 for another method.
//
// What gateways on the way changed shows, as it should; the spelling of field
// names and their order do not survive them.
func Trace() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w.Header())
		if r.Method != http.MethodTrace {
			refuse(w, r, notAllowed{http.MethodTrace})
			return
		}
		if err := new(http.CrossOriginProtection).Check(r); err != nil {
			refuse(w, r, errCrossOrigin)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		send(w, http.StatusOK, "message/http", echo(r))
	})
}

// echo writes the head of the request.
func echo(r *http.Request) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s %s\r\nHost: %s\r\n", r.Method, r.RequestURI, r.Proto, r.Host)
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		if slices.Contains(secrets, name) {
			continue
		}
		for _, value := range r.Header[name] {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	b.WriteString("\r\n")
	return b.Bytes()
}
