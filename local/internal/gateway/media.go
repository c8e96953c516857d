package gateway

import "strings"

// mediaType takes the first type of a list and drops its parameters:
// "image/png;q=1, */*" is "image/png".
func mediaType(s string) string {
	s, _, _ = strings.Cut(s, ",")
	s, _, _ = strings.Cut(s, ";")
	return strings.TrimSpace(s)
}

// matchesAny holds the first media type of a header field against a REST API's
// binaryMediaTypes. They match exactly, by a wildcard on the right
// ("application/*"), or as "*/*"; "*/png" matches nothing, and neither does a
// field that is missing
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html).
func matchesAny(types []string, value string) bool {
	got := strings.ToLower(mediaType(value))
	if got == "" {
		return false
	}
	for _, want := range types {
		want = strings.ToLower(mediaType(want))
		family, wild := strings.CutSuffix(want, "/*")
		switch {
		case want == "*/*", want == got && !strings.HasPrefix(want, "*"):
			return true
		case wild && strings.HasPrefix(got, family+"/"):
			return true
		}
	}
	return false
}
