package auth

import (
	"regexp"
	"time"

	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/stack"
	"maru/local/internal/template/internal/syntax"
)

// How long a Lambda authorizer's answer is kept at most, and where the template says
// nothing, in seconds. An HTTP API does not keep it then:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html.
const maxTTL = 3600

var defaultTTLs = map[stack.Kind]int{stack.REST: 300, stack.HTTP: 0}

// samREST reads a Lambda authorizer of a SAM Api:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-lambdarequestauthorizer.html.
func samREST(o *property.Object, api *stack.API, e syntax.Entry) *stack.Authorizer {
	authorizer := &stack.LambdaAuthorizer{PayloadFormat: stack.Format1}
	declared := newLambda(o, api, e.Key, "FunctionArn", authorizer)
	authorizer.Token = o.Choice("FunctionPayloadType", "TOKEN", "TOKEN", "REQUEST") == "TOKEN"
	identity := o.Object("Identity")
	authorizer.TTL = ttl(identity, "ReauthorizeEvery", stack.REST)
	if authorizer.Token {
		authorizer.IdentitySources = []string{headerSource(stack.REST, headerName(identity))}
		authorizer.ValidationExpression = pattern(identity, "ValidationExpression")
	} else {
		authorizer.IdentitySources = identitySources(identity, stack.REST)
	}
	if indistinct(authorizer) {
		o.Fail(e.Pos, "the authorizer %s needs one of Headers, QueryStrings, StageVariables and Context in Identity, or ReauthorizeEvery: 0", e.Key)
	}
	identity.Done(identitySchema)
	o.Done(lambdaAuthorizerSchema)
	return declared
}

// samHTTP is samREST for an HttpApi:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-lambdaauthorizer.html.
func samHTTP(o *property.Object, api *stack.API, e syntax.Entry) *stack.Authorizer {
	authorizer := &stack.LambdaAuthorizer{PayloadFormat: payloadFormat(o, "AuthorizerPayloadFormatVersion")}
	declared := newLambda(o, api, e.Key, "FunctionArn", authorizer)
	authorizer.SimpleResponses = simpleResponses(o, "EnableSimpleResponses", authorizer.PayloadFormat)
	if n := o.Get("AuthorizationScopes"); n != nil {
		o.Fail(n.Pos, "%s; SAM deploys the authorizer %s without them only", noScopes, e.Key)
	}
	identity := o.Object("Identity")
	authorizer.TTL = ttl(identity, "ReauthorizeEvery", stack.HTTP)
	authorizer.IdentitySources = identitySources(identity, stack.HTTP)
	if indistinct(authorizer) {
		o.Fail(e.Pos, "the authorizer %s needs one of Headers, QueryStrings, StageVariables and Context in Identity, or ReauthorizeEvery: 0", e.Key)
	}
	identity.Done(identitySchema)
	o.Done(lambdaAuthorizerSchema)
	return declared
}

// newLambda declares a Lambda authorizer of the API whose function the property key
// leads to. What else is known of it is lost where the template does not have the
// function.
func newLambda(o *property.Object, api *stack.API, name, key string, lambda *stack.LambdaAuthorizer) *stack.Authorizer {
	declared := &stack.Authorizer{Name: name, Kind: stack.AuthLambda, Lambda: lambda, Pos: o.Pos()}
	if !o.Has(key) {
		o.Fail(o.Pos(), "the authorizer %s has no %s", name, key)
	}
	if uri := o.PlainText(key); resolve.StageVariables(uri) {
		lambda.URI = uri
	}
	if lambda.Function = o.Function(key, api.StageVariables); lambda.Function == "" {
		declared.Lambda = nil
	}
	asks(o, &stack.Auth{Authorizer: declared}, o.Pos(), key)
	return declared
}

// payloadFormat reads the version of an HTTP API's authorizer's payload.
func payloadFormat(o *property.Object, key string) string {
	if !o.Has(key) {
		o.Fail(o.Pos(), "a Lambda authorizer of an HTTP API needs %s, %s or %s", key, stack.Format1, stack.Format2)
	}
	return o.Choice(key, stack.Format2, stack.Format1, stack.Format2)
}

// ttl reads how long an API of a kind keeps an answer.
func ttl(o *property.Object, key string, kind stack.Kind) time.Duration {
	fallback := defaultTTLs[kind]
	if seconds := o.Integer(key, 0, maxTTL); seconds != nil {
		fallback = *seconds
	}
	return time.Duration(fallback) * time.Second
}

// pattern reads a regular expression. API Gateway has Java's, of which Go does
// not know all.
func pattern(o *property.Object, key string) string {
	v := o.Scalar(key)
	if v == nil {
		return ""
	}
	if _, err := regexp.Compile(v.Value); err != nil {
		o.Note(stack.Approximated, v.Pos, key, "this host cannot evaluate the expression; every token goes to the function")
		return ""
	}
	return v.Value
}

// lambda reads a Lambda authorizer of an OpenAPI definition or of CloudFormation.
func lambda(o *property.Object, api *stack.API, name string, token bool) *stack.Authorizer {
	authorizer := &stack.LambdaAuthorizer{Token: token, PayloadFormat: stack.Format1}
	declared := newLambda(o, api, name, o.Spell("authorizerUri"), authorizer)
	form := requested[api.Kind]
	if token {
		form = restHeader
	}
	authorizer.IdentitySources = sources(o, form)
	if api.Kind == stack.HTTP {
		authorizer.PayloadFormat = payloadFormat(o, o.Spell("authorizerPayloadFormatVersion"))
		authorizer.SimpleResponses = simpleResponses(o, o.Spell("enableSimpleResponses"), authorizer.PayloadFormat)
	} else {
		authorizer.ValidationExpression = pattern(o, o.Spell("identityValidationExpression"))
	}
	authorizer.TTL = ttl(o, o.Spell("authorizerResultTtlInSeconds"), api.Kind)
	if indistinct(authorizer) {
		o.Fail(o.Pos(), "the authorizer %s needs an %s, or %s: 0", name, o.Spell("identitySource"), o.Spell("authorizerResultTtlInSeconds"))
	}
	return declared
}

// simpleResponses reads whether the function answers with isAuthorized, which it does
// with format 2.0 only:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html.
func simpleResponses(o *property.Object, key, format string) bool {
	simple := o.Boolean(key, false)
	if simple && format == stack.Format1 {
		o.Fail(o.PosOf(key), "%s needs the payload format version 2.0, but here is 1.0", key)
	}
	return simple
}

// indistinct reports whether the answers of an authorizer are kept with nothing by which
// they are told apart.
func indistinct(authorizer *stack.LambdaAuthorizer) bool {
	return !authorizer.Token && len(authorizer.IdentitySources) == 0 && authorizer.TTL > 0
}
