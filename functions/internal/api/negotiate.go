package api

import (
	"net/http"
	"strconv"
	"strings"
)

// prefersHTML reports whether the client would rather have HTML than JSON, as
// browsers say; one that takes either, such as curl with */*, gets JSON.
func prefersHTML(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return quality(accept, "text", "html") > quality(accept, "application", "json")
}

// quality returns the weight that an Accept field gives to a media type, from 0
// to 1: that of the most specific range that fits (RFC 9110, 12.5.1).
func quality(accept, kind, subtype string) float64 {
	weights := map[string]float64{}
	for element := range strings.SplitSeq(accept, ",") {
		media, parameters, _ := strings.Cut(strings.ToLower(element), ";")
		weights[strings.TrimSpace(media)] = weight(parameters)
	}
	for _, media := range []string{kind + "/" + subtype, kind + "/*", "*/*"} {
		if weight, ok := weights[media]; ok {
			return weight
		}
	}
	return 0
}

// weight returns the q among a media range's parameters: 1 if there is none, 0 if it is no weight.
func weight(parameters string) float64 {
	for parameter := range strings.SplitSeq(parameters, ";") {
		text, ok := strings.CutPrefix(strings.TrimSpace(parameter), "q=")
		if !ok {
			continue
		}
		q, err := strconv.ParseFloat(text, 64)
		if err != nil || q < 0 || q > 1 {
			return 0
		}
		return q
	}
	return 1
}

// prefersMinimal reports whether the client does not need to be shown what it has
// changed: Prefer: return=minimal (RFC 7240, 4.2). The first return counts.
func prefersMinimal(r *http.Request) bool {
	for preference := range strings.SplitSeq(strings.Join(r.Header.Values("Prefer"), ","), ",") {
		preference, _, _ = strings.Cut(preference, ";")
		name, value, _ := strings.Cut(preference, "=")
		if strings.EqualFold(strings.TrimSpace(name), "return") {
			return strings.Trim(strings.TrimSpace(value), `"`) == "minimal"
		}
	}
	return false
}
