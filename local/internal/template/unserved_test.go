package template

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What cannot be served is a route all the same: nothing else takes its requests.
func TestUnservedRoutes(t *testing.T) {
	const (
		machine = "  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Events:\n        E: {Type: Api, Properties: {Path: /x, Method: post%s}}\n"
		execute = "an integration of type AWS with states:action/StartExecution is not emulated"
		every   = ": the route answers every request with 501"
		catches = "  G:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: provided\n      Handler: x\n" +
			"      Events: {E: {Type: Api, Properties: {Path: /x, Method: get, RestApiId: A}}}\n"
		passes = "{paths: {/x: {get: {x-amazon-apigateway-integration: {type: http_proxy, uri: 'https://example.com'}}}}}"
		proxy  = "an integration of type HTTP_PROXY with https://example.com is not emulated"
	)
	for _, test := range []struct {
		name, src string
		want      []string
		notes     []string
	}{
		{"a state machine of the implicit API", function + fmt.Sprintf(machine, ""), []string{"POST /x → 501"}, []string{
			"8:3 ignored M.: state machines are not run", "12:9 refused M.Events.E.Properties: " + execute + every}},
		{"a state machine of another API", defined("Api", fmt.Sprintf(machine, ", RestApiId: !Ref A"), "{paths: {}}"), nil, []string{
			"13:3 ignored M.: state machines are not run",
			"17:9 ignored M.Events.E.Properties: SAM adds no event to the definition of A, which does not have this route"}},
		{"an event on a path with another integration", defined("Api", catches, passes), []string{"GET /x → 501"},
			[]string{"12:76 refused A.DefinitionBody.paths./x.get.x-amazon-apigateway-integration: " + proxy + every}},
		{"an event that is merged into one", defined("Api", "      MergeDefinitions: true\n"+catches, passes), []string{"GET /x → G 1.0"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, test.src)
			if diff := cmp.Diff(test.want, served(s)); diff != "" {
				t.Errorf("routes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.notes, noted(s)); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}
