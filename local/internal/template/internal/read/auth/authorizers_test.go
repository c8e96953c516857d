package auth

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"maru/local/internal/template/internal/property/propertytest"
	"maru/local/internal/template/internal/stack"
)

// ignorePos leaves positions out of a comparison.
var ignorePos = cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Pos" }, cmp.Ignore())

// Lambda authorizers of SAM, each kind of API with its spelling of identity sources and
// its defaults.
func TestSAMLambdaAuthorizers(t *testing.T) {
	const function = "FunctionArn: !GetAtt F.Arn"
	for _, test := range []struct {
		name, authorizer string
		kind             stack.Kind
		want             stack.LambdaAuthorizer
		said             []string
	}{
		{"a token", "{" + function + "}", stack.REST, stack.LambdaAuthorizer{
			Function: "F", Token: true, IdentitySources: []string{"method.request.header.Authorization"}, TTL: 5 * time.Minute, PayloadFormat: "1.0"}, nil},
		{"a token of one's own", "{" + function + ", Identity: {Header: X, ValidationExpression: '^a', ReauthorizeEvery: 0}}", stack.REST, stack.LambdaAuthorizer{
			Function: "F", Token: true, IdentitySources: []string{"method.request.header.X"}, ValidationExpression: "^a", PayloadFormat: "1.0"}, nil},
		{"an expression that Go does not know", "{" + function + ", Identity: {ValidationExpression: '(?=a)'}}", stack.REST, stack.LambdaAuthorizer{
			Function: "F", Token: true, IdentitySources: []string{"method.request.header.Authorization"}, TTL: 5 * time.Minute, PayloadFormat: "1.0"},
			[]string{"8:93 approximated Auth.Authorizers.L.Identity.ValidationExpression: this host cannot evaluate the expression; every token goes to the function"}},
		{"a request", "{" + function + ", FunctionPayloadType: REQUEST, Identity: {Headers: [A], QueryStrings: [b], StageVariables: [c], Context: [d], ReauthorizeEvery: 60}}",
			stack.REST, stack.LambdaAuthorizer{Function: "F", TTL: time.Minute, PayloadFormat: "1.0",
				IdentitySources: []string{"method.request.header.A", "method.request.querystring.b", "stageVariables.c", "context.d"}}, nil},
		{"a request without identity", "{" + function + ", FunctionPayloadType: REQUEST}", stack.REST,
			stack.LambdaAuthorizer{Function: "F", TTL: 5 * time.Minute, PayloadFormat: "1.0"},
			[]string{"t.yaml:8:28: the authorizer L needs one of Headers, QueryStrings, StageVariables and Context in Identity, or ReauthorizeEvery: 0"}},
		{"of an HTTP API", "{" + function + ", AuthorizerPayloadFormatVersion: '2.0', EnableSimpleResponses: true, Identity: {Headers: [A], Context: [d]}}", stack.HTTP,
			stack.LambdaAuthorizer{Function: "F", PayloadFormat: "2.0", SimpleResponses: true, IdentitySources: []string{"$request.header.A", "$context.d"}}, nil},
		{"of an HTTP API, without a format", "{" + function + "}", stack.HTTP, stack.LambdaAuthorizer{Function: "F", PayloadFormat: "2.0"},
			[]string{"t.yaml:8:31: a Lambda authorizer of an HTTP API needs AuthorizerPayloadFormatVersion, 1.0 or 2.0"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, "Any::Type", "      Auth: {Authorizers: {L: "+test.authorizer+"}, DefaultAuthorizer: L}\n")
			api := &stack.API{Kind: test.kind}
			var declared Authorizers
			if test.kind == stack.REST {
				declared, _ = REST(o.Object("Auth"), api)
			} else {
				declared = HTTP(o.Object("Auth"), api)
			}
			report.End()
			if declared.fallback == nil || declared.fallback.Authorizer.Lambda == nil {
				t.Fatalf("got the default %v, want L", declared.fallback)
			}
			if diff := cmp.Diff(&test.want, declared.fallback.Authorizer.Lambda); diff != "" {
				t.Errorf("authorizer (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}

// What routes have that ask for nothing.
func TestDefaults(t *testing.T) {
	for _, test := range []struct {
		name, auth   string
		kind         stack.Kind
		get, options []stack.AuthKind
		said         []string
	}{
		{"nothing", "{}", stack.REST, nil, nil, nil},
		{"IAM", "{DefaultAuthorizer: AWS_IAM}", stack.REST, []stack.AuthKind{stack.AuthIAM}, []stack.AuthKind{stack.AuthIAM},
			[]string{"8:33 refused Auth.DefaultAuthorizer: IAM authorization" + refused}},
		{"IAM but for preflights", "{DefaultAuthorizer: AWS_IAM, AddDefaultAuthorizerToCorsPreflight: false}", stack.REST, []stack.AuthKind{stack.AuthIAM}, nil,
			[]string{"8:33 refused Auth.DefaultAuthorizer: IAM authorization" + refused}},
		{"IAM of an HTTP API", "{DefaultAuthorizer: AWS_IAM, EnableIamAuthorizer: true}", stack.HTTP, []stack.AuthKind{stack.AuthIAM}, nil,
			[]string{"8:33 refused Auth.DefaultAuthorizer: IAM authorization" + refused}},
		{"a key", "{ApiKeyRequired: true}", stack.REST, []stack.AuthKind{stack.AuthAPIKey}, []stack.AuthKind{stack.AuthAPIKey},
			[]string{"8:30 refused Auth.ApiKeyRequired: an API key" + refused}},
		{"no authorizer of this name", "{DefaultAuthorizer: M, Authorizers: {N: {UserPoolArn: p}}}", stack.REST, nil, nil,
			[]string{`t.yaml:8:33: the API has no authorizer "M"`, "8:50 refused Auth.Authorizers.N: a Cognito authorizer" + refused}},
		{"a misspelt key", "{DefaultAuthoriser: AWS_IAM}", stack.REST, nil, nil,
			[]string{`t.yaml:8:14: DefaultAuthoriser is not a property of Auth; did you mean "DefaultAuthorizer"?`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, "Any::Type", "      Auth: "+test.auth+"\n")
			var declared Authorizers
			if test.kind == stack.REST {
				declared, _ = REST(o.Object("Auth"), new(stack.API))
			} else {
				declared = HTTP(o.Object("Auth"), new(stack.API))
			}
			report.End()
			for method, want := range map[string][]stack.AuthKind{"GET": test.get, "OPTIONS": test.options} {
				if diff := cmp.Diff(want, declared.RouteAuth(method, Demand{}, Demand{}, Demand{}).Kinds()); diff != "" {
					t.Errorf("%s (-want +got):\n%s", method, diff)
				}
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}

// An authorizer of CloudFormation and one of a definition, of each type.
func TestAuthorizer(t *testing.T) {
	const uri = "arn:aws:lambda:us-east-1:123456789012:function:hello"
	cognito := &stack.Authorizer{Name: "N", Kind: stack.AuthCognito, Cognito: &stack.CognitoAuthorizer{
		UserPools: []string{"pool"}, IdentitySources: []string{"method.request.header.X"},
	}}
	jwt := &stack.Authorizer{Name: "N", Kind: stack.AuthJWT, JWT: &stack.JWTAuthorizer{
		Issuer: "https://issuer.example", Audience: []string{"a", "b"}, IdentitySources: []string{"$request.header.A"},
	}}
	token := &stack.Authorizer{Name: "N", Kind: stack.AuthLambda, Lambda: &stack.LambdaAuthorizer{
		Function: "F", Token: true, IdentitySources: []string{"method.request.header.X"}, TTL: 5 * time.Minute, PayloadFormat: "1.0",
	}}
	for _, test := range []struct {
		name, lines string
		kind        stack.Kind
		want        *stack.Authorizer
		said        []string
	}{
		{"Lambda", "      Type: TOKEN\n      AuthorizerUri: " + uri + "\n      IdentitySource: method.request.header.X\n", stack.REST, token, nil},
		{"Lambda of a definition", "      D: {type: token, authorizerUri: '" + uri + "'}\n", stack.REST, token, nil},
		{"Lambda of another template", "      Type: REQUEST\n      AuthorizerUri: x\n      IdentitySource: context.identity.sourceIp\n", stack.REST, &stack.Authorizer{Name: "N", Kind: stack.AuthLambda},
			[]string{"5:3 refused AuthorizerUri: leads to no function of this template: routes that need the authorizer refuse every request; --disable-authorizer opens them"}},
		{"Lambda of an HTTP API", "      AuthorizerType: REQUEST\n      AuthorizerUri: " + uri + "\n      AuthorizerPayloadFormatVersion: '2.0'\n      AuthorizerResultTtlInSeconds: 1\n" +
			"      EnableSimpleResponses: true\n      IdentitySource: [$context.routeKey, $request.querystring.a]\n", stack.HTTP, &stack.Authorizer{Name: "N", Kind: stack.AuthLambda, Lambda: &stack.LambdaAuthorizer{
			Function: "F", TTL: time.Second, PayloadFormat: "2.0", SimpleResponses: true,
			IdentitySources: []string{"$context.routeKey", "$request.querystring.a"}}}, nil},
		{"Cognito", "      Type: COGNITO_USER_POOLS\n      ProviderARNs: [pool]\n      IdentitySource: method.request.header.X\n", stack.REST, cognito,
			[]string{"5:3 refused : a Cognito authorizer" + refused, "9:21 refused ProviderARNs: a Cognito authorizer" + refused}},
		{"Cognito of a definition", "      D: {type: cognito_user_pools, providerARNs: [pool]}\n", stack.REST, cognito,
			[]string{"8:10 refused D: a Cognito authorizer" + refused}},
		{"Cognito of a definition, in CloudFormation's spelling", "      D: {type: cognito_user_pools, ProviderARNs: [pool]}\n", stack.REST, cognito,
			[]string{"8:10 refused D: a Cognito authorizer" + refused}},
		{"JWT", "      AuthorizerType: JWT\n      IdentitySource: [$request.header.A]\n      JwtConfiguration: {Issuer: 'https://issuer.example', Audience: [a, b]}\n",
			stack.HTTP, jwt, []string{"5:3 refused : a JWT authorizer" + refused, "10:25 refused JwtConfiguration: a JWT authorizer" + refused}},
		{"JWT of a definition", "      D: {type: jwt, identitySource: $request.header.A, jwtConfiguration: {issuer: 'https://issuer.example', audience: [a, b]}}\n",
			stack.HTTP, jwt, []string{"8:10 refused D: a JWT authorizer" + refused}},
		{"another type", "      Type: OTHER\n", stack.REST, &stack.Authorizer{Name: "N", Kind: stack.AuthLambda,
			Unsupported: `t.yaml:8:13: REST API authorizers have to be of the type TOKEN or REQUEST or COGNITO_USER_POOLS, but here is "OTHER"`},
			[]string{`t.yaml:8:13: REST API authorizers have to be of the type TOKEN or REQUEST or COGNITO_USER_POOLS, but here is "OTHER"`}},
		{"no type", "      Name: x\n", stack.REST, &stack.Authorizer{Name: "N", Kind: stack.AuthLambda,
			Unsupported: `t.yaml:5:3: REST API authorizers have to be of the type TOKEN or REQUEST or COGNITO_USER_POOLS, but here is ""`},
			[]string{`t.yaml:5:3: REST API authorizers have to be of the type TOKEN or REQUEST or COGNITO_USER_POOLS, but here is ""`,
				"8:7 ignored Name: is not a property of an authorizer"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, "AWS::ApiGateway::Authorizer", test.lines)
			if o.Has("D") {
				o = o.Definition("D", o.Get("D"))
			}
			got := Authorizer(o, &stack.API{Kind: test.kind}, "N", map[bool]string{true: "X"}[o.InDefinition()])
			report.End()
			var declared *stack.Authorizer
			if got != nil {
				declared = got.Authorizer
			}
			if diff := cmp.Diff(test.want, declared, ignorePos); diff != "" {
				t.Errorf("authorizer (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}

// The Authorization header is where API Gateway looks for a token if it is not told.
func TestDefaultIdentitySource(t *testing.T) {
	const rest, http = "method.request.header.Authorization", "$request.header.Authorization"
	const uri = "AuthorizerUri: 'arn:aws:lambda:us-east-1:123456789012:function:hello'"
	declared := func(lines string, api *stack.API) *stack.Authorizer {
		o, _ := propertytest.Read(t, "AWS::ApiGateway::Authorizer", lines)
		switch auth := o.Object("Auth"); {
		case !auth.Exists():
			return Authorizer(o, api, "N", "").Authorizer
		case api.Kind == stack.REST:
			a, _ := REST(auth, api)
			return a.fallback.Authorizer
		default:
			a := HTTP(auth, api)
			return a.fallback.Authorizer
		}
	}
	for _, test := range []struct {
		name, lines string
		kind        stack.Kind
		want        []string
	}{
		{"SAM's TOKEN", "      Auth: {DefaultAuthorizer: N, Authorizers: {N: {FunctionArn: !GetAtt F.Arn}}}\n", stack.REST, []string{rest}},
		{"SAM's Cognito", "      Auth: {DefaultAuthorizer: N, Authorizers: {N: {UserPoolArn: a}}}\n", stack.REST, []string{rest}},
		{"SAM's JWT", "      Auth: {DefaultAuthorizer: N, Authorizers: {N: {JwtConfiguration: {}}}}\n", stack.HTTP, []string{http}},
		{"TOKEN", "      Type: TOKEN\n      " + uri + "\n", stack.REST, []string{rest}},
		{"REQUEST", "      Type: REQUEST\n      " + uri + "\n", stack.REST, nil},
		{"Cognito", "      Type: COGNITO_USER_POOLS\n", stack.REST, []string{rest}},
		{"JWT", "      AuthorizerType: JWT\n", stack.HTTP, []string{http}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			switch a := declared(test.lines, &stack.API{Kind: test.kind}); a.Kind {
			case stack.AuthLambda:
				got = a.Lambda.IdentitySources
			case stack.AuthCognito:
				got = a.Cognito.IdentitySources
			case stack.AuthJWT:
				got = a.JWT.IdentitySources
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("identity sources (-want +got):\n%s", diff)
			}
		})
	}
}

// A DefaultAuthorizer that comes to nothing leaves routes open, and an event may still
// turn it away.
func TestDefaultNone(t *testing.T) {
	const undeployed = "8:33 approximated Auth.DefaultAuthorizer: NONE opens routes as no DefaultAuthorizer does; SAM deploys it for an Api without Authorizers only"
	for _, test := range []struct {
		name, auth string
		kind       stack.Kind
		said       []string
	}{
		{"NONE without authorizers", "{DefaultAuthorizer: NONE}", stack.REST, nil},
		{"NONE beside authorizers", "{DefaultAuthorizer: NONE, Authorizers: {L: {FunctionArn: hello}}}", stack.REST, []string{undeployed}},
		{"NONE of an HTTP API", "{DefaultAuthorizer: NONE}", stack.HTTP, []string{undeployed}},
		{"a name without authorizers", "{DefaultAuthorizer: Nobody}", stack.REST, []string{
			"8:33 ignored Auth.DefaultAuthorizer: has no effect, as the API declares no Authorizers: routes that ask for nothing are open"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, report := propertytest.Read(t, "Any::Type", "      Auth: "+test.auth+"\n      Event: {Authorizer: NONE}\n")
			api := &stack.API{Kind: test.kind}
			var declared Authorizers
			if test.kind == stack.REST {
				declared, _ = REST(o.Object("Auth"), api)
			} else {
				declared = HTTP(o.Object("Auth"), api)
			}
			event := declared.Event(o.Object("Event"), api, new(stack.Route))
			for _, asked := range []Demand{{}, event.Demand} {
				if got := declared.RouteAuth("GET", Demand{}, Demand{}, asked); got != nil {
					t.Errorf("got a route that asks for %v, want an open one", got.Kinds())
				}
			}
			if diff := cmp.Diff(test.said, propertytest.Said(report)); diff != "" {
				t.Errorf("errors and notes (-want +got):\n%s", diff)
			}
		})
	}
}
