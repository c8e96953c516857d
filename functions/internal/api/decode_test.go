package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/functions/internal/shop"
)

// received returns a request that readForm has seen, as handlers get it.
func received(t testing.TB, method, contentType, body string) (*http.Request, error) {
	t.Helper()
	r := httptest.NewRequest(method, "/cart/items", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return readForm(httptest.NewRecorder(), r)
}

func TestDecode(t *testing.T) {
	field := func(name, detail string) error { return shop.Invalid{{Field: name, Detail: detail}} }
	tests := []struct {
		name, contentType, body string
		want                    addition
		err                     error
	}{
		{"JSON", "application/json", `{"song":"서른 즈음에","quantity":2}`, addition{"서른 즈음에", 2}, nil},
		{"JSON with charset", "application/json; charset=utf-8", `{"song":"creep","quantity":2}`, addition{"creep", 2}, nil},
		{"form", mediaForm, "song=%EC%84%9C%EB%A5%B8&quantity=2", addition{"서른", 2}, nil},
		{"digits for a string", mediaForm, "song=1990&quantity=2", addition{"1990", 2}, nil},
		{"form with fields for readForm", mediaForm, "song=creep&quantity=2&_key=k", addition{"creep", 2}, nil},
		{"no type", "", `{"song":"creep"}`, addition{}, errMediaType},
		{"other type", "text/plain", `{"song":"creep"}`, addition{}, errMediaType},
		{"empty", "application/json", "", addition{}, errBody},
		{"half", "application/json", `{"song":"creep"`, addition{}, errBody},
		{"no JSON", "application/json", "song=creep", addition{}, errBody},
		{"no object", "application/json", `"creep"`, addition{}, errBody},
		{"two values", "application/json", `{"song":"creep"} {}`, addition{}, errBody},
		{"unknown field", "application/json", `{"song":"creep","quantity":1,"price":0}`, addition{}, field("price", "is not a field of this resource")},
		{"unknown field in a form", mediaForm, "song=creep&quantity=1&price=0", addition{}, field("price", "is not a field of this resource")},
		{"wrong type", "application/json", `{"song":"creep","quantity":"2"}`, addition{}, field("quantity", "must be a whole number")},
		{"fraction", "application/json", `{"song":"creep","quantity":1.5}`, addition{}, field("quantity", "must be a whole number")},
		{"number for a string", "application/json", `{"song":5,"quantity":1}`, addition{}, field("song", "must be a string")},
		{"no number in a form", mediaForm, "song=creep&quantity=two", addition{}, field("quantity", "must be a whole number")},
		{"twice in a form", mediaForm, "song=creep&song=torn", addition{}, field("song", "must be given once")},
		{"no field", "application/json", `{"song":"creep"}`, addition{}, field("quantity", "is required")},
		{"null", "application/json", `{"song":null,"quantity":1}`, addition{}, field("song", "must be a string")},
		{"null in a form", mediaForm, "song=creep&quantity=null", addition{}, field("quantity", "must be a whole number")},
		{"another case", "application/json", `{"song":"creep","quantity":1,"Song":"torn"}`, addition{}, field("Song", "is not a field of this resource")},
		{"twice", "application/json", `{"song":"creep","quantity":1,"song":"torn"}`, addition{}, field("song", "must be given once")},
		{"twice, escaped", "application/json", `{"song":"creep","quantity":1,"\u0073ong":"torn"}`, addition{}, field("song", "must be given once")},
		{"nested", "application/json", `{"song":{"song":"creep"},"quantity":1}`, addition{}, field("song", "must be a string")},
		{"nested deeply", "application/json", `{"song":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `,"quantity":1}`, addition{}, field("song", "must be a string")},
		{"nested too deeply", "application/json", `{"song":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, addition{}, errBody},
		{"many members", "application/json", "{" + manyMembers(51) + "}", addition{}, errBody},
		{"invalid UTF-8", "application/json", "{\"song\":\"\xff\",\"quantity\":1}", addition{}, errBody},
		{"invalid UTF-8 in a form", mediaForm, "song=%ff&quantity=1", addition{}, errBody},
		{"half a character", "application/json", `{"song":"\ud83c","quantity":1}`, addition{}, errBody},
		{"both halves", "application/json", `{"song":"\ud83c\udfb5\\ud83c","quantity":1}`, addition{"🎵\\ud83c", 1}, nil},
		{"the halves in the wrong order", "application/json", `{"song":"\udfb5\ud83c","quantity":1}`, addition{}, errBody},
		{"too large", "application/json", `{"song":"` + strings.Repeat("x", longestBody) + `"}`, addition{}, errBodyTooLarge},
		{"too large a form", mediaForm, "song=" + strings.Repeat("x", longestBody), addition{}, errBodyTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := received(t, http.MethodPost, tt.contentType, tt.body)
			var got addition
			if err == nil {
				got, err = decode[addition](r)
			}
			var faults shop.Invalid
			if errors.As(tt.err, &faults) {
				if diff := cmp.Diff(tt.err, err); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
				return
			}
			if !errors.Is(err, tt.err) {
				t.Fatalf("got error %v, want %v", err, tt.err)
			}
			if err == nil && got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// manyMembers returns n members of an object.
func manyMembers(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`"%d":0`, i)
	}
	return strings.Join(list, ",")
}

// A field that is a pointer may be missing; if it is there, it is one like others.
func TestDecodeOptional(t *testing.T) {
	tests := []struct {
		body  string
		total int
		valid bool
	}{
		{`{"total":2600}`, 2600, true},
		{`{}`, 0, true},
		{`{"total":null}`, 0, false},
		{`{"total":"2600"}`, 0, false},
	}
	for _, tt := range tests {
		r, err := received(t, http.MethodPost, mediaJSON, tt.body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decode[checkout](r)
		var want checkout
		if tt.total != 0 {
			want.Total = &tt.total
		}
		if diff := cmp.Diff(want, got); (err == nil) != tt.valid || tt.valid && diff != "" {
			t.Errorf("%s: got error %v, valid should be %t; (-want +got):\n%s", tt.body, err, tt.valid, diff)
		}
	}
}

// A problem points to the field at fault, whatever its name.
func TestFieldErrors(t *testing.T) {
	tests := map[string]string{"title": "#/title", "": "#/", "a/b~c": "#/a~1b~0c", "곡 이름": "#/%EA%B3%A1%20%EC%9D%B4%EB%A6%84"}
	for name, want := range tests {
		if got := fieldErrors(shop.Invalid{{Field: name}})[0].Pointer; got != want {
			t.Errorf("%q: got pointer %q, want %q", name, got, want)
		}
	}
}

func TestReadForm(t *testing.T) {
	tests := []struct {
		method, contentType, body string
		wantMethod, wantKey       string
		wantMatch                 string
	}{
		{"POST", mediaForm, "_method=DELETE", "DELETE", "", ""},
		{"POST", mediaForm, "_method=PUT&quantity=2", "PUT", "", ""},
		{"POST", mediaForm, "_method=TRACE", "POST", "", ""},
		{"POST", mediaForm, "_method=put", "POST", "", ""},
		{"POST", mediaForm, "_key=abc", "POST", "abc", ""},
		{"POST", mediaForm, "_method=PUT&_match=%22v1%22", "PUT", "", `"v1"`},
		{"POST", "text/plain", "_method=DELETE&_key=abc", "POST", "", ""},
		{"PUT", mediaForm, "_method=DELETE", "PUT", "", ""},
	}
	for _, tt := range tests {
		r, err := received(t, tt.method, tt.contentType, tt.body)
		if err != nil {
			t.Errorf("%s %s: %v", tt.method, tt.body, err)
			continue
		}
		if got := r.Header.Get("If-Match"); got != tt.wantMatch {
			t.Errorf("%s %s: got If-Match %q, want %q", tt.method, tt.body, got, tt.wantMatch)
		}
		if key := r.Header.Get("Idempotency-Key"); r.Method != tt.wantMethod || key != tt.wantKey {
			t.Errorf("%s %s: got method %s and key %q, want %s and %q", tt.method, tt.body, r.Method, key, tt.wantMethod, tt.wantKey)
		}
	}
}

// Whatever body arrives, decode either returns what the body says or says what is wrong with it.
func FuzzDecode(f *testing.F) {
	f.Add("application/json", `{"song":"creep","quantity":2}`)
	f.Add("application/json", `{"song":1e400,"quantity":-0}`)
	f.Add("application/json", `{"song":"\ud83c\udfb5","quantity":1,"\u0073ong":""}`)
	f.Add(mediaForm, "song=creep&quantity=2")
	f.Add(mediaForm, "quantity=%00&song=%ff")
	f.Fuzz(func(t *testing.T, contentType, body string) {
		r, err := received(t, http.MethodPost, contentType, body)
		var got addition
		if err == nil {
			got, err = decode[addition](r)
		}
		if err != nil {
			if p := explain(err); p.Status < 400 || p.Status > 499 {
				t.Errorf("%s %q: got status %d for %v, want 4xx", contentType, body, p.Status, err)
			}
			return
		}
		again, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		r, err = received(t, http.MethodPost, mediaJSON, string(again))
		if err != nil {
			t.Fatal(err)
		}
		if back, err := decode[addition](r); err != nil || back != got {
			t.Errorf("%s: got %+v, %v, want %+v", again, back, err, got)
		}
	})
}
