package gateway

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

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

func TestIDs(t *testing.T) {
	for name, s := range map[string]ids{"random": newIDs(), "fixed": testIDs()} {
		for text, pattern := range map[string]string{
			s.uuid():         `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`,
			s.extended():     `^[A-Za-z0-9_-]{15}=$`,
			s.root(testTime): `^1-5e5ffe45-[0-9a-f]{24}$`,
		} {
			if !regexp.MustCompile(pattern).MatchString(text) {
				t.Errorf("%s: got %s, want %s", name, text, pattern)
			}
		}
		if a, b := s.uuid(), s.uuid(); a == b {
			t.Errorf("%s: got %s twice", name, a)
		}
		if a, b := s.extended(), s.extended(); a == b {
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
		got := testIDs().trace(tt.header, testTime)
		if !regexp.MustCompile("^" + tt.event + "$").MatchString(got.event) {
			t.Errorf("%q: got event %q, want %q", tt.header, got.event, tt.event)
		}
		if !regexp.MustCompile("^" + tt.full + "$").MatchString(got.full) {
			t.Errorf("%q: got full %q, want %q", tt.header, got.full, tt.full)
		}
	}
}

// FuzzEscape checks that whatever bytes come in, the JSON string made of them is
// valid and means the same, with U+FFFD for what is not UTF-8.
func FuzzEscape(f *testing.F) {
	f.Add([]byte("plain"))
	f.Add([]byte("\x00\x1f\"\\\n\r\t\u2028é\xff\xc3\xed\xa0\x80😀"))
	f.Fuzz(func(t *testing.T, b []byte) {
		w := writer{}
		w.open('{')
		w.bytes("b", b, false)
		w.member("s", string(b))
		w.close('}')
		var got struct{ B, S string }
		if err := json.Unmarshal(w.buf, &got); err != nil {
			t.Fatalf("got %q: %v", w.buf, err)
		}
		want := string([]rune(string(b)))
		if got.B != want || got.S != want {
			t.Errorf("got %q and %q, want %q", got.B, got.S, want)
		}
	})
}

// FuzzScanner checks that the scanner takes what encoding/json takes and reads
// the same strings.
func FuzzScanner(f *testing.F) {
	for _, s := range []string{
		`{}`, `[]`, ` {"a" : [1, -0.5e+3, true, false, null, "x\u00e9\ud83d\ude00\n"]} `, `"\ud800"`, `"\ud800\u0041"`,
		`{"a":1,}`, `[1 2]`, `01`, `1.`, `-`, `1e`, `"\x"`, `"\u12"`, "\"\x01\"", `nul`, `truee`, `{"a"}`, `{a:1}`, `[`, `"`, ``, "\x00",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s := scanner{data: slices.Clone(data)}
		_, err := s.skip()
		if err == nil {
			err = s.end()
		}
		if valid := json.Valid(data); valid != (err == nil) {
			t.Fatalf("%q: got error %v, encoding/json says valid: %v", data, err, valid)
		}
		var want string
		if utf8.Valid(data) && json.Unmarshal(data, &want) == nil && data[0] == '"' {
			s.pos = 0
			if got, err := s.text(); err != nil || string(got) != want {
				t.Fatalf("%q: got %q, %v, want %q", data, got, err, want)
			}
		}
	})
}

func TestScannerStopsAtDepth(t *testing.T) {
	deep := strings.Repeat("[", maxDepth+1)
	s := scanner{data: []byte(deep)}
	if _, err := s.skip(); err != errDepth {
		t.Errorf("got error %v, want %v", err, errDepth)
	}
}
