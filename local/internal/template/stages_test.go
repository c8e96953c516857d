package template

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// inStages describes the stages of the first API with their variables, and what each
// route leads to there.
func inStages(s *Stack) []string {
	var lines []string
	for _, a := range s.APIs[0].EveryStage() {
		line := fmt.Sprint(a.Stage, " ", a.StageVariables)
		for _, r := range a.Routes {
			line += "; " + r.Key() + " → " + behindRoute(r)
			if r.Auth != nil && r.Auth.Authorizer.Lambda != nil {
				line += " asks " + r.Auth.Authorizer.Lambda.Function
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// An API has all of its stages, each with its variables, and the functions that these
// name.
func TestStages(t *testing.T) {
	const (
		functions = "Resources:\n  F: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Handler: b, Code: .}}\n" +
			"  G: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Handler: b, Code: .}}\n"
		uri  = "'arn:aws:lambda:us-east-1:123456789012:function:${stageVariables.f}'"
		rest = "  R: {Type: AWS::ApiGateway::RestApi, Properties: {Name: r}}\n" +
			"  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref R, ResourceId: !GetAtt R.RootResourceId, HttpMethod: GET, %s" +
			"Integration: {Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: " + uri + "}}}\n"
		guarded = "AuthorizationType: CUSTOM, AuthorizerId: !Ref A, "
		guard   = "  A: {Type: AWS::ApiGateway::Authorizer, Properties: {RestApiId: !Ref R, Name: a, Type: TOKEN, AuthorizerUri: " + uri + "}}\n"
		one     = "  %s: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref R, StageName: %s, Variables: {f: %s}}}\n"
		deploy  = "  D: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref R, StageName: Stage}}\n"
		http    = "  H: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, Name: h}}\n" +
			"  B: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref H, StageName: beta, StageVariables: {a: b}}}\n" +
			"  C: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref H, StageName: $default}}\n"
		sam = "Transform: AWS::Serverless-2016-10-31\n"
		own = "  R: {Type: AWS::Serverless::Api, Properties: {StageName: own}}\n"
	)
	stage := func(id, name, f string) string { return fmt.Sprintf(one, id, name, f) }
	for _, test := range []struct {
		name, src string
		want      []string
		notes     []string
	}{
		{"one", functions + fmt.Sprintf(rest, "") + stage("S", "dev", "F"), []string{"dev map[f:F]; GET / → F 1.0"}, nil},
		{"several", functions + fmt.Sprintf(rest, guarded) + guard + stage("S", "dev", "F") + stage("T", "prod", "G"), []string{
			"dev map[f:F]; GET / → F 1.0 asks F", "prod map[f:G]; GET / → G 1.0 asks G"}, nil},
		{"a function that one lacks", functions + fmt.Sprintf(rest, "") + stage("S", "dev", "F") + stage("T", "prod", "X"), []string{
			"dev map[f:F]; GET / → F 1.0", "prod map[f:X]; GET / → 500"},
			[]string{"5:3 refused M.: in the stage prod GET / leads to no function of this template: the route answers every request with 500"}},
		{"a deployment's, which is last", functions + fmt.Sprintf(rest, "") + deploy + stage("S", "dev", "F"), []string{
			"dev map[f:F]; GET / → F 1.0", "Stage map[]; GET / → 500"},
			[]string{"5:3 refused M.: in the stage Stage GET / leads to no function of this template: the route answers every request with 500"}},
		{"$default, which is first", functions + http, []string{"$default map[]", "beta map[a:b]"}, nil},
		{"SAM's own, which is first", sam + functions + own + stage("S", "dev", "F"), []string{"own map[]", "dev map[f:F]"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, test.src)
			if diff := cmp.Diff(test.want, inStages(s)); diff != "" {
				t.Errorf("stages (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.notes, noted(s)); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// What is wrong with a stage costs that stage.
func TestFaultOfAStage(t *testing.T) {
	s, err := Parse("/app/template.yaml", []byte(sound+"  A: {Type: AWS::Serverless::Api, Properties: {StageName: own, DefinitionBody: {paths: {/x: {get: {"+behind+"}}}}}}\n"+
		"  F: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Handler: b, Code: .}}\n"+
		"  S: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref A, StageName: dev, Variables: {a b: c}}}\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"own map[]; GET /x → F 1.0", "dev map[]; GET /x → 501"}, inStages(s)); diff != "" {
		t.Errorf("stages (-want +got):\n%s", diff)
	}
}
