package template

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Templates that ask for authorization in more places than one.
func TestMergedSecurity(t *testing.T) {
	const (
		own = "Auth: {DefaultAuthorizer: My, Authorizers: {My: {FunctionArn: !GetAtt F.Arn, AuthorizerPayloadFormatVersion: '2.0'}}}"
		doc = "components: {securitySchemes: {Doc: {type: apiKey, name: Authorization, x-amazon-apigateway-authorizer: {type: %s}}, " +
			"My: {type: apiKey, name: Authorization}, Plain: {type: http}}}, "
		merges = "MergeDefinitions: true"
	)
	for _, test := range []struct{ name, kind, properties, event, document, operation, want string }{
		{"default, empty list", "Api", own, "", "", "security: [], " + behind, "GET /x → F 1.0 Lambda My"},
		{"default, empty list, HTTP", "HttpApi", own, "", "", "security: [], " + behind, "GET /x → F 1.0 Lambda My"},
		{"default, unchecked scheme", "Api", own, "", "", "security: [Plain: []], " + behind, "GET /x → F 1.0 Lambda My"},
		{"SAM's authorizer by the name of a scheme", "Api", own, "", "", "security: [My: []], " + behind, "GET /x → F 1.0 Lambda My"},
		{"SAM's authorizer by the name of a scheme, no default", "Api", "Auth: {Authorizers: {My: {FunctionArn: !GetAtt F.Arn}}}", "", "",
			"security: [My: []], " + behind, "GET /x → F 1.0 Lambda My"},
		{"no default", "Api", own, "", "", "security: [NONE: []], " + behind, "GET /x → F 1.0"},

		{"the event's integration", "Api", merges, "Auth: {}", "", "security: [Doc: []]", "GET /x → G 1.0 Cognito Doc"},
		{"the event's integration, HTTP", "HttpApi", "", "Auth: {}", "", "security: [Doc: []]", "GET /x → G 2.0 JWT Doc"},
		{"the event's integration, IAM", "HttpApi", "", "Auth: {}", "", extensionAuth + ": {type: aws_iam}", "GET /x → G 2.0 IAM"},
		{"the event's route", "Api", merges, "Auth: {}", "security: [Doc: []], ", "", "GET /x → G 1.0 Cognito Doc"},
		{"the event's route, HTTP", "HttpApi", "", "Auth: {}", "security: [Doc: []], ", "", "GET /x → G 2.0 JWT Doc"},

		{"an event that names no authorizer", "Api", merges, "Auth: {InvokeRole: NONE}", "", "security: [Doc: []], " + behind, "GET /x → G 1.0 Cognito Doc"},
		{"an event with scopes", "HttpApi", own, "Auth: {AuthorizationScopes: [a]}", "", "security: [Doc: []], " + behind, "GET /x → F 1.0 JWT Doc"},
		{"an event with a key", "Api", merges, "Auth: {ApiKeyRequired: true}", "", "security: [Doc: []], " + behind, "GET /x → G 1.0 Cognito Doc +key"},
		{"an event with IAM", "Api", merges, "Auth: {Authorizer: AWS_IAM}", "", "security: [Doc: []], " + behind, "GET /x → G 1.0 IAM"},
		{"an event with NONE", "HttpApi", own, "Auth: {Authorizer: NONE}", "", "security: [Doc: []], " + behind, "GET /x → F 1.0 JWT Doc"},
		{"an event that is not merged", "Api", "", "Auth: {Authorizer: AWS_IAM}", "", behind, "GET /x → F 1.0"},
		{"an event that overrides", "Api", "", "Auth: {Authorizer: AWS_IAM, OverrideApiAuth: true}", "", behind, "GET /x → F 1.0 IAM"},
	} {
		t.Run(test.name, func(t *testing.T) {
			authorizer, property := "cognito_user_pools", "RestApiId"
			if test.kind == "HttpApi" {
				authorizer, property = "jwt", "ApiId"
			}
			lines := ""
			if test.properties != "" {
				lines = "      " + test.properties + "\n"
			}
			if test.event != "" {
				lines += fmt.Sprintf("  G:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: provided\n      Handler: x\n"+
					"      Events: {E: {Type: %s, Properties: {%s: A, Path: /x, Method: get, %s}}}\n", test.kind, property, test.event)
			}
			body := "{" + fmt.Sprintf(doc, authorizer) + test.document + "paths: {/x: {get: {" + test.operation + "}}}}"
			if diff := cmp.Diff([]string{test.want}, served(mustParse(t, defined(test.kind, lines, body)))); diff != "" {
				t.Errorf("routes (-want +got):\n%s", diff)
			}
		})
	}
}

