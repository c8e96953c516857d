package template

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseParameters(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		want map[string]string
	}{
		{"none", nil, map[string]string{}},
		{"short form", []string{"A=1", "B=2"}, map[string]string{"A": "1", "B": "2"}},
		{"several in one argument", []string{"A=1  B=2"}, map[string]string{"A": "1", "B": "2"}},
		{"long form", []string{"ParameterKey=A,ParameterValue=1", "ParameterKey=B,ParameterValue=x y"},
			map[string]string{"A": "1", "B": "x y"}},
		{"equals signs in a value", []string{"URL=redis://x?a=b", "ParameterKey=B,ParameterValue=c=d"},
			map[string]string{"URL": "redis://x?a=b", "B": "c=d"}},
		{"commas in a value", []string{"Subnets=a,b", "ParameterKey=C,ParameterValue=a,b"},
			map[string]string{"Subnets": "a,b", "C": "a,b"}},
		{"quotes", []string{`A="x y" B='p "q"' "C=r s"`}, map[string]string{"A": "x y", "B": `p "q"`, "C": "r s"}},
		{"backslashes", []string{`A=x\ y B=\"`, `C='\\' D=\`}, map[string]string{"A": "x y", "B": `"`, "C": `\\`, "D": `\`}},
		{"JSON", []string{`Json={"a":"b"}`, `ParameterKey=K,ParameterValue={"a":["b c","d\"e"]}`, `Blanks={"a": "b", "c": "d  e"} B=2`},
			map[string]string{"Json": `{"a":"b"}`, "K": `{"a":["b c","d\"e"]}`, "Blanks": `{"a": "b", "c": "d  e"}`, "B": "2"}},
		{"JSON as sam wants it", []string{`A={\"a\":\"b\"} B="{\"a\": 1}" C='{"a": "b"}'`},
			map[string]string{"A": `{"a":"b"}`, "B": `{"a": 1}`, "C": `{"a": "b"}`}},
		{"backslashes inside", []string{`Path=C:\x\y`, `ParameterKey=P,ParameterValue="C:\x y" Q='a\d+' R=\d+\.\d`},
			map[string]string{"Path": `C:\x\y`, "P": `C:\x y`, "Q": `a\d+`, "R": `\d+\.\d`}},
		{"quotes inside", []string{`A=it's B='it"s' C=5'11" D="a","b" E=a"b"c`},
			map[string]string{"A": "it's", "B": `it"s`, "C": `5'11"`, "D": `"a","b"`, "E": `a"b"c`}},
		{"quotes around both", []string{`"A=x y" 'ParameterKey=B,ParameterValue=z "1"' C=1`},
			map[string]string{"A": "x y", "B": `z "1"`, "C": "1"}},
		{"quotes around a name", []string{`"A"=1 ParameterKey="B",ParameterValue=2`}, map[string]string{"A": "1", "B": "2"}},
		{"words behind quotes", []string{`A="x" y B=1`}, map[string]string{"A": `"x" y`, "B": "1"}},
		{"what looks like a name inside", []string{`A="B=1 C=2" D=x\ E=3`}, map[string]string{"A": "B=1 C=2", "D": "x E=3"}},
		{"several spaces", []string{" A=x  y \t B=2 "}, map[string]string{"A": "x  y", "B": "2"}},
		{"exports", []string{"shop-Vpc:Id=vpc-1"}, map[string]string{"shop-Vpc:Id": "vpc-1"}},
		{"spaces the shell kept", []string{"A=x y"}, map[string]string{"A": "x y"}},
		{"empty value", []string{"A=", `B=""`}, map[string]string{"A": "", "B": ""}},
		{"the last wins", []string{"A=1", "A=2"}, map[string]string{"A": "2"}},
		{"Korean", []string{"이름=마루"}, map[string]string{"이름": "마루"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ParseParameters(test.args)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("parameters (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseParametersErrors(t *testing.T) {
	for _, test := range []struct{ arg, want string }{
		{"A", `reading parameter overrides "A": expected Name=Value, but here is "A"`},
		{"=1", `reading parameter overrides "=1": expected Name=Value, but here is "=1"`},
		{"ParameterKey=A", `reading parameter overrides "ParameterKey=A": expected ParameterKey=Name,ParameterValue=Value, but here is "ParameterKey=A"`},
		{`A="x B=1`, `reading parameter overrides "A=\"x B=1": a quote has no end`},
		{"A B=1", `reading parameter overrides "A B=1": expected Name=Value, but here is "A"`},
	} {
		got, err := ParseParameters([]string{test.arg})
		if err == nil {
			t.Errorf("ParseParameters(%q): got %v, want the error %s", test.arg, got, test.want)
		} else if err.Error() != test.want {
			t.Errorf("ParseParameters(%q): got %s, want %s", test.arg, err, test.want)
		}
	}
}
