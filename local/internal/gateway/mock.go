package gateway

import (
	"net/http"
	"strings"

	"maru/local/internal/template"
)

// mock answers for a route that has no function: a MOCK integration, whose
// answer carries no trace (recorded in test_invocation_trace_id), or the
// preflight of an HTTP API.
func (x *exchange) mock() {
	m := x.endpoint.mock
	if x.kind() == template.REST {
		x.set("Content-Type", "application/json")
	}
	for name, value := range m.Headers {
		x.put(name, value)
	}
	x.allowOrigin()
	x.nameRequest()
	x.send(m.StatusCode, []byte(m.Body))
}

// put sets a header field in the spelling of a template, in the place of one
// that is spelled otherwise. What frames the message is not the template's to say.
func (x *exchange) put(name, value string) {
	if canonical := http.CanonicalHeaderKey(name); ofConnection(canonical) || canonical == "Content-Length" {
		return
	}
	for other := range x.w.Header() {
		if other != name && strings.EqualFold(other, name) {
			// net/http adds what it misses under its own spelling.
			x.w.Header()[other] = nil
		}
	}
	x.set(name, value)
}