// A route of a definition takes one event: what a second asks for would be lost.
func TestMergedTwice(t *testing.T) {
	_, err := parse(defined("HttpApi", "  G:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: provided\n      Handler: x\n"+
		"      Events:\n        E: {Type: HttpApi, Properties: {ApiId: A, Path: /x, Method: get}}\n"+
		"        E2: {Type: HttpApi, Properties: {ApiId: A, Path: /x, Method: get}}\n", "{paths: {/x: {get: {"+behind+"}}}}"), Options{})
	want := []string{"template.yaml:20:9: A has the route GET /x already, defined at template.yaml:12:37"}
	if diff := cmp.Diff(want, messages(err)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// Every way to give an API a resource policy closes all of its routes.
func TestResourcePolicy(t *testing.T) {
	const (
		policy = "{Statement: [{Effect: Allow}]}"
		event  = "{Type: Api, Properties: {Path: /, Method: get, RestApiId: !Ref Rest}}"
		closed = "GET / → F 1.0 resource policy ResourcePolicy"
	)
	definition := func(policy string) string {
		return defined("Api", "", "{x-amazon-apigateway-policy: "+policy+", paths: {/: {get: {"+behind+"}}}}")
	}
	withoutSAM := func(resource string) string {
		return plain + "  P: {Type: AWS::ApiGateway::RestApi, Properties: {Policy: {Statement: {Effect: Allow, Principal: '*', Action: '*', Resource: '" +
			resource + "'}}, Body: {paths: {/: {get: {" + behind + "}}}}}}\n"
	}
	for _, test := range []struct{ name, src, want, property string }{
		{"of the API", strings.Replace(withAuth("", "", event), "Auth: {}", "Policy: "+policy, 1), closed, "Rest.Policy"},
		{"of the API's Auth", withAuth("{ResourcePolicy: {IpRangeBlacklist: [10.0.0.0/8]}}", "", event), closed, "Rest.Auth.ResourcePolicy"},
		{"of an event", withAuth("", "", strings.Replace(event, "}}", ", Auth: {ResourcePolicy: {CustomStatements: []}}}}", 1)), closed,
			"F.Events.E.Properties.Auth.ResourcePolicy"},
		{"of a definition", definition(policy), closed, "A.DefinitionBody.x-amazon-apigateway-policy"},
		{"without SAM", plain + "  P: {Type: AWS::ApiGateway::RestApi, Properties: {Policy: '{}', Body: {paths: {/: {get: {" + behind + "}}}}}}\n", closed, "P.Policy"},
		{"that cannot be read", definition("!ImportValue x"), closed, "A.DefinitionBody.x-amazon-apigateway-policy"},
		{"without SAM, of everybody", withoutSAM("execute-api:/*"), "GET / → F 1.0", ""},
		{"without SAM, of no stage", withoutSAM("execute-api://*"), closed, "P.Policy"},
		{"empty", definition("{}"), "GET / → F 1.0", ""},
		{"none", definition("!Ref AWS::NoValue"), "GET / → F 1.0", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, test.src)
			if diff := cmp.Diff([]string{test.want}, served(s)); diff != "" {
				t.Errorf("routes (-want +got):\n%s", diff)
			}
			got := ""
			for _, n := range s.Notes {
				if n.Level == Refused {
					got = n.Resource + "." + n.Property
				}
			}
			if got != test.property {
				t.Errorf("got a refusal of %q, want of %q", got, test.property)
			}
		})
	}
}

