package template

import (
	"regexp"
	"time"

	"maru/local/internal/template/internal/syntax"
)

// How long a Lambda authorizer's answer is kept, in seconds. A REST API keeps
// it for defaultTTL where the template says nothing, an HTTP API not at all:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html.
const (
	defaultTTL = 300
	maxTTL     = 3600
)

// identityKinds are the lists of SAM's Identity, and what AWS writes before a
// name of each in the identity sources of a REST API and of an HTTP API.
var identityKinds = []struct{ list, rest, http string }{
	{"Headers", "method.request.header.", "$request.header."},
	{"QueryStrings", "method.request.querystring.", "$request.querystring."},
	{"StageVariables", "stageVariables.", "$stageVariables."},
	{"Context", "context.", "$context."},
}

// samRESTAuthorizer reads a Lambda authorizer of a SAM Api:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-lambdarequestauthorizer.html.
func (o *object) samRESTAuthorizer(a *api, e syntax.Entry) *Authorizer {
	authorizer := &LambdaAuthorizer{PayloadFormat: formatREST}
	declared := o.newLambda(a, e.Key, "FunctionArn", authorizer)
	authorizer.Token = o.choice("FunctionPayloadType", "TOKEN", "TOKEN", "REQUEST") == "TOKEN"
	identity := o.object("Identity")
	authorizer.TTL = identity.ttl("ReauthorizeEvery", defaultTTL)
	if authorizer.Token {
		authorizer.IdentitySources = []string{"method.request.header." + identity.text("Header", "Authorization")}
		authorizer.Validation = identity.pattern("ValidationExpression")
	} else {
		authorizer.IdentitySources = identity.identitySources(REST)
	}
	if !authorizer.Token && len(authorizer.IdentitySources) == 0 && authorizer.TTL > 0 {
		o.fail(e.Pos, "the authorizer %s needs one of Headers, QueryStrings, StageVariables and Context in Identity, or ReauthorizeEvery: 0", e.Key)
	}
	identity.done(identitySchema)
	o.done(lambdaAuthorizerSchema)
	return declared
}

// samHTTPAuthorizer is samRESTAuthorizer for an HttpApi:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-lambdaauthorizer.html.
func (o *object) samHTTPAuthorizer(a *api, e syntax.Entry) *Authorizer {
	authorizer := &LambdaAuthorizer{PayloadFormat: o.authorizerFormat("AuthorizerPayloadFormatVersion")}
	declared := o.newLambda(a, e.Key, "FunctionArn", authorizer)
	authorizer.SimpleResponses = o.boolean("EnableSimpleResponses", false)
	identity := o.object("Identity")
	authorizer.TTL = identity.ttl("ReauthorizeEvery", 0)
	authorizer.IdentitySources = identity.identitySources(HTTP)
	identity.done(identitySchema)
	o.done(lambdaAuthorizerSchema)
	return declared
}

// newLambda declares a Lambda authorizer whose function a property leads to. What
// else is known of it is lost where the template does not have the function.
func (o *object) newLambda(a *api, name, key string, lambda *LambdaAuthorizer) *Authorizer {
	declared := &Authorizer{Name: name, Kind: AuthLambda, Lambda: lambda, Pos: o.pos}
	if lambda.Function = o.invoked(key, a.StageVariables); lambda.Function == "" {
		declared.Lambda = nil
	}
	o.asks(&Auth{Authorizer: declared}, o.pos, key)
	return declared
}

// authorizerFormat reads the version of an HTTP API's authorizer's payload.
func (o *object) authorizerFormat(key string) string {
	if !o.has(key) {
		o.note(Approximated, o.pos, key, "is missing; 2.0 is taken for it, but AWS does not deploy such an authorizer")
	}
	return o.choice(key, formatHTTP, formatREST, formatHTTP)
}

func (o *object) has(key string) bool { return o.node.Get(key) != nil }

// identitySources reads SAM's Identity into identity sources as AWS spells them.
func (o *object) identitySources(kind Kind) []string {
	var sources []string
	for _, k := range identityKinds {
		prefix := k.rest
		if kind == HTTP {
			prefix = k.http
		}
		for _, n := range o.texts(k.list) {
			sources = append(sources, prefix+n.Value)
		}
	}
	return sources
}

func (o *object) ttl(key string, fallback int) time.Duration {
	if seconds := o.integer(key, 0, maxTTL); seconds != nil {
		fallback = *seconds
	}
	return time.Duration(fallback) * time.Second
}

// pattern reads a regular expression. API Gateway has Java's, of which Go does
// not know all.
func (o *object) pattern(key string) string {
	v := o.scalar(key)
	if v == nil {
		return ""
	}
	if _, err := regexp.Compile(v.Value); err != nil {
		o.note(Approximated, v.Pos, key, "this host cannot evaluate the expression; every token goes to the function")
		return ""
	}
	return v.Value
}

// lambdaAuthorizer reads what only Lambda authorizers have.
func (o *object) lambdaAuthorizer(a *api, name string, token bool) *Authorizer {
	authorizer := &LambdaAuthorizer{Token: token, PayloadFormat: formatREST}
	declared := o.newLambda(a, name, o.spell("authorizerUri"), authorizer)
	authorizer.IdentitySources = o.sources()
	fallback := defaultTTL
	if a.Kind == HTTP {
		fallback = 0
		authorizer.PayloadFormat = o.authorizerFormat(o.spell("authorizerPayloadFormatVersion"))
		authorizer.SimpleResponses = o.boolean(o.spell("enableSimpleResponses"), false)
	} else {
		authorizer.Validation = o.pattern(o.spell("identityValidationExpression"))
	}
	authorizer.TTL = o.ttl(o.spell("authorizerResultTtlInSeconds"), fallback)
	return declared
}
