package api

import (
	"errors"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/language"

	"maru/functions/internal/session"
	"maru/functions/internal/shop"
)

// Every language has every text that the templates ask for, each with the same
// verbs, and no text that nothing asks for.
func TestTexts(t *testing.T) {
	asked := askedTexts(t)
	for _, v := range voices {
		for key := range asked {
			if v.texts[key] == "" {
				t.Errorf("%v lacks the text %q", v.tag, key)
			}
		}
		for key, text := range v.texts {
			if !asked[key] && !ofProblem.MatchString(key) {
				t.Errorf("%v has the text %q, for which nothing asks", v.tag, key)
			}
			for _, other := range voices {
				if got, want := verbs(other.texts[key]), verbs(text); !slices.Equal(got, want) {
					t.Errorf("%q: got verbs %q in %v, want %q as in %v", key, got, other.tag, want, v.tag)
				}
			}
		}
	}
}

// ofProblem matches the keys that are made from a problem: its status, resource and fields.
var ofProblem = regexp.MustCompile("^(problem-|advice|fault-)")

// askedTexts returns the keys that the templates and this package name.
func askedTexts(t *testing.T) map[string]bool {
	t.Helper()
	asked := map[string]bool{"won": true, "time": true}
	names, err := files.ReadDir("page")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		content := string(must(files.ReadFile("page/" + name.Name())))
		for _, match := range regexp.MustCompile(`\.(?:T|Link) "([^"]+)"`).FindAllStringSubmatch(content, -1) {
			asked[match[1]] = true
		}
	}
	for name := range views {
		asked[name] = asked[name] || name != "post" // A post is its own title.
	}
	for _, sky := range shop.Skies() {
		asked["sky-"+sky] = true
	}
	for key := range voices[1].texts {
		asked[key] = asked[key] || strings.HasPrefix(key, "city-")
	}
	return asked
}

func verbs(text string) []string { return regexp.MustCompile(`%[a-z]`).FindAllString(text, -1) }

// Every problem that this package can answer with has a title in every language.
func TestProblemTexts(t *testing.T) {
	problems := []problem{explain(session.ErrUnavailable), explain(session.ErrGone), explain(session.ErrTooLarge), explain(errors.New("ours"))}
	for _, known := range statuses {
		problems = append(problems, problemOf(known.status))
	}
	for _, v := range voices {
		for _, p := range problems {
			r := httptest.NewRequest("GET", "/nothing", nil)
			r.Header.Set("Accept-Language", v.Language())
			if got := p.page(r).Title; !slices.Contains(titles(v), got) {
				t.Errorf("%v: got title %q for %d, which is no text of this language", v.tag, got, p.Status)
			}
		}
	}
}

func titles(v voice) []string {
	var found []string
	for key, text := range v.texts {
		if strings.HasPrefix(key, "problem-") {
			found = append(found, text)
		}
	}
	return found
}

func TestVoiceOf(t *testing.T) {
	tests := []struct {
		accept string
		want   language.Tag
	}{
		{"", language.English},
		{"ko", language.Korean},
		{"ko-KR,ko;q=0.9,en;q=0.8", language.Korean},
		{"en-GB,en;q=0.9,ko;q=0.8", language.English},
		{"ja,ko;q=0.5", language.Korean},
		{"fr", language.English},
		{"*", language.English},
		{";;q=,,/", language.English},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Language", tt.accept)
		if got := voiceOf(r).tag; got != tt.want {
			t.Errorf("Accept-Language %q: got %v, want %v", tt.accept, got, tt.want)
		}
	}
}

func TestVoices(t *testing.T) {
	evening := time.Date(2026, time.July, 1, 23, 30, 0, 0, time.UTC)
	tests := []struct{ got, want string }{
		{voices[0].Won(1234567), "₩1,234,567"},
		{voices[1].Won(900), "900원"},
		{voices[0].Number(10000), "10,000"},
		{voices[0].Moment(evening).Text, "2 July 2026, 08:30 KST"},
		{voices[1].Moment(evening).Text, "2026년 7월 2일 08:30"},
		{voices[0].City("seoul", "서울"), "Seoul"},
		{voices[0].City("pohang", "포항"), "포항"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
	if text, err := voices[0].T("no such text"); err == nil {
		t.Errorf("got %q for a text that there is not, want an error", text)
	}
}
