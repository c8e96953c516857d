package auth

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/read/openapi"
	"maru/local/internal/template/internal/stack"
)

// The security of a definition's operations, by the schemes that the definition has.
func TestSecurity(t *testing.T) {
	const document = `      Body:
        securityDefinitions:
          pool: {type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authtype: cognito_user_pools}
          key: {type: apiKey, in: header, name: X-API-Key}
          signed: {type: apiKey, name: Authorization, x-amazon-apigateway-authtype: awsSigv4}
          basic: {type: basic}
        components: {securitySchemes: {modern: {$ref: '#/custom'}}}
        custom: {type: apiKey, x-amazon-apigateway-authtype: custom}
        none: {}
        empty: {security: []}
        pool: {security: [{pool: [a, b]}]}
        both: {security: [{pool: []}, {key: []}]}
        modern: {security: [{modern: []}]}
        signed: {security: [{signed: []}]}
        reserved: {security: [{AWS_IAM: []}, {api_key: []}]}
        unchecked: {security: [{basic: []}]}
        extension: {x-amazon-apigateway-auth: {type: aws_iam}}
        other: {security: [{pol: []}], x-amazon-apigateway-auth: {type: x}}
        name: {security: [pool]}
        mapping: {security: {pool: [c], key: []}}
        lists: {security: [[pool]]}
`
	kinds := func(kinds ...stack.AuthKind) []stack.AuthKind { return kinds }
	for _, test := range []struct {
		operation string
		given     bool
		want      []stack.AuthKind
		scopes    []string
		errs      []string
	}{
		{"none", false, nil, nil, nil},
		{"empty", true, nil, nil, nil},
		{"pool", true, kinds(stack.AuthCognito), []string{"a", "b"}, nil},
		{"both", true, kinds(stack.AuthCognito, stack.AuthAPIKey), nil, nil},
		{"modern", true, kinds(stack.AuthLambda), nil, nil},
		{"signed", true, kinds(stack.AuthIAM), nil, nil},
		{"reserved", true, kinds(stack.AuthIAM, stack.AuthAPIKey), nil, nil},
		{"unchecked", true, nil, nil, nil},
		{"extension", true, kinds(stack.AuthIAM), nil, nil},
		{"other", true, nil, nil, []string{
			`t.yaml:25:66: x-amazon-apigateway-auth has to have the type AWS_IAM or NONE, but here is "x"`,
			`t.yaml:25:29: the definition has no security scheme "pol"; did you mean "pool"?`,
		}},
		{"name", true, kinds(stack.AuthCognito), nil, nil},
		{"mapping", true, kinds(stack.AuthCognito, stack.AuthAPIKey), []string{"c"}, nil},
		{"lists", true, nil, nil, []string{"t.yaml:28:28: security has to be a list of mappings, but one is a list"}},
	} {
		t.Run(test.operation, func(t *testing.T) {
			o, report := propertytest.Read(t, "AWS::ApiGateway::RestApi", document)
			d := openapi.Open(o, "Body", "Location")
			var declared Authorizers
			declared.AddSchemes(d, new(stack.API))
			asked := declared.Security(d, d.Root.Object(test.operation))
			auth := declared.RouteAuth("GET", Demand{}, asked, Demand{})
			if diff := cmp.Diff(test.want, auth.Kinds()); diff != "" || asked.given != test.given {
				t.Errorf("got a list %t, and asked (-want +got):\n%s", asked.given, diff)
			}
			if auth != nil && cmp.Diff(test.scopes, auth.Scopes) != "" {
				t.Errorf("got the scopes %q, want %q", auth.Scopes, test.scopes)
			}
			var errs []string
			for _, err := range report.Errors() {
				errs = append(errs, err.Error())
			}
			if diff := cmp.Diff(test.errs, errs); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// What stands in the place of a list of mappings is noted.
func TestSecurityNotes(t *testing.T) {
	o, report := propertytest.Read(t, "AWS::ApiGateway::RestApi", "      Body: {securityDefinitions: {k: {name: x-api-key}}, security: k}\n")
	d := openapi.Open(o, "Body", "Location")
	var declared Authorizers
	declared.AddSchemes(d, new(stack.API))
	declared.Security(d, d.Root)
	want := []string{
		"8:69 approximated Body.security: is taken for a list of it; OpenAPI has a list of mappings",
		"8:69 approximated Body.security: is taken for a mapping of this name to no scopes",
		"8:13 refused Body.security: an API key" + refused,
	}
	if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// The scopes that a definition names for SAM's authorizer count in the place of the
// authorizer's own, even where they are none.
func TestSecurityScopes(t *testing.T) {
	for requirement, want := range map[string][]string{"[{L: []}]": nil, "[{L: [a]}]": {"a"}, "[L]": nil} {
		o, _ := propertytest.Read(t, "AWS::Serverless::Api", "      Body: {security: "+requirement+"}\n")
		var declared Authorizers
		declared.name("L", &stack.Auth{Authorizer: &stack.Authorizer{Name: "L"}, Scopes: []string{"own"}})
		d := openapi.Open(o, "Body", "Location")
		auth := declared.RouteAuth("GET", Demand{}, declared.Security(d, d.Root), Demand{})
		if auth == nil || cmp.Diff(want, auth.Scopes) != "" {
			t.Errorf("%s: got %+v, want the scopes %q", requirement, auth, want)
		}
	}
}

// SAM's authorizer stays where a scheme has its name.
func TestAddSchemes(t *testing.T) {
	o, report := propertytest.Read(t, "AWS::Serverless::Api", "      Body: {securityDefinitions: {L: {type: basic}, M: {type: basic}}}\n")
	sams := &stack.Auth{Authorizer: &stack.Authorizer{Name: "L"}}
	var declared Authorizers
	declared.name("L", sams)
	declared.AddSchemes(openapi.Open(o, "Body", "Location"), new(stack.API))
	if declared.named["L"] != sams {
		t.Errorf("got %v, want SAM's authorizer", declared.named["L"])
	}
	want := []string{"8:54 ignored Body.securityDefinitions.M: has no x-amazon-apigateway-authorizer: API Gateway does not check it"}
	if diff := cmp.Diff(want, propertytest.Said(report)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// A policy that names the API, its stage, region and account may let everybody in.
func TestPolicy(t *testing.T) {
	api := &stack.API{ID: "abc", Stage: "v1"}
	for resource, closed := range map[string]bool{
		"'execute-api:/*'": false, "execute-api:/v1/*": false, "execute-api:/v2/*": true,
		"'arn:aws:execute-api:us-east-1:123456789012:abc/*'": false, "'arn:aws:execute-api:us-east-1:123456789012:abcd/*'": true,
		"'arn:aws:execute-api:us-east-1:000000000000:abc/*'": true, "'arn:aws:execute-api:eu-west-1:123456789012:abc/*'": true,
		"!Ref Unset": true, "!Ref Nobody": true,
	} {
		o, report := propertytest.Read(t, "AWS::ApiGateway::RestApi",
			"      Policy: {Statement: {Effect: Allow, Principal: {AWS: '*'}, Action: execute-api:Invoke, Resource: "+resource+"}}\n")
		if got := Policy(o, api, "Policy") != nil; got != closed {
			t.Errorf("%s: got closed %t, want %t", resource, got, closed)
		}
		if report.End(); len(report.Errors()) != 0 || (len(report.Notes()) == 1) != closed {
			t.Errorf("%s: got %q, want a note where it is closed: %t", resource, propertytest.Said(report), closed)
		}
	}
	for _, none := range []string{"      Name: x\n", "      Policy: ''\n", "      Policy: {}\n", "      Policy: !Ref AWS::NoValue\n"} {
		o, _ := propertytest.Read(t, "AWS::ApiGateway::RestApi", none)
		if got := Policy(o, api, "Policy"); got != nil {
			t.Errorf("%s: got %v, want nil", none, got)
		}
	}
}
