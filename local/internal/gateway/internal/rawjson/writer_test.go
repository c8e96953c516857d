package rawjson

import (
	"encoding/json"
	"testing"
)

// FuzzEscape checks that whatever bytes come in, the JSON string made of them is
// valid and means the same, with U+FFFD for what is not UTF-8.
func FuzzEscape(f *testing.F) {
	f.Add([]byte("plain"))
	f.Add([]byte("\x00\x1f\"\\\n\r\t\u2028é\xff\xc3\xed\xa0\x80😀"))
	f.Fuzz(func(t *testing.T, b []byte) {
		w := Writer{}
		w.Open('{')
		w.Bytes("b", b, false)
		w.Member("s", string(b))
		w.Close('}')
		var got struct{ B, S string }
		if err := json.Unmarshal(w.Buf, &got); err != nil {
			t.Fatalf("got %q: %v", w.Buf, err)
		}
		want := string([]rune(string(b)))
		if got.B != want || got.S != want {
			t.Errorf("got %q and %q, want %q", got.B, got.S, want)
		}
	})
}

// TestWriter has an object with a member of every kind, and its commas.
func TestWriter(t *testing.T) {
	var w Writer
	w.Open('{')
	w.Member("text", `"quoted"`)
	w.Nullable("empty", "")
	w.Nullable("full", "x")
	w.Null("a", "b")
	w.Number("number", -7)
	w.Bool("bool", true)
	w.Bytes("bytes", []byte{0xff}, true)
	w.Name("texts")
	w.Texts([]string{"1", "\n"})
	w.Object("object")
	w.Text("a \"name\"")
	w.Colon()
	w.Raw(`"`)
	w.Inside("\t")
	w.Inside("<")
	w.Raw(`"`)
	w.Members([]Member{{"m", []byte("[1]")}})
	w.Close('}')
	w.Close('}')
	want := `{"text":"\"quoted\"","empty":null,"full":"x","a":null,"b":null,"number":-7,"bool":true,"bytes":"/w==",` +
		`"texts":["1","\n"],"object":{"a \"name\"":"\t<","m":[1]}}`
	if got := string(w.Buf); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
