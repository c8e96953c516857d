package api

import (
	"net/http/httptest"
	"testing"
)

func TestPrefersHTML(t *testing.T) {
	tests := []struct {
		accept string
		want   bool
	}{
		{"", false},
		{"*/*", false},
		{"application/json", false},
		{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true},
		{"TEXT/HTML", true},
		{"text/*", true},
		{"text/html;q=0.4, application/json;q=0.5", false},
		{"text/html;q=0.5, application/json;q=0.4", true},
		{"text/html;q=0, */*", false},
		{"text/html;level=1;q=0.3, */*;q=0.5", false},
		{"text/html;q=2", false},
		{";;q=,,/", false},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept", tt.accept)
		if got := prefersHTML(r); got != tt.want {
			t.Errorf("Accept %q: got %t, want %t", tt.accept, got, tt.want)
		}
	}
}
