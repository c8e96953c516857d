package target

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	tests := []struct {
		uri  string
		want Target
	}{
		{"/", Target{Sent: "/", Path: "/"}},
		{"/a%2Fb?x=1?y", Target{Sent: "/a%2Fb", Path: "/a%2Fb", Query: "x=1?y"}},
		{"*", Target{Sent: "/*", Path: "/*"}},
		{"http://example.com/a?b", Target{Sent: "/a", Path: "/a", Query: "b"}},
		{"http://example.com", Target{Sent: "/", Path: "/"}},
		{"http://example.com?b=/c", Target{Sent: "/", Path: "/", Query: "b=/c"}},
		{"", Target{Sent: "/", Path: "/"}},
		// Go's server takes any absolute URI.
		{"x:/admin?a", Target{Sent: "/admin", Path: "/admin", Query: "a"}},
		{"/x:/admin", Target{Sent: "/x:/admin", Path: "/x:/admin"}},
	}
	for _, tt := range tests {
		if got := Parse(tt.uri); got != tt.want {
			t.Errorf("Parse(%q): got %+v, want %+v", tt.uri, got, tt.want)
		}
	}
}

func TestAppendQuery(t *testing.T) {
	tests := []struct {
		query string
		want  []Parameter
	}{
		{"", nil},
		{"&&", nil},
		{"a", []Parameter{{"a", ""}}},
		{"a=1&b=2&a=3", []Parameter{{"a", "1"}, {"a", "3"}, {"b", "2"}}},
		{"a=b=c", []Parameter{{"a", "b=c"}}},
		{"%61+b=%2B+%2b", []Parameter{{"a b", "+ +"}}},
		{"a=%&b=%4&c=%zz", []Parameter{{"a", "%"}, {"b", "%4"}, {"c", "%zz"}}},
		{"a=1;b=2", []Parameter{{"a", "1;b=2"}}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, AppendQuery(nil, tt.query)); diff != "" {
			t.Errorf("AppendQuery(%q) (-want +got):\n%s", tt.query, diff)
		}
	}
}

func TestUnescapeIsDoneOnce(t *testing.T) {
	if got := Unescape("%2525+"); got != "%25+" {
		t.Errorf("got %q, want %%25+", got)
	}
}
