package template

import (
	"io/fs"
	"testing"
)

// Templates that AWS deploys have no errors, whatever of them is not known here.
func TestSoundTemplates(t *testing.T) {
	const (
		sam  = "Transform: AWS::Serverless-2016-10-31\n"
		code = "Runtime: provided.al2023, Handler: h"
	)
	for name, src := range map[string]string{
		"what SAM makes": sam + "Resources:\n" +
			"  G: {Type: AWS::Serverless::Function, Properties: {" + code + ", AutoPublishAlias: live, DeploymentPreference: {Type: AllAtOnce}, Events: {S: {Type: Schedule, Properties: {Schedule: rate(1 day)}}}, " +
			"Environment: {Variables: {RULE: !Ref GS, ROLE: !GetAtt CodeDeployServiceRole.Arn, PLAN: !Ref ServerlessUsagePlan, ALIAS: !Ref G.Alias}}}}\n" +
			"  A: {Type: AWS::Serverless::Api, Properties: {StageName: prod}}\n" +
			"  Q: {Type: AWS::SQS::Queue, DependsOn: [CodeDeployServiceRole, GRole, GAliaslive, AprodStage]}\n" +
			"Outputs: {R: {Value: !Sub '${GRole.Arn} ${GSPermission}'}}\n",
		"connectors": sam + "Resources:\n  B: {Type: AWS::S3::Bucket, Connectors: {C: {Properties: {Destination: {Id: F}, Permissions: [Read]}}}}\n" +
			"  F: {Type: AWS::Serverless::Function, DependsOn: BCPolicy, Properties: {" + code + "}}\n",
		"modules": "Resources:\n  My: {Type: Acme::S3::Bucket::MODULE}\n  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref MyBucket, Tags: [{Key: a, Value: !GetAtt MyBucket.Arn}]}}\n" +
			"  A: {Type: Acme::Lambda::Function}\n",
		"macros": "Transform: [Count]\nResources:\n  L: {Type: AWS::Lambda::Function, Count: 3, Properties: {Runtime: provided.al2023, Handler: h, Role: !Ref Made, Code: {ZipFile: a}, Layer: x, " +
			"Environment: {Variables: {AA: !Ref MacroMade, BB: !If [Theirs, a, b]}}}}\nOutputs: {O: {Condition: Theirs, Value: !Ref Other}}\n",
		"a resource by a macro": "Resources:\n  X: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: 's3://b/k'}}}\n" +
			"  Q: {Type: AWS::SQS::Queue, DependsOn: [X], Properties: {QueueName: !Sub '${X.Arn}'}}\nOutputs: {O: {'Fn::Transform': {Name: Mine}}}\n",
		"conditions from elsewhere": "Resources: {Q: {Type: AWS::SQS::Queue, Condition: Theirs}}\nConditions: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: 's3://b/k'}}}\n",
		"a loop over what is not known": "Transform: AWS::LanguageExtensions\nParameters: {P: {Type: CommaDelimitedList}}\n" +
			"Resources: {'Fn::ForEach::O': [N, !Ref P, {'O${N}': {Type: AWS::SQS::Queue}}]}\nOutputs: {O: {Value: !Ref OC}}\n",
		"a runtime that is not known": "Parameters: {Python: {Type: String}}\nResources: {L: {Type: AWS::Lambda::Function, Properties: {Runtime: !Ref Python, Handler: h, Role: r, Code: {ZipFile: a}}}}\n",
		"what only looks alike": "Resources:\n  R: {Type: AWS::ApiGateway::RestApi, Description: text, Properties: {Name: r}}\n" +
			"  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref R, ResourceId: !GetAtt R.RootResourceId, HttpMethod: GET, AuthorizationType: NONE, " +
			"Integration: {Type: HTTP_PROXY, IntegrationHttpMethod: GET, Uri: 'https://a', IntegrationTarget: arn, NewerThanThis: x}}}\n",
	} {
		s, err := Parse("/app/template.yaml", []byte(src), Options{ReadFile: func(string) ([]byte, error) { return nil, fs.ErrNotExist }})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if err := s.Err(); err != nil {
			t.Errorf("%s: got the errors\n%v", name, err)
		}
	}
}
