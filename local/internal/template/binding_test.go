package template

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Whatever has a function called on AWS has a line that names the function: nothing
// passes as if it were only listed.
func TestBindings(t *testing.T) {
	const absent, silence = "; it does not exist here and invokes nothing", "; sends no events here; invoke the function with one of your own"
	for _, test := range []struct{ resourceType, properties, want string }{
		{"AWS::Lambda::EventSourceMapping", "{FunctionName: !Ref F, EventSourceArn: arn}", "binds F" + silence},
		{"AWS::Lambda::EventSourceMapping", "{FunctionName: hello}", "binds F" + silence},
		{"AWS::Events::Rule", "{Targets: [{Arn: !GetAtt F.Arn, Id: a}]}", "binds F" + silence},
		{"AWS::Scheduler::Schedule", "{Target: {Arn: !GetAtt F.Arn}}", "binds F" + silence},
		{"AWS::SNS::Subscription", "{Protocol: lambda, Endpoint: !Ref Live}", "binds F" + absent},
		{"AWS::SNS::Topic", "{Subscription: [{Protocol: lambda, Endpoint: !GetAtt F.Arn}]}", "binds F" + absent},
		{"AWS::S3::Bucket", "{NotificationConfiguration: {LambdaConfigurations: [{Event: 's3:*', Function: !GetAtt F.Arn}]}}", "binds F" + absent},
		{"AWS::StepFunctions::StateMachine", "{DefinitionString: !Sub '{\"Resource\": \"${F.Arn}:live\"}'}", "binds F" + absent},
		{"AWS::StepFunctions::StateMachine", "{DefinitionSubstitutions: {A: !GetAtt F.Arn, B: !GetAtt G.Arn}}", "binds F, G" + absent},
		{"AWS::Serverless::StateMachine", "{DefinitionSubstitutions: {A: !GetAtt F.Arn}}", "binds F; state machines are not run"},
		{"AWS::Cognito::UserPool", "{LambdaConfig: {PreSignUp: !GetAtt F.Arn}}", "binds F" + absent},
		{"AWS::IoT::TopicRule", "{TopicRulePayload: {Actions: [{Lambda: {FunctionArn: !GetAtt F.Arn}}]}}", "binds F" + absent},
		{"AWS::Logs::SubscriptionFilter", "{DestinationArn: !GetAtt F.Arn, LogGroupName: x}", "binds F" + absent},
		{"AWS::SES::ReceiptRule", "{Rule: {Actions: [{LambdaAction: {FunctionArn: !GetAtt F.Arn}}]}}", "binds F" + absent},
		{"AWS::Config::ConfigRule", "{Source: {Owner: CUSTOM_LAMBDA, SourceIdentifier: !GetAtt F.Arn}}", "binds F" + absent},
		{"AWS::ElasticLoadBalancingV2::TargetGroup", "{TargetType: lambda, Targets: [{Id: !GetAtt F.Arn}]}", "binds F" + absent},
		{"AWS::CloudFront::Distribution", "{DistributionConfig: {DefaultCacheBehavior: {LambdaFunctionAssociations: [{EventType: viewer-request, LambdaFunctionARN: !Ref V}]}}}", "binds F" + absent},
		{"AWS::CloudFormation::CustomResource", "{ServiceToken: !GetAtt F.Arn}", "binds F" + absent},
		{"Custom::Migration", "{ServiceToken: !GetAtt F.Arn}", "binds F" + absent},
		{"AWS::SecretsManager::RotationSchedule", "{RotationLambdaARN: !GetAtt F.Arn}", "binds F" + absent},
		{"AWS::AppSync::DataSource", "{Type: AWS_LAMBDA, LambdaConfig: {LambdaFunctionArn: !GetAtt F.Arn}}", "binds F" + absent},
		{"AWS::Pipes::Pipe", "{Enrichment: !GetAtt F.Arn}", "binds F" + absent},
		{"AWS::Bedrock::Agent", "{ActionGroups: [{ActionGroupExecutor: {Lambda: !GetAtt F.Arn}}]}", "binds F" + absent},
		{"AWS::CloudWatch::Alarm", "{AlarmActions: [!GetAtt F.Arn]}", "binds F" + absent},
		{"Some::New::Type", "{Target: !Ref F}", "binds F" + absent},
		{"Some::New::Type", "{Deep: [{Of: !Join [':', [arn:aws:lambda, !Ref AWS::Region, !Ref AWS::AccountId, function, !Ref F]]}]}", "binds F" + absent},
		{"Some::New::Type", "{Choice: !If [C, !GetAtt F.Arn, !GetAtt G.Arn]}", "binds G" + absent},
		{"Some::New::Type", "{Half: !Select [9, [a]], Other: {Arn: !GetAtt G.Arn}}", "binds G" + absent},
		// These name functions and call none.
		{"AWS::CloudWatch::Alarm", "{Dimensions: [{Name: FunctionName, Value: !Ref F}]}", ""},
		{"AWS::CloudWatch::Dashboard", "{DashboardBody: !Sub '${F.Arn}'}", ""},
		{"AWS::Lambda::Permission", "{FunctionName: !GetAtt F.Arn}", ""},
		{"AWS::IAM::Role", "{Policies: [{PolicyDocument: {Statement: [{Resource: !GetAtt F.Arn}]}}]}", ""},
		{"AWS::IAM::ManagedPolicy", "{PolicyDocument: {Statement: [{Resource: !GetAtt F.Arn}]}}", ""},
		{"AWS::SQS::QueuePolicy", "{PolicyDocument: {Statement: [{Principal: !GetAtt F.Arn}]}}", ""},
		{"AWS::Logs::LogGroup", "{LogGroupName: !Sub '/aws/lambda/${F}'}", ""},
		{"AWS::Logs::SubscriptionFilter", "{DestinationArn: x, LogGroupName: !Sub '/aws/lambda/${F}'}", ""},
		{"AWS::SSM::Parameter", "{Value: !Ref F}", ""},
		{"AWS::SQS::Queue", "{Tags: [{Key: hello, Value: hello}]}", ""},
		{"AWS::SNS::Topic", "{Subscription: [{Protocol: sqs, Endpoint: arn}]}", ""},
	} {
		s := mustParse(t, function+"      FunctionName: hello\n      AutoPublishAlias: live\n"+
			"  G: {Type: AWS::Serverless::Function, Properties: {Runtime: provided, Handler: x}}\n"+
			"  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}\n"+
			"  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, FunctionVersion: $LATEST, Name: blue}}\n"+
			"  B: {Type: "+test.resourceType+", Properties: "+test.properties+"}\nConditions: {C: !Equals [a, b]}\n")
		got := ""
		for _, n := range s.Notes {
			if n.Resource == "B" && n.Level == Ignored {
				got = n.Text
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", test.resourceType, test.properties, diff)
		}
	}
}

// A function of another stack of the tree is bound too, by what was passed to the stack.
func TestBindingsOfNestedStack(t *testing.T) {
	src := strings.Replace(function, "Resources:\n", "Resources:\n  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {Arn: !GetAtt F.Arn}}}\n", 1)
	s, err := parseTree(src, map[string]string{
		"child.yaml": "Parameters: {Arn: {Type: String}}\nResources: {R: {Type: AWS::Events::Rule, Properties: {Targets: [{Arn: !Ref Arn}]}}}\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"/app/child.yaml:2:13 ignored R.: binds F; sends no events here; invoke the function with one of your own"}
	if diff := cmp.Diff(want, noted(s)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}
