package template

import (
	"fmt"
	"strings"
	"testing"
)

// withRoutes is a template whose two APIs have n routes each, one from an
// OpenAPI definition, one from events, with CORS on top.
func withRoutes(n int) []byte {
	var src strings.Builder
	src.WriteString("Transform: " + samTransform + "\nResources:\n")
	src.WriteString("  Events: {Type: AWS::Serverless::Api, Properties: {StageName: v1, Cors: \"'*'\"}}\n")
	src.WriteString("  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: provided.al2023\n      Handler: bootstrap\n      Events:\n")
	for i := range n {
		fmt.Fprintf(&src, "        E%d: {Type: Api, Properties: {Path: '/%d/{id}', Method: get, RestApiId: !Ref Events}}\n", i, i)
	}
	src.WriteString("  Defined:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: v1\n      DefinitionBody:\n        paths:\n")
	for i := range n {
		fmt.Fprintf(&src, "          /%d: {get: {%s}}\n", i, behind)
	}
	return []byte(src.String())
}

// Start-up waits for the template, so its time has to grow with the template's
// size and no faster. That comes from looking up by key whatever is asked for
// once a route: routes, functions, parts of APIs. So MB/s are alike here.
func BenchmarkParse(b *testing.B) {
	for _, routes := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("routes=%d", routes), func(b *testing.B) {
			src := withRoutes(routes)
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				if _, err := Parse("template.yaml", src, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestThousandRoutes(t *testing.T) {
	s, err := Parse("template.yaml", withRoutes(1000), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := len(served(s)); got != 3000 { // with a preflight for each event
		t.Errorf("got %d routes, want 3000", got)
	}
}
