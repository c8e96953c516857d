package api

import "testing"

func TestBrowserOf(t *testing.T) {
	tests := []struct{ agent, want string }{
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge, Windows"},
		{"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"},
		{"Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", "Samsung Internet, Android"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1", "Safari, iPhone"},
		{"curl/8.15.0", "curl"},
		{"shop-robot/1.0 (+mailto:kim)", "shop-robot/1.0"},
		{"", "?"},
	}
	for _, tt := range tests {
		if got := browserOf(tt.agent); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.agent, got, tt.want)
		}
	}
}
