package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// voice is a language that the page speaks.
type voice struct {
	tag   language.Tag
	texts map[string]string // by key; page/TAG.json
}

// voices are the languages of the page. The first is for those who read none of them.
var (
	voices  = []voice{newVoice(language.English), newVoice(language.Korean)}
	matcher = language.NewMatcher([]language.Tag{language.English, language.Korean})
)

// newVoice reads the catalogue of a language.
func newVoice(tag language.Tag) voice {
	v := voice{tag: tag}
	if err := json.Unmarshal(must(files.ReadFile("page/"+tag.String()+".json")), &v.texts); err != nil {
		panic(fmt.Errorf("reading texts in %v: %w", tag, err)) // The file is part of the program.
	}
	return v
}

// voiceOf returns the language that the request's Accept-Language likes best.
func voiceOf(r *http.Request) voice {
	_, i := language.MatchStrings(matcher, r.Header.Get("Accept-Language"))
	return voices[i]
}

// Language returns the language's tag, for the attribute lang.
func (v voice) Language() string { return v.tag.String() }

// T returns the text of that key, with args in place of its verbs. A key that
// has no text is an error.
func (v voice) T(key string, args ...any) (string, error) {
	text, ok := v.texts[key]
	if !ok {
		return "", fmt.Errorf("no text %q in %v", key, v.tag)
	}
	if len(args) == 0 {
		return text, nil
	}
	return fmt.Sprintf(text, args...), nil
}

// either returns the text of the first of the keys that has one, or else other.
func (v voice) either(other string, keys ...string) string {
	for _, key := range keys {
		if text, ok := v.texts[key]; ok {
			return text
		}
	}
	return other
}

// City returns the name of the city of that ID, which is called name in Korean.
func (v voice) City(id, name string) string { return v.either(name, "city-"+id) }

// Sky returns what the language calls a sky of the weather.
func (v voice) Sky(sky string) (string, error) { return v.T("sky-" + sky) }

// Won writes a price: ₩1,300 or 1,300원.
func (v voice) Won(n int) string {
	return message.NewPrinter(v.tag).Sprintf(v.texts["won"], n)
}

// Number writes a number of things, in groups of three digits.
func (v voice) Number(n int) string { return message.NewPrinter(v.tag).Sprint(n) }

// seoul is the time zone of the page, which is that of the shop's cities.
var seoul = time.FixedZone("KST", 9*60*60)

// moment is a time as people read it and as programs do.
type moment struct {
	Moment time.Time
	Text   string
}

// Moment returns the time in words of the language, to the minute.
func (v voice) Moment(t time.Time) moment {
	return moment{t, t.In(seoul).Format(v.texts["time"])}
}

// hangul reports whether a text is Korean, so that a screen reader may be told.
func hangul(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Hangul, r) })
}
