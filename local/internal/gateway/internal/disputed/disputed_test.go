package disputed

import (
	"testing"

	"maru/local/internal/gateway/internal/result"
	"maru/local/internal/template"
)

// These tests say which way each open question was decided. If AWS is seen to
// do otherwise, the test and one declaration change together.

func TestHTTPPathIsDecoded(t *testing.T) {
	if got := HTTPPath("/a%20b/%2F+%"); got != "/a b//+%" {
		t.Errorf("got %q, want /a b//+%%", got)
	}
}

func TestRESTParameterIsRaw(t *testing.T) {
	if got := RESTParameter("a%20b"); got != "a%20b" {
		t.Errorf("got %q, want a%%20b", got)
	}
}

func TestIsText(t *testing.T) {
	tests := map[string]bool{
		"text/html":                         true,
		"text/binary":                       true,
		"Text/Plain; charset=latin1":        true,
		"application/json":                  true,
		"application/problem+json":          true,
		"application/xml":                   true,
		"image/svg+xml":                     true,
		"application/javascript":            true,
		"application/vnd.ms-excel":          false,
		"application/test":                  false,
		"application/x-www-form-urlencoded": false,
		"multipart/form-data; boundary=x":   false,
		"image/jpeg":                        false,
		"":                                  false,
	}
	for contentType, want := range tests {
		if got := IsText(contentType); got != want {
			t.Errorf("%q: got %v, want %v", contentType, got, want)
		}
	}
}

func TestBlankIsMissing(t *testing.T) {
	for value, want := range map[string]bool{"": false, " \t": false, "0": true} {
		if got := IsPresent(value); got != want {
			t.Errorf("%q: got %v, want %v", value, got, want)
		}
	}
}

func TestSpellV1(t *testing.T) {
	tests := []struct{ canonical, client, want string }{
		{"Accept", "ACCEPT", "accept"},
		{"Cache-Control", "Cache-Control", "cache-control"},
		{"Content-Type", "content-type", "Content-Type"},
		{"Postman-Token", "postman-TOKEN", "postman-TOKEN"},
	}
	for _, tt := range tests {
		if got := SpellV1(tt.canonical, tt.client); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.client, got, tt.want)
		}
	}
}

func TestAuthorizersRefuseByOneError(t *testing.T) {
	for _, kind := range []template.Kind{template.REST, template.HTTP} {
		for message, want := range map[string]bool{"Unauthorized": true, "unauthorized": false, "Unauthorized: expired": false, "": false} {
			if got := RefusesByError(kind, message); got != want {
				t.Errorf("%s, %q: got %v, want %v", kind, message, got, want)
			}
		}
	}
}

func TestResultThatLooksLikeAFunctionError(t *testing.T) {
	tests := []struct {
		payload string
		want    bool
	}{
		{`{"errorMessage":"x"}`, true},
		{`{"errorMessage":"x","statusCode":200}`, false},
		{`{"message":"x"}`, false},
	}
	for _, tt := range tests {
		r, err := result.Read([]byte(tt.payload), result.Format{Cookies: true})
		if got := FailsWithoutError(r); err != nil || got != tt.want {
			t.Errorf("%s: got %v, %v, want %v", tt.payload, got, err, tt.want)
		}
	}
}
