package gateway

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseQuery(t *testing.T) {
	tests := []struct {
		query string
		want  []pair
	}{
		{"", nil},
		{"&&", nil},
		{"a", []pair{{"a", ""}}},
		{"a=1&b=2&a=3", []pair{{"a", "1"}, {"a", "3"}, {"b", "2"}}},
		{"a=b=c", []pair{{"a", "b=c"}}},
		{"%61+b=%2B+%2b", []pair{{"a b", "+ +"}}},
		{"a=%&b=%4&c=%zz", []pair{{"a", "%"}, {"b", "%4"}, {"c", "%zz"}}},
		{"a=1;b=2", []pair{{"a", "1;b=2"}}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, parseQuery(nil, tt.query), cmp.AllowUnexported(pair{})); diff != "" {
			t.Errorf("parseQuery(%q) (-want +got):\n%s", tt.query, diff)
		}
	}
}

func TestUnescapeIsDoneOnce(t *testing.T) {
	if got := unescape("%2525+", false); got != "%25+" {
		t.Errorf("got %q, want %%25+", got)
	}
}

func TestMatchesAny(t *testing.T) {
	tests := []struct {
		types string
		value string
		want  bool
	}{
		{"image/png", "image/png", true},
		{"image/png", "IMAGE/PNG; q=1, text/html", true},
		{"image/png", "text/html, image/png", false},
		{"image/*", "image/png", true},
		{"image/*", "imagery/png", false},
		{"*/png", "image/png", false},
		{"*/png", "*/png", false},
		{"image/png", "image/*", false},
		{"image/png", "*/*", false},
		{"*/*", "text/html", true},
		{"*/*", "", false},
		{"", "image/png", false},
	}
	for _, tt := range tests {
		if got := matchesAny(strings.Fields(tt.types), tt.value); got != tt.want {
			t.Errorf("types %q, value %q: got %v, want %v", tt.types, tt.value, got, tt.want)
		}
	}
}
