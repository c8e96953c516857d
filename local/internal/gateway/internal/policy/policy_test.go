package policy

import (
	"regexp"
	"strings"
	"testing"
)

const (
	invoke = "execute-api:Invoke"
	petARN = "arn:aws:execute-api:eu-west-1:123456789012:abcdefghij/Prod/GET/pets/1"
)

// TestPolicy holds rules against IAM's grammar and order of precedence.
func TestPolicy(t *testing.T) {
	tests := []struct {
		name, statements string
		want             Decision
	}{
		{"allowed", `{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"` + petARN + `"}`, Allowed},
		{"a list of one", `[{"Effect":"Allow","Action":["execute-api:Invoke"],"Resource":["` + petARN + `"]}]`, Allowed},
		{"star", `{"Effect":"Allow","Action":"*","Resource":"*"}`, Allowed},
		{"star takes slashes", `{"Effect":"Allow","Action":"execute-api:*","Resource":"arn:aws:execute-api:*:*:abcdefghij/*/GET/*"}`, Allowed},
		{"question mark", `{"Effect":"Allow","Action":"execute-api:invok?","Resource":"*/pets/?"}`, Allowed},
		{"question mark is one character", `{"Effect":"Allow","Action":"*","Resource":"*/pets?/1"}`, DeniedImplicitly},
		{"another method", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:execute-api:eu-west-1:123456789012:abcdefghij/Prod/POST/*"}`, DeniedImplicitly},
		{"case of a resource", `{"Effect":"Allow","Action":"*","Resource":"*/PETS/1"}`, DeniedImplicitly},
		{"another action", `{"Effect":"Allow","Action":"execute-api:InvalidateCache","Resource":"*"}`, DeniedImplicitly},
		{"no rule", `[]`, DeniedImplicitly},
		{"denied", `{"Effect":"Deny","Action":"*","Resource":"*"}`, DeniedExplicitly},
		{"deny outweighs allow", `[{"Effect":"Deny","Action":"*","Resource":"*/pets/1"},{"Effect":"Allow","Action":"*","Resource":"*"}]`, DeniedExplicitly},
		{"whatever the order", `[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*/pets/1"}]`, DeniedExplicitly},
		{"deny of something else", `[{"Effect":"Deny","Action":"*","Resource":"*/admin"},{"Effect":"Allow","Action":"*","Resource":"*"}]`, Allowed},
		{"NotResource", `{"Effect":"Deny","Action":"*","NotResource":"*/pets/2"}`, DeniedExplicitly},
		{"NotResource that is it", `[{"Effect":"Deny","Action":"*","NotResource":"*/pets/1"},{"Effect":"Allow","Action":"*","Resource":"*"}]`, Allowed},
		{"NotAction", `{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}`, Allowed},
		{"condition on an allow", `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}}`, DeniedImplicitly},
		{"condition on a deny", `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{}}`, DeniedExplicitly},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Read([]byte(`{"Version":"2012-10-17","Statement":` + tt.statements + `}`))
			if err != nil {
				t.Fatal(err)
			}
			if got := p.On(invoke, petARN); got != tt.want {
				t.Errorf("got decision %d, want %d", got, tt.want)
			}
		})
	}
}

func TestPolicyThatIsNone(t *testing.T) {
	for _, text := range []string{
		``, `null`, `"Allow"`, `{}`, `{"Statement":null}`, `{"Statement":"Allow"}`, `{"Statement":[7]}`,
		`{"statement":[]}`,
		`{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}`,
		`{"Statement":{"effect":"Allow","Action":"*","Resource":"*"}}`,
		`{"Statement":{"Effect":"Allow","Resource":"*"}}`,
		`{"Statement":{"Effect":"Allow","Action":"*"}}`,
		`{"Statement":{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}}`,
		`{"Statement":{"Effect":"Allow","Action":7,"Resource":"*"}}`,
		`{"Statement":{"Effect":"Allow","Action":"*","Resource":[["*"]]}}`,
		`{"Statement":{"Effect":"Allow","Action":"*","NotResource":[]}}`,
		`{"Statement":{"Effect":"Allow","Action":"*","NotResource":null}}`,
		`{"Statement":{"Effect":"Allow","Action":"*","NotResource":""}}`,
		`{"Statement":{"Effect":"Allow","Action":"*","NotResource":[null]}}`,
		`{"Statement":{"Effect":"Allow","NotAction":[],"Resource":"*"}}`,
		`{"Statement":{"Effect":"Deny","Action":"*","Resource":[]}}`,
		`{"Statement":{"Effect":"Deny","Action":"*","Resource":null}}`,
		`{"Statement":{"Effect":"Deny","Action":[null,"*"],"Resource":"*"}}`,
		`{"Statement":{"Effect":"Allow","Action":"*","Resource":"` + strings.Repeat("*", maxResource+1) + `"}}`,
	} {
		if p, err := Read([]byte(text)); err == nil {
			t.Errorf("%s: got %+v, want an error", text, p)
		}
	}
}

// FuzzGlob checks glob against a regular expression of the same meaning.
func FuzzGlob(f *testing.F) {
	f.Add("*/pets/?", petARN)
	f.Add("a*b*c", "aXbXbXc")
	f.Add("**", "")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		quoted := regexp.QuoteMeta(pattern)
		quoted = strings.ReplaceAll(strings.ReplaceAll(quoted, `\*`, `.*`), `\?`, `.`)
		same, err := regexp.Compile(`(?s)\A` + quoted + `\z`)
		if err != nil || strings.ToValidUTF8(text, "") != text || len(text) != len([]rune(text)) {
			return // glob counts bytes, and ARNs are ASCII
		}
		if got, want := glob(pattern, text), same.MatchString(text); got != want {
			t.Errorf("glob(%q, %q): got %v, want %v", pattern, text, got, want)
		}
	})
}

// FuzzPolicy checks that no policy makes a caller pass whom another reading of
// it, without the order of its rules, would refuse.
func FuzzPolicy(f *testing.F) {
	f.Add([]byte(`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Read(text)
		if err != nil {
			return
		}
		allowed, denied := false, false
		for _, s := range p {
			allowed = allowed || s.allow && s.covers(invoke, petARN) && !s.conditional
			denied = denied || !s.allow && s.covers(invoke, petARN)
		}
		if got := p.On(invoke, petARN) == Allowed; got != (allowed && !denied) {
			t.Errorf("%s: got passed %v", text, got)
		}
	})
}
