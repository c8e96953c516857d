package template

import (
	"regexp"
	"strings"
	"time"

	"maru/local/internal/template/internal/resolve"
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

// samRESTAuthorizer reads a Lambda authorizer of a SAM Api, nil for one whose
// function the template does not have:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-lambdarequestauthorizer.html.
func (o *object) samRESTAuthorizer(a *api, e syntax.Entry) *Authorizer {
	authorizer := o.newAuthorizer(a, e.Key, "FunctionArn")
	authorizer.PayloadFormat = formatREST
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
	return authorizer.known()
}

// samHTTPAuthorizer is samRESTAuthorizer for an HttpApi:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-lambdaauthorizer.html.
func (o *object) samHTTPAuthorizer(a *api, e syntax.Entry) *Authorizer {
	authorizer := o.newAuthorizer(a, e.Key, "FunctionArn")
	authorizer.PayloadFormat = o.authorizerFormat("AuthorizerPayloadFormatVersion")
	authorizer.SimpleResponses = o.boolean("EnableSimpleResponses", false)
	identity := o.object("Identity")
	authorizer.TTL = identity.ttl("ReauthorizeEvery", 0)
	authorizer.IdentitySources = identity.identitySources(HTTP)
	identity.done(identitySchema)
	o.done(lambdaAuthorizerSchema)
	return authorizer.known()
}

// newAuthorizer gives an authorizer whose function a property leads to, and
// notes where that is none.
func (o *object) newAuthorizer(a *api, name, key string) *Authorizer {
	function := o.invoked(key, a.StageVariables)
	if function == "" {
		o.noteAuth(o.pos, key, noTarget+": routes that need the authorizer refuse every request; --disable-authorizer opens them")
	}
	return &Authorizer{Name: name, Function: function, Pos: o.pos}
}

// known gives the authorizer if the template has its function, nil otherwise.
func (a *Authorizer) known() *Authorizer {
	if a.Function == "" {
		return nil
	}
	return a
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

// authorizer reads an authorizer of an OpenAPI definition or of CloudFormation,
// which name its properties alike; header is where a definition has the token.
func (o *object) authorizer(a *api, name, header string) *Auth {
	defer o.done(authorizerSchema)
	auth := &Auth{Name: name, Pos: o.pos}
	v := o.scalar(o.spell("type", "authorizerType"))
	if v == nil {
		v = syntax.Text(o.pos, "")
	}
	switch kind := strings.ToUpper(v.Value); kind {
	case "TOKEN", "REQUEST":
		auth.Kind = AuthLambda
		auth.Authorizer = o.lambdaAuthorizer(a, name, kind == "TOKEN")
		if l := auth.Authorizer; l != nil && l.Token && len(l.IdentitySources) == 0 && header != "" {
			l.IdentitySources = []string{"method.request.header." + header}
		}
		return auth
	case "COGNITO_USER_POOLS":
		auth.Kind = AuthCognito
	case "JWT":
		auth.Kind = AuthJWT
	default:
		o.fail(v.Pos, "an authorizer's type has to be TOKEN, REQUEST, COGNITO_USER_POOLS or JWT, but here is %q", v.Value)
	}
	o.noteAuth(o.pos, "", "a "+string(auth.Kind)+" authorizer"+refused)
	return auth
}

// lambdaAuthorizer reads what only Lambda authorizers have; nil for one whose
// function the template does not have.
func (o *object) lambdaAuthorizer(a *api, name string, token bool) *Authorizer {
	authorizer := o.newAuthorizer(a, name, o.spell("authorizerUri"))
	authorizer.Token, authorizer.PayloadFormat = token, formatREST
	key := o.spell("identitySource")
	if v := o.value(key); v != nil && v.Kind == syntax.Scalar {
		for source := range strings.SplitSeq(v.Value, ",") {
			authorizer.IdentitySources = append(authorizer.IdentitySources, strings.TrimSpace(source))
		}
	} else {
		authorizer.IdentitySources = values(o.texts(key))
	}
	fallback := defaultTTL
	if a.Kind == HTTP {
		fallback = 0
		authorizer.PayloadFormat = o.authorizerFormat(o.spell("authorizerPayloadFormatVersion"))
		authorizer.SimpleResponses = o.boolean(o.spell("enableSimpleResponses"), false)
	} else {
		authorizer.Validation = o.pattern(o.spell("identityValidationExpression"))
	}
	authorizer.TTL = o.ttl(o.spell("authorizerResultTtlInSeconds"), fallback)
	return authorizer.known()
}

// restAuthorizer reads an AWS::ApiGateway::Authorizer:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-authorizer.html.
func (r *reader) restAuthorizer(res *resolve.Resource) {
	o := r.plain(res)
	if a := o.api("RestApiId", REST); a != nil {
		r.gateway.authorizers[res.LogicalID] = o.authorizer(a, o.text("Name", res.LogicalID), "")
	}
}

// httpAuthorizer reads an AWS::ApiGatewayV2::Authorizer:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-authorizer.html.
func (r *reader) httpAuthorizer(res *resolve.Resource) {
	o := r.plain(res)
	if a := o.httpAPI(); a != nil {
		r.gateway.authorizers[res.LogicalID] = o.authorizer(a, o.text("Name", res.LogicalID), "")
	}
}
