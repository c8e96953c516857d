package caller

import (
	"fmt"
	"net/http"
	"strings"

	"maru/local/internal/gateway/internal/request"
)

// parseSource reads an identity source in the spelling of either kind of API:
// "method.request.header.Name" or "$request.header.Name".
func parseSource(text string) (request.Variable, error) {
	if name, ok := sourceHeader(text); ok {
		return func(r *request.Request) string { return r.Header(name) }, nil
	}
	place := sourcePlace(text)
	if name, ok := strings.CutPrefix(place, "request.querystring."); ok {
		return func(r *request.Request) string { return r.Parameter(name) }, nil
	}
	if name, ok := strings.CutPrefix(place, "stageVariables."); ok {
		return func(r *request.Request) string { return r.Route.API.StageVariables[name] }, nil
	}
	if name, ok := strings.CutPrefix(place, "context."); ok {
		if v := request.ContextVariable(name); v != nil {
			return v, nil
		}
	}
	return nil, fmt.Errorf("%q is no header, query string, stage variable or context variable", text)
}

// sourcePlace takes off what only tells the spellings of the two kinds apart.
func sourcePlace(text string) string {
	return strings.TrimPrefix(strings.TrimPrefix(text, "$"), "method.")
}

// sourceHeader gives the canonical name of the header field that an identity
// source is; ok is false where it is something else.
func sourceHeader(text string) (name string, ok bool) {
	name, ok = strings.CutPrefix(sourcePlace(text), "request.header.")
	return http.CanonicalHeaderKey(name), ok
}
