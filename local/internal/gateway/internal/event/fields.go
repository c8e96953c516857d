package event

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"maru/local/internal/gateway/internal/disputed"
	"maru/local/internal/gateway/internal/request"
	"maru/local/internal/gateway/internal/route"
)

// field is a header field of an event.
type field struct {
	canonical string // as net/http spells the name
	name      string // as the event does
	values    []string
	value     string // the only one, where values is nil
}

// last gives the value that a map with room for one keeps.
func (f field) last() string {
	if len(f.values) > 0 {
		return f.values[len(f.values)-1]
	}
	return f.value
}

// collect gathers the header fields of an event of format 1.0 or 2.0 in the
// order of their names: the client's, without those that concern only its
// connection, and those that API Gateway adds or rewrites.
func (w *Writer) collect(v1 bool) {
	w.fields = w.fields[:0]
	r := w.r
	nominated := r.HTTP.Header["Connection"]
	for name, values := range r.HTTP.Header {
		if len(values) > 0 && !w.drops(name, v1) && (!mentions(nominated, name) || slices.Contains(r.Route.Judged, name)) {
			w.fields = append(w.fields, field{canonical: name, name: name, values: values})
		}
	}
	w.add("Host", r.HTTP.Host)
	w.add(request.HeaderForwardedFor, r.ForwardedFor())
	w.add(request.HeaderForwardedPort, r.Port())
	w.add(request.HeaderForwardedProto, r.Scheme())
	w.add(request.HeaderTraceID, r.Trace.Event)
	if w.kind.length(r) {
		// An authorizer is told the length before the body was read.
		w.add("Content-Length", strconv.FormatInt(max(r.HTTP.ContentLength, int64(len(r.Body))), 10))
	}
	if w.kind.tls {
		w.addTLS()
	}
	slices.SortFunc(w.fields, func(a, b field) int { return cmp.Compare(a.canonical, b.canonical) })
}

func (w *Writer) add(name, value string) {
	w.fields = append(w.fields, field{canonical: name, name: name, value: value})
}

// drops tells whether a field that the client sent stays out of the event:
// because it is written here, or because the kind of API leaves it out.
func (w *Writer) drops(name string, v1 bool) bool {
	switch name {
	case "Host", request.HeaderForwardedFor, request.HeaderForwardedPort, request.HeaderForwardedProto, request.HeaderTraceID,
		"Connection", "Content-Length", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return true
	case route.HeaderMethodOverride:
		return disputed.OverridesMethod[w.r.Kind()]
	case "Cookie":
		return !v1 && !w.kind.cookieField
	}
	return w.kind.drops(name)
}

// mentions tells whether a list-valued field names this token.
func mentions(lines []string, token string) bool {
	for _, line := range lines {
		for item := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(item), token) {
				return true
			}
		}
	}
	return false
}
