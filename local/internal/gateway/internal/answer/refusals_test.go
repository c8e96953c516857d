package answer

import (
	"slices"
	"strings"
	"testing"

	"maru/local/internal/template"
)

// notOfURLs are the causes that a function URL cannot meet: it is one route with
// one integration, which has no time of its own, no validator, and no authorizer
// but IAM.
var notOfURLs = []Cause{
	PathUndecodable, Unauthorized, SignatureIncomplete, InvalidAPIKey, DeniedExplicitly, DeniedImplicitly, DeniedByPolicy, AuthorizerFailed,
	ParametersMissing, BodyInvalid, ModelBroken,
	IntegrationTimeout, IntegrationMisconfigured, TunnelRefused, TunnelBroken, TunnelTimeout, TunnelUnsupported,
}

// TestEveryCauseHasAnswers keeps the table whole.
func TestEveryCauseHasAnswers(t *testing.T) {
	for c := NoRoute; c <= TunnelUnsupported; c++ {
		if refusals[c].why == "" {
			t.Errorf("cause %d: got nothing for the log", c)
		}
		for kind, a := range refusals[c].answers {
			kind := template.Kind(kind)
			if kind == template.REST && c >= TunnelRefused {
				continue // a tunnel belongs to no REST API
			}
			if kind == template.URL && slices.Contains(notOfURLs, c) {
				continue
			}
			worded := strings.HasPrefix(strings.ToLower(a.body), `{"message":`) || kind == template.URL && a.body == "Internal Server Error"
			typed := kind == template.REST || kind == template.URL && (c == Unsigned || c == NoRoute)
			if a.status < 400 || !worded || (a.errorType != "") != typed {
				t.Errorf("cause %d of %s: got %+v", c, kind, a)
			}
		}
	}
}

// TestResponseTypes (A.35) has every error that a REST API's users can
// customize in its class, under one of AWS's names.
func TestResponseTypes(t *testing.T) {
	known := map[string]int{
		"ACCESS_DENIED": 403, "API_CONFIGURATION_ERROR": 500, "AUTHORIZER_CONFIGURATION_ERROR": 500,
		"BAD_REQUEST_BODY": 400, "BAD_REQUEST_PARAMETERS": 400, "INTEGRATION_TIMEOUT": 504, "INVALID_API_KEY": 403,
		"MISSING_AUTHENTICATION_TOKEN": 403, "UNAUTHORIZED": 401, "DEFAULT_5XX": 0,
	}
	// What is refused before the API is known, or by no REST API.
	never := []Cause{BadRequest, PathUndecodable, BodyTooSlow, BodyTooLarge, TargetTooLong, FieldsTooLarge, EventTooLarge, TunnelRefused, TunnelBroken, TunnelTimeout, TunnelUnsupported}
	for c := NoRoute; c <= TunnelUnsupported; c++ {
		name := refusals[c].responseType
		if slices.Contains(never, c) {
			if name != "" {
				t.Errorf("cause %d: got %s, want nothing that can be customized", c, name)
			}
			continue
		}
		status, ok := known[name]
		if got := refusals[c].answers[template.REST].status; !ok || status != 0 && got != status || status == 0 && got < 500 {
			t.Errorf("%s: got status %d, want %d", name, got, status)
		}
	}
}

func TestChooseTemplate(t *testing.T) {
	templates := map[string]string{"application/xml": "<x/>", "application/json": "{}", "text/html": "<p>"}
	tests := []struct {
		templates    map[string]string
		accept, want string
	}{
		{templates, "text/html;q=1, */*", "text/html"},
		{templates, "*/*", "application/json"},
		{templates, "", "application/json"},
		{map[string]string{"text/plain": "b", "application/xml": "a"}, "", "application/xml"},
		{nil, "text/html", ""},
	}
	for _, tt := range tests {
		if got, text := chooseTemplate(tt.templates, tt.accept); got != tt.want || text != tt.templates[tt.want] {
			t.Errorf("Accept %q: got %q %q, want %q", tt.accept, got, text, tt.want)
		}
	}
}

func TestWWWAuthenticateIsRemapped(t *testing.T) {
	if got := renameREST(nil, "Www-Authenticate", "WWW-Authenticate", 0); got != "x-amzn-Remapped-WWW-Authenticate" {
		t.Errorf("got %s, want it remapped", got)
	}
}
