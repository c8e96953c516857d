// Package media reads media types as header fields have them (RFC 9110 §8.3.1),
// as far as API Gateway goes by them.
package media

import "strings"

// Type takes the first type of a list and drops its parameters:
// "image/png;q=1, */*" is "image/png".
func Type(field string) string {
	field, _, _ = strings.Cut(field, ",")
	field, _, _ = strings.Cut(field, ";")
	return strings.TrimSpace(field)
}

// MatchesAny holds the first media type of a header field against a REST API's
// binaryMediaTypes. They match exactly, by a wildcard on the right
// ("application/*"), or as "*/*"; "*/png" matches nothing, and neither does a
// field that is missing
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html).
func MatchesAny(types []string, field string) bool {
	got := strings.ToLower(Type(field))
	if got == "" {
		return false
	}
	for _, want := range types {
		want = strings.ToLower(Type(want))
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
