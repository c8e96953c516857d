package caller

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"maru/local/internal/gateway/internal/request"
)

// sourcePlaces begin what of a request can be an identity source.
var sourcePlaces = []string{"request.header.", "request.querystring.", "stageVariables.", "context."}

// parseSource reads an identity source in the spelling of either kind of API:
// "method.request.header.Name" or "$request.header.Name".
func parseSource(text string) (request.Variable, error) {
	begins := func(beginning string) bool { return strings.HasPrefix(sourcePlace(text), beginning) }
	if v := request.Parameter(text); v != nil && slices.ContainsFunc(sourcePlaces, begins) {
		return v, nil
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
