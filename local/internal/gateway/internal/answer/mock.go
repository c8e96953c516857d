package answer

import (
	"net/http"
	"strings"

	"maru/local/internal/template"
)

// Mock answers for a route that has no function: a MOCK integration, whose
// answer carries no trace (recorded in test_invocation_trace_id), or the
// preflight of an HTTP API.
func (w *Writer) Mock(m *template.Mock) {
	if contentType := kinds[w.r.Kind()].mockType; contentType != "" {
		w.Set("Content-Type", contentType)
	}
	for name, value := range m.Headers {
		w.put(name, value)
	}
	w.allowOrigin()
	w.nameRequest()
	w.send(m.StatusCode, []byte(m.Body))
}

// put sets a header field in the spelling of a template, in the place of one
// that is spelled otherwise. What frames the message is not the template's to say.
func (w *Writer) put(name, value string) {
	canonical := http.CanonicalHeaderKey(name)
	if ofConnection(canonical) || canonical == "Connection" || canonical == "Content-Length" {
		return
	}
	for other := range w.w.Header() {
		if other != name && strings.EqualFold(other, name) {
			// net/http adds what it misses under its own spelling.
			w.w.Header()[other] = nil
		}
	}
	w.Set(name, value)
}