// A policy that lets everybody in closes nothing; every reserve in it does.
func TestOpenResourcePolicy(t *testing.T) {
	statement := func(resource, more string) string {
		return "{Effect: Allow, Principal: '*', Action: execute-api:Invoke, Resource: " + resource + more + "}"
	}
	const all = "'execute-api:/*'"
	for _, test := range []struct {
		name, policy string
		want         bool
	}{
		{"as documented", "{Version: 2012-10-17, Statement: [" + statement(all, "") + "]}", true},
		{"one statement", "{Statement: " + statement("'*'", ", Sid: x") + "}", true},
		{"SAM's statements", "{CustomStatements: [" + statement("'execute-api:/*/*/*'", "") + "]}", true},
		{"this stage", "{Statement: " + statement("'execute-api:/v1/*'", "") + "}", true},
		{"another stage", "{Statement: " + statement("'execute-api:/v2/*'", "") + "}", false},
		{"one method", "{Statement: " + statement("'execute-api:/*/GET/*'", "") + "}", false},
		{"one path", "{Statement: " + statement("'execute-api:/*/*/pets'", "") + "}", false},
		{"below one path", "{Statement: " + statement("'execute-api:/*/*/*/x'", "") + "}", false},
		{"deep paths", "{Statement: " + statement("'execute-api:/*/*/*/*'", "") + "}", false},
		{"no path", "{Statement: " + statement("'execute-api:/v1'", "") + "}", false},
		{"ARN", "{Statement: " + statement("!Sub 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:*/*'", "") + "}", true},
		{"ARN of all", "{Statement: " + statement("'arn:aws:execute-api:*:*:*'", "") + "}", true},
		{"ARN of this API", "{Statement: " + statement("!Sub 'arn:aws:execute-api:us-east-1:*:${A}/v1/*/*'", "") + "}", true},
		{"ARN of another API", "{Statement: " + statement("'arn:aws:execute-api:us-east-1:*:other/*'", "") + "}", false},
		{"ARN of another region", "{Statement: " + statement("'arn:aws:execute-api:eu-west-1:*:*/*'", "") + "}", false},
		{"ARN of another account", "{Statement: " + statement("'arn:aws:execute-api:*:999999999999:*/*'", "") + "}", false},
		{"ARN of another service", "{Statement: " + statement("'arn:aws:s3:::*'", "") + "}", false},
		{"among resources", "{Statement: " + statement("[other, "+all+"]", "") + "}", true},
		{"principals of accounts", "{Statement: {Effect: Allow, Principal: {AWS: ['*']}, Action: ['execute-api:*'], Resource: '*'}}", true},
		{"one principal", "{Statement: {Effect: Allow, Principal: {AWS: '123456789012'}, Action: '*', Resource: '*'}}", false},
		{"a service", "{Statement: {Effect: Allow, Principal: {Service: '*'}, Action: '*', Resource: '*'}}", false},
		{"no principal", "{Statement: {Effect: Allow, Action: '*', Resource: '*'}}", false},
		{"another action", "{Statement: {Effect: Allow, Principal: '*', Action: execute-api:ManageConnections, Resource: '*'}}", false},
		{"all but one action", "{Statement: {Effect: Allow, Principal: '*', NotAction: execute-api:Invoke, Resource: '*'}}", false},
		{"condition", "{Statement: " + statement(all, ", Condition: {IpAddress: {aws:SourceIp: 10.0.0.0/8}}") + "}", false},
		{"condition that is not there", "{Statement: " + statement(all, ", Condition: !Ref AWS::NoValue") + "}", true},
		{"condition with nothing in it", "{Statement: " + statement(all, ", Condition: ") + "}", false},
		{"what cannot be evaluated", "{Statement: [" + statement(all, ", Sid: !Select [9, [a]]") + "]}", false},
		{"denial beside", "{Statement: [" + statement(all, "") + ", {Effect: Deny, Principal: '*', Action: execute-api:Invoke, Resource: 'execute-api:/*/*/x'}]}", false},
		{"more beside", "{Statement: [" + statement(all, "") + ", " + statement(all, ", Condition: {Bool: {}}") + "]}", true},
		{"no effect", "{Statement: {Principal: '*', Action: '*', Resource: '*'}}", false},
		{"SAM's lists beside", "{CustomStatements: [" + statement(all, "") + "], IpRangeBlacklist: [10.0.0.0/8]}", false},
		{"both kinds of statements", "{CustomStatements: [" + statement(all, "") + "], Statement: [" + statement(all, "") + "]}", false},
		{"no statement", "{Version: 2012-10-17}", false},
		{"statements that are none", "{Statement: [x, [y]]}", false},
		{"text", "'*'", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := mustParse(t, defined("Api", "", "{x-amazon-apigateway-policy: "+test.policy+", paths: {/: {get: {"+behind+"}}}}"))
			if got := s.APIs[0].Routes[0].Auth == nil; got != test.want {
				t.Errorf("got open %v, want %v", got, test.want)
			}
			if got := len(noted(s)) == 0; got != test.want {
				t.Errorf("got notes %v, want none: %v", noted(s), test.want)
			}
		})
	}
}

// An open policy leaves a route what it asks for otherwise.
func TestOpenResourcePolicyKeepsAuth(t *testing.T) {
	src := strings.Replace(withAuth("", "", "{Type: Api, Properties: {Path: /, Method: get, RestApiId: !Ref Rest, Auth: {Authorizer: AWS_IAM}}}"), "Auth: {}",
		"Policy: {Statement: {Effect: Allow, Principal: '*', Action: '*', Resource: '*'}}", 1)
	if diff := cmp.Diff([]string{"GET / → F 1.0 IAM"}, served(mustParse(t, src))); diff != "" {
		t.Errorf("routes (-want +got):\n%s", diff)
	}
}
