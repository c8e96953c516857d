package syntax

import "testing"

// A plain scalar that YAML 1.1 takes for a boolean or a number has the one spelling that
// it has for CloudFormation.
func TestParseYAML11(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{"yes", "true"}, {"Yes", "true"}, {"YES", "true"}, {"on", "true"}, {"On", "true"}, {"ON", "true"},
		{"true", "true"}, {"True", "true"}, {"TRUE", "true"},
		{"no", "false"}, {"No", "false"}, {"NO", "false"}, {"off", "false"}, {"Off", "false"}, {"OFF", "false"},
		{"false", "false"}, {"False", "false"}, {"FALSE", "false"},

		{"0", "0"}, {"7", "7"}, {"+7", "7"}, {"-7", "-7"}, {"-0", "0"},
		{"010", "8"}, {"-010", "-8"}, {"00", "0"}, {"0o10", "text"}, {"012345670123", "1402433619"},
		{"0x1F", "31"}, {"0b11", "3"}, {"1_000", "1000"}, {"123456789012345678901234567890", "123456789012345678901234567890"},
		{"0xffffffffffffffffffff", "1208925819614629174706175"},
		{"22:22", "1342"}, {"-1:30", "-90"}, {"190:20:30", "685230"},

		{"1.50", "1.5"}, {"1.0", "1.0"}, {"1.", "1.0"}, {".5", "0.5"}, {"-.5", "-0.5"}, {"0.0", "0.0"}, {"1_0.5", "10.5"},
		{"1e3", "1000.0"}, {"1E-5", "1.0E-5"}, {"0.001", "0.001"}, {"9999999.5", "9999999.5"}, {"1e7", "1.0E7"},
		{"12e400", "Infinity"}, {"1:30.5", "90.5"}, {".inf", "Infinity"}, {"-.INF", "-Infinity"}, {".NaN", "NaN"},
	} {
		if test.want == "text" {
			checkScalar(t, test.src, test.src, false)
			continue
		}
		checkScalar(t, test.src, test.want, true)
	}
}

// What is no boolean or number, or is said to be text, stays as it is.
func TestParseText(t *testing.T) {
	for _, src := range []string{
		"y", "Y", "n", "N", "yEs", "oN", "2010-09-09", "2010-09-09T00:00:00Z", "1.2.3", "0x", "0x_", "0b2", "1:60", "00:30",
		"_1", "1e", "e3", "+", "-_", ".", "10s", "x010", "012345678901", "08",
	} {
		checkScalar(t, src, src, false)
	}
	for _, text := range []string{"yes", "010", "1.50"} {
		for _, src := range []string{"'" + text + "'", `"` + text + `"`, "!!str " + text} {
			checkScalar(t, src, text, false)
		}
		checkScalar(t, "|-\n  "+text, text, false)
		checkScalar(t, ">-\n  "+text, text, false)
	}
}

// A tag says what a scalar is, in quotes too.
func TestParseTaggedScalars(t *testing.T) {
	checkScalar(t, "!!int '010'", "8", true)
	checkScalar(t, "!!float 1.50", "1.5", true)
	checkScalar(t, "!!bool 'on'", "true", true)
	checkScalar(t, "!!bool 'maybe'", "maybe", false)
}

// JSON has a spelling of its own.
func TestParseJSONScalars(t *testing.T) {
	d, err := Parse("t.json", []byte(`{"a": [1.50, 1e3, "yes", "010"]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := render(d.Root), `{a: ["1.50", "1e3", "yes", "010"]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Keys are read as values are; functions take what stands behind their tag as text.
func TestParseYAML11Elsewhere(t *testing.T) {
	d, err := Parse("t.yaml", []byte("{200: a, on: b, '010': c, 010: d, e: !Sub 010, f: !Ref yes}"))
	if err != nil {
		t.Fatal(err)
	}
	want := `{200: "a", true: "b", 010: "c", 8: "d", e: {Fn::Sub: "010"}, f: {Ref: "yes"}}`
	if got := render(d.Root); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// checkScalar checks what becomes of a value in YAML, in a mapping.
func checkScalar(t *testing.T, src, want string, typed bool) {
	t.Helper()
	d, err := Parse("t.yaml", []byte("a: "+src+"\n"))
	if err != nil {
		t.Errorf("%s: %v", src, err)
		return
	}
	if n := d.Root.Get("a"); n.Value != want || n.Typed != typed {
		t.Errorf("%s: got %q, typed %v; want %q, %v", src, n.Value, n.Typed, want, typed)
	}
}
