package resolve

import (
	"testing"

	"maru/local/internal/template/internal/syntax"
)

// What Ref or Fn::GetAtt gives for a part of an API leads back to it, and so does what
// stands for the APIs that SAM makes.
func TestPartOf(t *testing.T) {
	root, err := syntax.Parse("t.yaml", []byte(`
Conditions: {No: !Equals [a, b]}
Resources:
  Rest: {Type: AWS::ApiGateway::RestApi}
  Part: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Rest}}
  Gone: {Type: AWS::ApiGateway::Resource, Condition: No}
  Stage: {Type: AWS::ApiGateway::Stage, Properties: {StageName: Part2}}
  Queue: {Type: AWS::SQS::Queue}
`))
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(root, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ ref, want string }{
		{s.APIID("Rest"), "Rest"},
		{"Part", "Part"},
		{"Part.ResourceId", "Part"},
		{s.APIID(ImplicitREST), ImplicitREST},
		{s.APIID(ImplicitHTTP), ImplicitHTTP},
		{"Gone", ""},
		{"Part2", ""}, // a stage
		{"Queue", ""},
		{"", ""},
	} {
		if got := s.PartOf(test.ref); got != test.want {
			t.Errorf("%q: got %q, want %q", test.ref, got, test.want)
		}
	}
}
