package template

import (
	"strings"

	"maru/local/internal/template/internal/resolve"
	"maru/local/internal/template/internal/syntax"
)

// authorizer reads an authorizer of an OpenAPI definition or of CloudFormation,
// which name its properties alike; header is where a definition has the token.
func (o *object) authorizer(a *api, name, header string) *Auth {
	defer o.done(authorizerSchema)
	v := o.scalar(o.spell("type", "authorizerType"))
	if v == nil {
		v = syntax.Text(o.pos, "")
	}
	var declared *Authorizer
	switch kind := strings.ToUpper(v.Value); kind {
	case "TOKEN", "REQUEST":
		declared = o.lambdaAuthorizer(a, name, kind == "TOKEN")
		if l := declared.Lambda; l != nil && l.Token && len(l.IdentitySources) == 0 && header != "" {
			l.IdentitySources = []string{"method.request.header." + header}
		}
		return &Auth{Authorizer: declared, Pos: o.pos}
	case "COGNITO_USER_POOLS":
		declared = o.cognitoAuthorizer(name)
		if c := declared.Cognito; len(c.IdentitySources) == 0 && header != "" {
			c.IdentitySources = []string{"method.request.header." + header}
		}
	case "JWT":
		declared = o.jwtAuthorizer(name)
	default:
		o.fail(v.Pos, "an authorizer's type has to be TOKEN, REQUEST, COGNITO_USER_POOLS or JWT, but here is %q", v.Value)
		return nil
	}
	auth := &Auth{Authorizer: declared, Pos: o.pos}
	o.asks(auth, o.pos, "")
	for _, key := range []string{"JwtConfiguration", "ProviderARNs"} { // what a token is checked against
		if n := o.node.Get(key); n != nil && !o.openAPI {
			o.asks(auth, n.Pos, key)
		}
	}
	return auth
}

// sources reads the identity sources of such an authorizer, a list or a text with
// commas.
func (o *object) sources() []string {
	key := o.spell("identitySource")
	v := o.value(key)
	if v == nil || v.Kind != syntax.Scalar {
		return values(o.texts(key))
	}
	var sources []string
	for source := range strings.SplitSeq(v.Value, ",") {
		sources = append(sources, strings.TrimSpace(source))
	}
	return sources
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

// rawAuth reads the AuthorizationType of a method or route. An authorizer that
// no type puts to work is an error, not an open route.
func (o *object) rawAuth(route *Route) *Auth {
	scopes := o.scopesOf(route)
	n := o.scalar("AuthorizationType")
	if n == nil || n.Value == nameNone {
		if id := o.node.Get("AuthorizerId"); o.plainText("AuthorizerId") != "" {
			o.fail(id.Pos, "AuthorizerId needs an AuthorizationType other than NONE")
		}
		return nil
	}
	if n.Value == nameIAM {
		auth := &Auth{IAM: true, Pos: n.Pos}
		o.asks(auth, n.Pos, "AuthorizationType")
		return auth
	}
	if auth := o.gateway.authorizers[o.link("AuthorizerId")]; auth != nil {
		return with(auth, scopes, false, auth.Pos)
	}
	kind := map[string]AuthKind{"COGNITO_USER_POOLS": AuthCognito, "JWT": AuthJWT, "CUSTOM": AuthLambda}[n.Value]
	if kind == "" {
		o.fail(n.Pos, "AuthorizationType %q is not known%s", n.Value,
			syntax.Suggestion(n.Value, []string{nameNone, nameIAM, "CUSTOM", "COGNITO_USER_POOLS", "JWT"}))
	}
	auth := &Auth{Authorizer: &Authorizer{Kind: kind, Pos: n.Pos}, Scopes: scopes, Pos: n.Pos}
	o.asksFor(auth, n.Pos, "AuthorizerId", "leads to no authorizer of this template: the route refuses every request"+opensIt)
	return auth
}
