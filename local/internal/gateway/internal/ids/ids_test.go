package ids

import (
	"regexp"
	"testing"
	"time"
)

var testTime = time.Date(2020, time.March, 4, 19, 15, 17, 135e6, time.UTC)

// fixed gives the same IDs in each run.
func fixed() Source {
	n := uint64(0)
	return Source{
		Now:    func() time.Time { return testTime },
		Random: func() uint64 { n++; return n * 0x9e3779b97f4a7c15 },
	}
}

func TestIDs(t *testing.T) {
	for name, s := range map[string]Source{"random": New(), "fixed": fixed()} {
		for text, pattern := range map[string]string{
			s.UUID():         `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`,
			s.Extended():     `^[A-Za-z0-9_-]{15}=$`,
			s.root(testTime): `^1-5e5ffe45-[0-9a-f]{24}$`,
		} {
			if !regexp.MustCompile(pattern).MatchString(text) {
				t.Errorf("%s: got %s, want %s", name, text, pattern)
			}
		}
		if a, b := s.UUID(), s.UUID(); a == b {
			t.Errorf("%s: got %s twice", name, a)
		}
		if a, b := s.Extended(), s.Extended(); a == b {
			t.Errorf("%s: got %s twice", name, a)
		}
	}
}

func TestTrace(t *testing.T) {
	const root, parent = "1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8"
	tests := []struct{ header, event, full string }{
		{"", `Root=1-5e5ffe45-\w{24}`, `Root=1-5e5ffe45-\w{24};Parent=\w{16};Sampled=0`},
		{"Root=" + root, "Root=" + root, "Root=" + root + `;Parent=\w{16};Sampled=0`},
		{"Root=" + root + ";Parent=" + parent, "Root=" + root + ";Parent=" + parent, "Root=" + root + ";Parent=" + parent + ";Sampled=1"},
		{"Root=" + root + ";Parent=" + parent + ";Sampled=0", "Root=" + root + ";Parent=" + parent + ";Sampled=0",
			"Root=" + root + ";Parent=" + parent + ";Sampled=0"},
		{"Self=1-x", `Root=1-5e5ffe45-\w{24};Self=1-x`, `Root=1-5e5ffe45-\w{24};Parent=\w{16};Sampled=0`},
		{"Root=1-evil", `Root=1-5e5ffe45-\w{24};Root=1-evil`, `Root=1-5e5ffe45-\w{24};Parent=\w{16};Sampled=0`},
	}
	for _, tt := range tests {
		got := fixed().Trace(tt.header, testTime)
		if !regexp.MustCompile("^" + tt.event + "$").MatchString(got.Event) {
			t.Errorf("%q: got event %q, want %q", tt.header, got.Event, tt.event)
		}
		if !regexp.MustCompile("^" + tt.full + "$").MatchString(got.Full) {
			t.Errorf("%q: got full %q, want %q", tt.header, got.Full, tt.full)
		}
	}
}

// FuzzTrace checks that what goes on to Lambda is a whole header, and of the
// client's nothing but IDs.
func FuzzTrace(f *testing.F) {
	f.Add("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
	f.Add("Root=1-5759e98g-bd862e3fe1be46a994272793;Parent=53995c3f42cd8adg;Sampled=2")
	f.Add("root = 1-\r\n;;=;Sampled=")
	whole := regexp.MustCompile(`\ARoot=1-[0-9A-Fa-f]{8}-[0-9A-Fa-f]{24};Parent=[0-9A-Fa-f]{16};Sampled=[01]\z`)
	f.Fuzz(func(t *testing.T, header string) {
		if got := fixed().Trace(header, testTime).Full; !whole.MatchString(got) {
			t.Errorf("%q: got %q", header, got)
		}
	})
}
