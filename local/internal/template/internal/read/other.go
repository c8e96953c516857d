package read

import (
	"slices"
	"strings"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// otherTypes has a text for resource types that a local host does without and
// whose absence needs a word; the others share one.
var otherTypes = map[string]string{
	"AWS::ApiGateway::Account":           "there is no log of API Gateway",
	"AWS::ApiGateway::ApiKey":            "API keys are not checked; routes that need one are refused",
	"AWS::ApiGateway::BasePathMapping":   property.NoDomain,
	"AWS::ApiGateway::DomainName":        property.NoDomain,
	"AWS::ApiGateway::UsagePlan":         property.NoThrottling,
	"AWS::ApiGateway::UsagePlanKey":      property.NoThrottling,
	"AWS::ApiGatewayV2::ApiMapping":      property.NoDomain,
	"AWS::ApiGatewayV2::Deployment":      property.NoDeployment,
	"AWS::ApiGatewayV2::DomainName":      property.NoDomain,
	"AWS::CDK::Metadata":                 property.NoAccount,
	"AWS::CloudFormation::Stack":         "the nested stack is not read; give its outputs as parameters",
	"AWS::ElastiCache::CacheCluster":     "functions use the Redis that REDIS_URL names",
	"AWS::ElastiCache::ReplicationGroup": "functions use the Redis that REDIS_URL names",
	"AWS::ElastiCache::ServerlessCache":  "functions use the Redis that REDIS_URL names",
	"AWS::Events::Rule":                  property.NoEvents,
	"AWS::Lambda::EventSourceMapping":    property.NoEvents,
	"AWS::Lambda::Permission":            "permissions are not checked",
	"AWS::Logs::LogGroup":                "logs go to the terminal",
	"AWS::IAM::Policy":                   "permissions are not checked",
	"AWS::IAM::Role":                     "permissions are not checked",
	"AWS::IAM::ManagedPolicy":            "permissions are not checked",
	"AWS::Scheduler::Schedule":           property.NoEvents,
	"AWS::Serverless::Application":       "the nested application is not read; give its outputs as parameters",
	"AWS::Serverless::Connector":         "permissions are not checked",
	"AWS::Serverless::GraphQLApi":        "GraphQL APIs are not served",
	"AWS::Serverless::SimpleTable":       "there is no DynamoDB here; functions use the endpoint they are configured with",
	"AWS::DynamoDB::Table":               "there is no DynamoDB here; functions use the endpoint they are configured with",
	resolve.TypeStateMachine:             "state machines are not run",
	"AWS::Serverless::WebFunction":       "web functions are not run",
	"AWS::Serverless::WebSocketApi":      "WebSocket APIs are not served",
}

// listedTypes are those of otherTypes that no function misses on this host.
var listedTypes = []string{
	"AWS::CDK::Metadata", "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::Lambda::Permission", "AWS::Logs::LogGroup",
	"AWS::ElastiCache::CacheCluster", "AWS::ElastiCache::ReplicationGroup", "AWS::ElastiCache::ServerlessCache",
}

// other notes a resource of a type that is not read. A type that has nothing to
// do with functions and APIs is no more than listed, unless the resource has a function
// of the template called on AWS. SAM's own types are few and known, so one that SAM does
// not have is misspelt.
func (r *reader) other(res *resolve.Resource) {
	text, known := otherTypes[res.Type]
	meant, functions := meantType(res.Type), strings.Join(r.bound(res), ", ")
	switch {
	case functions != "" && known:
		r.report.NoteResource(stack.Ignored, res, "binds "+functions+"; "+text)
	case functions != "":
		r.report.NoteResource(stack.Ignored, res, "binds "+functions+"; it does not exist here and invokes nothing")
	case known && slices.Contains(listedTypes, res.Type):
		r.report.NoteResource(stack.Listed, res, text)
	case known:
		r.report.NoteResource(stack.Ignored, res, text)
	case strings.HasPrefix(res.Type, "AWS::Serverless::") && !slices.Contains(serverlessTypes, res.Type):
		r.report.FailResource(res, res.Pos, "SAM has no type %s%s", res.Type, syntax.Suggestion(res.Type, serverlessTypes))
	case meant != "":
		r.report.FailResource(res, res.Pos, "CloudFormation has no type %s; did you mean %q?", res.Type, meant)
	default:
		r.report.NoteResource(stack.Listed, res, "does not exist here")
	}
}

// resourceAttributes are the keys that a resource may have beside its Type:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-product-attribute-reference.html,
// and Connectors and IgnoreGlobals of SAM. Those that are not read are about the
// resource's creation and end.
var resourceAttributes = []string{
	"Type", "Properties", "Metadata", "Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy",
	"CreationPolicy", "UpdatePolicy", "IgnoreGlobals", "Connectors",
}

// ownAttributes are those that only CloudFormation's own resources have, undocumented but
// seen: https://github.com/aws/aws-cdk/pull/10522.
var ownAttributes = []string{"Description", "Version"}

// attributes notes what has no effect of the keys of a resource that is read. SAM drops
// those that it does not know, such as a Description; CloudFormation refuses them in
// resources of its own, but they say nothing to this host either.
func (r *reader) attributes(res *resolve.Resource) {
	serverless := strings.HasPrefix(res.Type, "AWS::Serverless::")
	for _, e := range res.Node.Entries {
		var text string
		switch known := slices.Contains(resourceAttributes, e.Key); {
		case e.Key == "Connectors":
			text = otherTypes["AWS::Serverless::Connector"]
		case known, !serverless && slices.Contains(ownAttributes, e.Key):
			continue
		case serverless:
			text = "is not an attribute of a resource, and SAM drops it" + syntax.Suggestion(e.Key, resourceAttributes)
		default:
			text = "is not an attribute of a resource, and CloudFormation refuses it" + syntax.Suggestion(e.Key, resourceAttributes)
		}
		r.report.Note(stack.Note{
			Level: stack.Ignored, Resource: res.LogicalID, Type: res.Type, Property: e.Key, Text: text, Pos: e.Pos,
		})
	}
}
