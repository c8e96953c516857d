package template

import (
	"strings"
	"testing"
)

// TestOperationName has the places in which a REST API's method is named, and those in
// which events have no use for a name.
func TestOperationName(t *testing.T) {
	const event = "      MergeDefinitions: true\n  G:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: provided\n      Handler: x\n" +
		"      Events: {E: {Type: Api, Properties: {RestApiId: A, Path: /x, Method: get}}}\n"
	const operation = "{paths: {/x: {get: {operationId: listPets, " + behind + "}}}}"
	const rest = function + "  R: {Type: AWS::ApiGateway::RestApi}\n" +
		"  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref R, ResourceId: !GetAtt R.RootResourceId, HttpMethod: GET, OperationName: listPets, " +
		"AuthorizationType: NONE, Integration: {Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: !GetAtt F.Arn}}}\n"
	const http = function + "  H: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}\n" +
		"  I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref H, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt F.Arn}}\n" +
		"  M: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref H, RouteKey: GET /x, OperationName: listPets, Target: !Sub 'integrations/${I}'}}\n"
	for name, test := range map[string]struct{ src, want string }{
		"CloudFormation":         {rest, "listPets"},
		"no name":                {strings.Replace(rest, "OperationName: listPets, ", "", 1), ""},
		"OpenAPI":                {defined("Api", "", operation), "listPets"},
		"an event that is added": {defined("Api", event, operation), "listPets"},
		"an HTTP API":            {http, ""},
		"an HTTP API's OpenAPI":  {defined("HttpApi", "", operation), ""},
	} {
		s := mustParse(t, test.src)
		if len(s.APIs) != 1 || len(s.APIs[0].Routes) != 1 {
			t.Fatalf("%s: got %+v, want one route; notes: %v", name, s.APIs, noted(s))
		}
		if got := s.APIs[0].Routes[0].OperationName; got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
		for _, note := range noted(s) {
			if strings.Contains(strings.ToLower(note), "operation") {
				t.Errorf("%s: got the note %s", name, note)
			}
		}
	}
}
