package result

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var (
	format1 = Format{Multi: true}
	format2 = Format{Cookies: true}
)

func TestRead(t *testing.T) {
	tests := []struct {
		name, payload string
		format        Format
		want          Result
	}{
		{"all of format 1.0", `{"statusCode":201,"headers":{"a":"b"},"multiValueHeaders":{"c":["d",true]},"body":"e","isBase64Encoded":true}`, format1,
			Result{Object: true, HasStatus: true, Status: 201, Headers: []Field{{"a", "b"}}, multi: []Field{{"c", "d"}, {"c", "true"}}, Body: []byte("e"), IsBase64: true}},
		{"cookies of format 2.0", `{"cookies":["a=1","b=2"]}`, format2, Result{Object: true, cookies: []string{"a=1", "b=2"}}},
		{"cookies in format 1.0", `{"cookies":["a=1"]}`, format1, Result{Object: true, Unknown: "cookies"}},
		{"multiValueHeaders in format 2.0", `{"multiValueHeaders":{}}`, format2, Result{Object: true, Unknown: "multiValueHeaders"}},
		{"a status in quotes", `{"statusCode":"404"}`, format2, Result{Object: true, HasStatus: true, Status: 404}},
		{"nulls", `{"statusCode":null,"headers":null,"body":null,"isBase64Encoded":null,"cookies":null}`, format2, Result{Object: true}},
		{"the last of two", `{"body":"a","body":"b","headers":{"x":"1"},"headers":{"y":"1","y":"2"}}`, format2,
			Result{Object: true, Headers: []Field{{"y", "2"}}, Body: []byte("b")}},
		{"numbers where they are values", `{"headers":{"a":1.50}}`, Format{Numbers: true}, Result{Object: true, Headers: []Field{{"a", "1.50"}}}},
		{"a function error", `{"errorMessage":"x"}`, format2, Result{Object: true, Unknown: "errorMessage", ErrorMessage: true}},
		{"no object", `["body"]`, format2, Result{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Read([]byte(tt.payload), tt.format)
			if err != nil || got.Wrong != nil {
				t.Fatal(err, got.Wrong)
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(Result{}), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestWrongTypes names the first value that is not of its type, and reads on.
func TestWrongTypes(t *testing.T) {
	for payload, want := range map[string]string{
		`{"statusCode":"x","body":7}`:                  "statusCode is no number",
		`{"statusCode":200.5}`:                         "statusCode is no number",
		`{"body":7}`:                                   "body is no string",
		`{"isBase64Encoded":"true"}`:                   "isBase64Encoded is no boolean",
		`{"headers":[]}`:                               "headers are no object",
		`{"headers":{"a":{}}}`:                         `header "a" is neither string nor boolean`,
		`{"headers":{"a":7}}`:                          `header "a" is neither string nor boolean`,
		`{"cookies":{}}`:                               "cookies is no array",
		`{"cookies":[[]]}`:                             "a cookie is no string",
		`{"multiValueHeaders":{"a":"b"},"headers":{}}`: `multiValueHeaders "a" is no array`,
	} {
		got, err := Read([]byte(payload), Format{Multi: true, Cookies: true})
		if err != nil || got.Wrong == nil || got.Wrong.Error() != want {
			t.Errorf("%s: got %v, %v, want %s", payload, got.Wrong, err, want)
		}
	}
}

func TestComplete(t *testing.T) {
	tests := []struct {
		name, payload string
		want          []Field // nil for a head that cannot be sent
	}{
		{"cookies last", `{"statusCode":200,"cookies":["a=1"],"headers":{"b":"c"}}`, []Field{{"b", "c"}, {"Set-Cookie", "a=1"}}},
		{"both maps, one spelling", `{"statusCode":200,"headers":{"a":"1"},"multiValueHeaders":{"A":["2"]}}`, []Field{{"A", "2"}, {"A", "1"}}},
		{"no status", `{"headers":{"a":"1"}}`, nil},
		{"an interim status", `{"statusCode":101,"headers":{"a":"1"}}`, nil},
		{"a status that is too large", `{"statusCode":1000,"headers":{"a":"1"}}`, nil},
		{"a name that is no token", `{"statusCode":200,"headers":{"a b":"1"}}`, nil},
		{"no name", `{"statusCode":200,"headers":{"":"1"}}`, nil},
		{"a line break", `{"statusCode":200,"headers":{"a":"1\r\nb: 2"}}`, nil},
		{"a line break in a cookie", `{"statusCode":200,"cookies":["a=1\nb"]}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Read([]byte(tt.payload), Format{Multi: true, Cookies: true})
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Complete(); (err == nil) != (tt.want != nil) {
				t.Fatalf("got error %v, want a head %v", err, tt.want)
			}
			if diff := cmp.Diff(tt.want, r.Headers); tt.want != nil && diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzRead checks that what is read is JSON, and that it says no more than
// encoding/json finds in it.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"statusCode":"204","headers":{"a":"b"},"multiValueHeaders":{"c":["d"]},"body":"\u00e9","isBase64Encoded":true}`))
	f.Add([]byte(`{"cookies":["a",null,7],"errorMessage":{}} `))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		r, err := Read(payload, Format{Multi: true, Cookies: true, Numbers: true, Words: true, Base64Encoded: true, JSONBody: true})
		if err != nil {
			return
		}
		if !json.Valid(payload) {
			t.Fatalf("%q: got no error", payload)
		}
		var object map[string]json.RawMessage
		if isObject := json.Unmarshal(payload, &object) == nil && object != nil; r.Object != isObject {
			t.Fatalf("%q: got object %t, want %t", payload, r.Object, isObject)
		}
		if r.Body != nil && object["body"] == nil || r.HasStatus && object["statusCode"] == nil {
			t.Errorf("%q: got %+v", payload, r)
		}
	})
}
