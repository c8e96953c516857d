package media

import (
	"strings"
	"testing"
)

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
		if got := MatchesAny(strings.Fields(tt.types), tt.value); got != tt.want {
			t.Errorf("types %q, value %q: got %v, want %v", tt.types, tt.value, got, tt.want)
		}
	}
}
