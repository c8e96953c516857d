package caller

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"maru/local/internal/template"
)

var testTime = time.Date(2020, time.March, 4, 19, 15, 17, 135e6, time.UTC)

func TestCacheIsBounded(t *testing.T) {
	c := cache{life: time.Hour}
	for i := range maxOutputs + 10 {
		c.put([]string{strconv.Itoa(i)}, new(output), testTime)
	}
	c.put([]string{strconv.Itoa(20)}, new(output), testTime)
	if c.order.Len() != maxOutputs || len(c.entries) != maxOutputs {
		t.Errorf("got %d and %d entries, want %d", c.order.Len(), len(c.entries), maxOutputs)
	}
	if c.get([]string{"0"}, testTime) != nil || c.get([]string{strconv.Itoa(maxOutputs)}, testTime) == nil {
		t.Error("got the oldest kept or the newest gone")
	}
}

func TestIdentitiesDoNotMix(t *testing.T) {
	if identityKey([]string{"a", "b1:c"}) == identityKey([]string{"a1:b", "c"}) || identityKey([]string{"ab"}) == identityKey([]string{"a", "b"}) {
		t.Error("got one key for two identities")
	}
}

func TestPrincipalIsForREST(t *testing.T) {
	const output = `{"policyDocument":{"Statement":[]}}`
	for kind, fails := range []bool{template.REST: true, template.HTTP: false} {
		a := newLambda(&template.Authorizer{Lambda: new(template.LambdaAuthorizer)}, template.Kind(kind))
		if _, err := a.read([]byte(output)); (err != nil) != fails {
			t.Errorf("%s: got error %v, want one: %v", a.kind, err, fails)
		}
	}
}

// FuzzAuthorizerOutput checks that no output lets a caller pass unless it says
// so in the words of its format.
func FuzzAuthorizerOutput(f *testing.F) {
	f.Add([]byte(`{"principalId":"me","policyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}]}}`), false)
	f.Add([]byte(`{"isAuthorized":true,"context":{"a":[1]}}`), true)
	const arn = "arn:aws:execute-api:eu-west-1:123456789012:abcdefghij/Prod/GET/pets/1"
	f.Fuzz(func(t *testing.T, payload []byte, simple bool) {
		a := newLambda(&template.Authorizer{Lambda: &template.LambdaAuthorizer{PayloadFormat: "2.0", SimpleResponses: simple}}, template.HTTP)
		o, err := a.read(payload)
		if err != nil || o.on(arn) != nil {
			return
		}
		want := "Allow"
		if simple {
			want = "true"
		}
		if !strings.Contains(string(payload), want) {
			t.Errorf("%s passed", payload)
		}
	})
}

// What API Gateway takes for an identity source; a path is none.
func TestParseSource(t *testing.T) {
	for text, want := range map[string]bool{
		"method.request.header.Auth": true, "$request.header.Auth": true, "method.request.querystring.q": true, "stageVariables.x": true,
		"$context.identity.sourceIp": true, "context.weather": false, "method.request.path.id": false, "method.request.multivalueheader.A": false, "somewhere": false,
	} {
		if got, err := parseSource(text); (got != nil) != want || (err == nil) != want {
			t.Errorf("%s: got %v, want one: %t", text, err, want)
		}
	}
}
