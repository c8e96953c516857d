package syntax

import "testing"

func TestNearest(t *testing.T) {
	candidates := []string{"Timeout", "TimeoutInMillis", "MemorySize", "Type", "마루", "X"}
	for _, test := range []struct{ name, want string }{
		{"Timout", "Timeout"},
		{"timeout", "Timeout"},
		{"Memorysize", "MemorySize"},
		{"MemSize", ""},
		{"Memory", "MemorySize"},
		{"Timeouts", "Timeout"},
		{"Typ", "Type"},
		{"T", ""},
		{"ab", ""},
		{"마로", "마루"},
		{"x", "X"},
		{"", ""},
	} {
		if got := Nearest(test.name, candidates); got != test.want {
			t.Errorf("Nearest(%q): got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"abc", "", 3},
		{"", "abc", 3},
		{"kitten", "sitting", 3},
		{"flaw", "lawn", 2},
		{"arm46", "arm64", 1},
	} {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("distance(%q, %q): got %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func TestSuggestion(t *testing.T) {
	if got, want := Suggestion("Timout", []string{"Timeout"}), `; did you mean "Timeout"?`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Suggestion("Handler", []string{"Timeout"}); got != "" {
		t.Errorf("got %q, want none", got)
	}
}

func TestInstead(t *testing.T) {
	for _, test := range []struct {
		there []string
		want  string
	}{
		{nil, "; it is empty"},
		{[]string{"Properties", "DependsOn"}, "; it has Properties, DependsOn"},
		{[]string{"Properties", "Typ"}, `, but "Typ"; did you mean "Type"?`},
		{[]string{"type"}, `, but "type"; did you mean "Type"?`},
		{[]string{"Tags"}, "; it has Tags"},
		{[]string{"a", "b", "c", "d", "e", "f"}, "; it has a, b, c, d, e, …"},
	} {
		if got := Instead("Type", test.there); got != test.want {
			t.Errorf("%q: got %s, want %s", test.there, got, test.want)
		}
	}
}
