package template

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// thousand is a template whose two APIs have 1,000 routes each, one from an
// OpenAPI definition, one from events, with CORS on top.
func thousand() []byte {
	var src strings.Builder
	src.WriteString("Transform: " + samTransform + "\nResources:\n")
	src.WriteString("  Events: {Type: AWS::Serverless::Api, Properties: {StageName: v1, Cors: \"'*'\"}}\n")
	src.WriteString("  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: provided.al2023\n      Handler: bootstrap\n      Events:\n")
	for i := range 1000 {
		fmt.Fprintf(&src, "        E%d: {Type: Api, Properties: {Path: '/%d/{id}', Method: get, RestApiId: !Ref Events}}\n", i, i)
	}
	src.WriteString("  Defined:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: v1\n      DefinitionBody:\n        paths:\n")
	for i := range 1000 {
		fmt.Fprintf(&src, "          /%d: {get: {%s}}\n", i, behind)
	}
	return []byte(src.String())
}

// Start-up waits for the template, so its time has to grow with the template's
// size and no faster. That comes from looking up by key whatever is asked for
// once a route: routes, functions, parts of APIs.
func BenchmarkParse(b *testing.B) {
	src := thousand()
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if _, err := Parse("template.yaml", src, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// A loop inside of a loop over routes would take seconds here, not the hundredth
// of one that the benchmark shows; the bound leaves room for busy machines.
func TestThousandRoutes(t *testing.T) {
	start := time.Now()
	s, err := Parse("template.yaml", thousand(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("reading took %v, want well under a second", took)
	}
	if got := len(served(s)); got != 3000 { // with a preflight for each event
		t.Errorf("got %d routes, want 3000", got)
	}
}
