package disputed

import (
	"testing"

	"maru/local/internal/gateway/internal/result"
	"maru/local/internal/template"
)

// These tests say which way each open question was decided. If AWS is seen to
// do otherwise, the test and one declaration change together.

func TestHTTPPathIsDecodedTwice(t *testing.T) {
	tests := []struct {
		sent, want string
		decodes    bool
	}{
		{"/question%3Fvalue", "/question", true},
		{"/question%3fa%25zz", "/question", true},
		{"/percent%25done", "/percent%done", false},
		{"/literal%252Fvalue", "/literal/value", true},
		{"/literal%253Fvalue", "/literal?value", true},
		{"/literal%2525value", "/literal%value", true},
		{"/a%20b/%2F+%23/%C3%A9", "/a b//+#/é", true},
		{"/%3F", "/", true},
		{"/%", "/%", false},
		{"/%zz", "/%zz", false},
		{"/%%34%31", "/A", false}, // would be the second pass's own
		{"/%25", "/%", false},
		{"/%254", "/%4", false},
	}
	for _, tt := range tests {
		if got := HTTPPath(tt.sent); got != tt.want || HTTPDecodes(tt.sent) != tt.decodes {
			t.Errorf("%s: got %q, decoded: %t, want %q, %t", tt.sent, got, HTTPDecodes(tt.sent), tt.want, tt.decodes)
		}
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
