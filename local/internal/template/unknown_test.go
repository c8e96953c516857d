package template

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A value that is not known here is left out, and noted: it is no mistake of the
// template's. Where it says who may call, nobody may.
func TestUnknownValues(t *testing.T) {
	const (
		unset  = "Parameters: {P: {Type: String}, L: {Type: 'List<String>'}}\nConditions: {Maybe: !Equals [!Ref P, x], Sure: !Not [!Equals [!Ref P, x]]}\n"
		method = "  R: {Type: AWS::ApiGateway::RestApi, Properties: {Name: r}}\n  M: {Type: AWS::ApiGateway::Method, Properties: " +
			"{RestApiId: !Ref R, ResourceId: !GetAtt R.RootResourceId, HttpMethod: GET, %s, Integration: {Type: AWS_PROXY, Uri: !GetAtt F.Arn}}}\n"
		event = "      Events: {E: {Type: Api, Properties: {Path: /x, Method: get, RestApiId: !Ref A%s}}}\n" +
			"  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1%s}}\n"
		needs = ": what needs it refuses every request; --disable-authorizer opens them"
	)
	put := func(format, text string) string { return strings.Replace(format, "%s", text, 1) }
	for _, test := range []struct {
		name, lines string
		routes      []string
		note        string
	}{
		{"a number", "      Timeout: !Ref P\n", nil, "Timeout: is not known here, and left out"},
		{"a choice", "      PackageType: !Ref P\n", nil, "PackageType: is not known here, and left out"},
		{"a boolean", put(put(event, ""), ", MergeDefinitions: !Ref P"), []string{"GET /x → F 1.0"}, "MergeDefinitions: is not known here, and left out"},
		{"a list", "      Layers: !Ref P\n", nil, "Layers: is not known here, and left out"},
		{"a text that is a list", "      Description: a\n      FunctionName: !Ref L\n", nil, "FunctionName: is not known here, and left out"},
		{"a mapping", "      VpcConfig: a\n      Environment: !Ref P\n", nil, "Environment: is not known here, and left out"},
		{"an authorizer", put(put(event, ", Auth: {Authorizer: !Ref P}"), ""), []string{"GET /x → F 1.0 Lambda P"}, "is not known here" + needs},
		{"the default authorizer", put(put(event, ""), ", Auth: {DefaultAuthorizer: !Ref P, Authorizers: {O: {FunctionArn: !GetAtt F.Arn}}}"),
			[]string{"GET /x → F 1.0 Lambda P"}, "is not known here" + needs},
		{"a type of authorization", put(method, "AuthorizationType: !Ref P"), []string{"GET / → F 1.0 Lambda P"}, "AuthorizationType: is not known here" + needs},
		{"an authorizer, or none", put(put(event, ", Auth: {Authorizer: !If [Maybe, O, !Ref AWS::NoValue]}"), ", Auth: {Authorizers: {O: {FunctionArn: !GetAtt F.Arn}}}"),
			[]string{"GET /x → F 1.0 Lambda O"}, ""},
		{"the default authorizer, or none", put(put(event, ""), ", Auth: {DefaultAuthorizer: !If [Maybe, O, !Ref AWS::NoValue], Authorizers: {O: {FunctionArn: !GetAtt F.Arn}}}"),
			[]string{"GET /x → F 1.0 Lambda O"}, ""},
		{"an API's Auth, or none", put(put(event, ""), ", Auth: !If [Maybe, {DefaultAuthorizer: AWS_IAM}, !Ref AWS::NoValue]"), []string{"GET /x → F 1.0 IAM"}, ""},
		{"an API's Auth", put(put(event, ""), ", Auth: !Ref P"), []string{"GET /x → F 1.0 Lambda (not known here)"}, "is not known here" + needs},
		{"an event's Auth", put(put(event, ", Auth: !Ref P"), ""), []string{"GET /x → F 1.0 Lambda (not known here)"}, "is not known here" + needs},
		{"a resource policy, or none", put(put(event, ""), ", Auth: {ResourcePolicy: !If [Maybe, {IpRangeBlacklist: [10.0.0.0/8]}, !Ref AWS::NoValue]}"),
			[]string{"GET /x → F 1.0 resource policy ResourcePolicy"}, ""},
		{"a resource policy that may be open", put(put(event, ""), ", Policy: !If [Sure, {Statement: {Effect: Allow, Principal: '*', Action: '*', Resource: '*'}}, {Statement: {Effect: Deny}}]"),
			[]string{"GET /x → F 1.0 resource policy ResourcePolicy"}, ""},
		{"a type of authorization, or none", put(method, "AuthorizationType: !If [Maybe, AWS_IAM, !Ref AWS::NoValue]"), []string{"GET / → F 1.0 Lambda AWS_IAM"}, ""},
		{"whether a key is needed, or nothing", put(method, "ApiKeyRequired: !If [Maybe, true, !Ref AWS::NoValue]"), []string{"GET / → F 1.0 API key +key"}, ""},
		{"the security of a definition", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionBody: {security: !Ref P, paths: {/x: {get: {" + behind + "}}}}}}\n",
			[]string{"GET /x → F 1.0 Lambda P"}, "is not known here" + needs},
		{"the security of an operation, or none", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionBody: {securityDefinitions: {K: {name: x-api-key}}, " +
			"paths: {/x: {get: {security: !If [Maybe, [{K: []}], !Ref AWS::NoValue], " + behind + "}}}}}}\n", []string{"GET /x → F 1.0 API key +key"}, ""},
		{"the security of an operation that may be open", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionBody: {securityDefinitions: {K: {name: x-api-key}}, " +
			"paths: {/x: {get: {security: !If [Sure, [], [{K: []}]], " + behind + "}}}}}}\n", []string{"GET /x → F 1.0 Lambda"}, "is not known here" + needs},
		{"a scheme's authorizer", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionBody: {securityDefinitions: {S: {x-amazon-apigateway-authorizer: !Ref P}}, " +
			"paths: {/x: {get: {security: [{S: []}], " + behind + "}}}}}}\n", []string{"GET /x → F 1.0 Lambda (not known here)"}, "is not known here" + needs},
		{"whether a key is needed", put(method, "ApiKeyRequired: !Ref P"), []string{"GET / → F 1.0 API key +key"}, "ApiKeyRequired: is not known here, and taken for true"},
		{"whether an event needs a key", put(put(event, ", Auth: {ApiKeyRequired: !Ref P}"), ""), []string{"GET /x → F 1.0 API key +key"}, "is not known here, and taken for true"},
		{"the Auth of an API, by a macro", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, Auth: {'Fn::Transform': {Name: Mine}}, DefinitionBody: {paths: {/x: {get: {" + behind + "}}}}}}\n",
			[]string{"GET /x → F 1.0 Lambda (not known here)"}, "is not known here" + needs},
		{"the security of an operation, by a macro", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionBody: {paths: {/x: {get: {security: {'Fn::Transform': {Name: Mine}}, " + behind + "}}}}}}\n",
			[]string{"GET /x → F 1.0 Lambda (a macro)"}, "is not known here" + needs},
		{"a policy, by a macro", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, Policy: {'Fn::Transform': {Name: Mine}}, DefinitionBody: {paths: {/x: {get: {" + behind + "}}}}}}\n",
			[]string{"GET /x → F 1.0 resource policy ResourcePolicy"}, "a resource policy is not evaluated"},
		{"what a policy does", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, Policy: {Statement: [{Effect: !If [Sure, Allow, Deny], Principal: '*', Action: '*', Resource: '*'}]}, " +
			"DefinitionBody: {paths: {/x: {get: {" + behind + "}}}}}}\n", []string{"GET /x → F 1.0 resource policy ResourcePolicy"}, "a resource policy is not evaluated"},
		{"who may call, or nobody has to", put(method, "AuthorizationType: !If [Sure, NONE, AWS_IAM]"), []string{"GET / → F 1.0 Lambda NONE"}, "is not known here" + needs},
		{"the operations of a path", "  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionBody: {paths: {/x: !Ref P, '/{proxy+}': {get: {" + behind + "}}}}}}\n",
			[]string{"GET /{proxy+} → F 1.0", "ANY /x → 501"}, "what the definition has here is not known here"},
		{"the type of a URL", "      FunctionUrlConfig: {AuthType: !Ref P}\n", []string{"ANY $default → F 2.0 IAM"}, "AuthType: is not known here" + needs},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, function+test.lines+unset)
			if diff := cmp.Diff(test.routes, served(s)); diff != "" {
				t.Errorf("routes (-want +got):\n%s", diff)
			}
			if notes := strings.Join(noted(s), "\n"); !strings.Contains(notes, test.note) {
				t.Errorf("got the notes\n%s\nwant %s among them", notes, test.note)
			}
		})
	}
}
