package template

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Authorizers that check tokens, in each of their places.
func TestTokenAuthorizers(t *testing.T) {
	const (
		jwtOf     = "issuer: !Sub 'https://id.example.com/${AWS::Region}', audience: [a, b]"
		pool      = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a"
		source    = "$request.header.X-Token"
		restEvent = "{Type: Api, Properties: {Path: /, Method: get, RestApiId: !Ref Rest, Auth: {Authorizer: T, AuthorizationScopes: [own]}}}"
		httpEvent = "{Type: HttpApi, Properties: {Path: /, Method: get, ApiId: !Ref Web}}"
	)
	jwt := &JWTAuthorizer{Issuer: "https://id.example.com/us-east-1", Audience: []string{"a", "b"}, IdentitySources: []string{source}}
	cognito := &CognitoAuthorizer{UserPools: []string{pool}, IdentitySources: []string{"method.request.header.X-Token"}, ValidationExpression: "^a$"}
	for _, test := range []struct {
		name, src string
		want      Authorizer
		scopes    []string
	}{
		{"SAM, JWT", withAuth("", "{DefaultAuthorizer: T, Authorizers: {T: {JwtConfiguration: {"+jwtOf+"}, IdentitySource: "+source+", AuthorizationScopes: [x, y]}}}", httpEvent),
			Authorizer{Name: "T", Kind: AuthJWT, JWT: jwt}, []string{"x", "y"}},
		{"SAM, Cognito", withAuth("{DefaultAuthorizer: T, Authorizers: {T: {UserPoolArn: '"+pool+"', AuthorizationScopes: [x], Identity: {Header: X-Token, ValidationExpression: ^a$}}}}", "", restEvent),
			Authorizer{Name: "T", Kind: AuthCognito, Cognito: cognito}, []string{"own"}},
		{"OpenAPI, JWT", defined("HttpApi", "", "{components: {securitySchemes: {T: {type: oauth2, x-amazon-apigateway-authorizer: {type: jwt, identitySource: "+source+
			", jwtConfiguration: {"+jwtOf+"}}}}}, paths: {/x: {get: {security: [{T: [x]}], "+behind+"}}}}"),
			Authorizer{Name: "T", Kind: AuthJWT, JWT: jwt}, []string{"x"}},
		{"OpenAPI, Cognito", defined("Api", "", "{securityDefinitions: {T: {type: apiKey, name: X-Token, x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: ['"+pool+
			"'], identityValidationExpression: ^a$}}}, paths: {/x: {get: {security: [{T: []}], "+behind+"}}}}"),
			Authorizer{Name: "T", Kind: AuthCognito, Cognito: cognito}, nil},
		{"CloudFormation, JWT", plain + "  T: {Type: AWS::ApiGatewayV2::Authorizer, Properties: {ApiId: !Ref H, Name: T, AuthorizerType: JWT, IdentitySource: [" + source + "], " +
			"JwtConfiguration: {Issuer: https://id.example.com/us-east-1, Audience: [a, b]}}}\n" +
			"  I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref H, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt F.Arn, PayloadFormatVersion: '2.0'}}\n" +
			"  Q: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref H, RouteKey: GET /, Target: !Sub 'integrations/${I}', AuthorizationType: JWT, AuthorizerId: !Ref T, AuthorizationScopes: [x]}}\n",
			Authorizer{Name: "T", Kind: AuthJWT, JWT: jwt}, []string{"x"}},
		{"CloudFormation, Cognito", plain + "  T: {Type: AWS::ApiGateway::Authorizer, Properties: {RestApiId: !Ref R, Name: T, Type: COGNITO_USER_POOLS, ProviderARNs: ['" + pool +
			"'], IdentitySource: method.request.header.X-Token, IdentityValidationExpression: ^a$}}\n" +
			"  M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref R, ResourceId: !GetAtt R.RootResourceId, HttpMethod: GET, AuthorizationType: COGNITO_USER_POOLS, AuthorizerId: !Ref T, " +
			"AuthorizationScopes: [x], Integration: {Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: !Sub 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${F.Arn}/invocations'}}}\n",
			Authorizer{Name: "T", Kind: AuthCognito, Cognito: cognito}, []string{"x"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			auth := route(t, mustParse(t, test.src)).Auth
			if diff := cmp.Diff(&Auth{Authorizer: &test.want, Scopes: test.scopes}, auth, cmpopts.IgnoreTypes(Position{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What a token would be checked against is not reported as emulated where none is
// checked, and said once at the start.
func TestUncheckedConfiguration(t *testing.T) {
	s := mustParse(t, plain+
		"  T: {Type: AWS::ApiGatewayV2::Authorizer, Properties: {ApiId: !Ref H, AuthorizerType: JWT, JwtConfiguration: {Issuer: https://a, Audience: [a]}}}\n")
	var rows []string
	for _, n := range s.Report {
		if n.Resource == "T" && n.Level != Emulated {
			rows = append(rows, n.Level.String()+" "+n.Property)
		}
	}
	if diff := cmp.Diff([]string{"refused ", "refused JwtConfiguration"}, rows); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	want := []string{"8:3 refused T.: a JWT authorizer" + refused}
	if diff := cmp.Diff(want, slices.DeleteFunc(noted(s), func(n string) bool { return !strings.Contains(n, "JWT") })); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// A note on scopes says what the route's authorizer makes of them.
func TestScopesAreNoted(t *testing.T) {
	for authorizer, want := range map[string]string{
		"FunctionArn: !GetAtt F.Arn, AuthorizerPayloadFormatVersion: '2.0'":               noScopes,
		"JwtConfiguration: {issuer: a, audience: [b]}, IdentitySource: $request.header.A": "scopes are not checked; routes that need an authorizer are refused",
	} {
		web := "{DefaultAuthorizer: T, Authorizers: {T: {" + authorizer + "}}}"
		s := mustParse(t, withAuth("", web, "{Type: HttpApi, Properties: {Path: /, Method: get, ApiId: !Ref Web, Auth: {AuthorizationScopes: [x]}}}"))
		got := ""
		for _, n := range s.Notes {
			if strings.HasSuffix(n.Property, "AuthorizationScopes") {
				got = n.Text
			}
		}
		if got != want {
			t.Errorf("%s: got the note %q, want %q", authorizer, got, want)
		}
	}
}
