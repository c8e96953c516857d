package auth

import (
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
)

// authorizationSource is where authorizers look for a token that are not told.
const authorizationSource = "method.request.header.Authorization"

// samJWT reads a JWT authorizer of a SAM HttpApi:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-oauth2authorizer.html.
func samJWT(o *property.Object, name string) *stack.Authorizer {
	declared := &stack.JWTAuthorizer{IdentitySources: o.PlainTexts("IdentitySource")}
	issued(o.Object("JwtConfiguration"), declared)
	return &stack.Authorizer{Name: name, Kind: stack.AuthJWT, JWT: declared, Pos: o.Pos()}
}

// samCognito reads a Cognito authorizer of a SAM Api:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-cognitoauthorizer.html.
func samCognito(o *property.Object, name string) *stack.Authorizer {
	declared := &stack.CognitoAuthorizer{UserPools: o.PlainTexts("UserPoolArn"), IdentitySources: []string{authorizationSource}}
	identity := o.Object("Identity")
	if header := identity.PlainText("Header"); header != "" {
		declared.IdentitySources[0] = "method.request.header." + header
	}
	declared.Validation = identity.PlainText("ValidationExpression")
	return &stack.Authorizer{Name: name, Kind: stack.AuthCognito, Cognito: declared, Pos: o.Pos()}
}

// jwt reads a JWT authorizer of an OpenAPI definition or of CloudFormation.
func jwt(o *property.Object, name string) *stack.Authorizer {
	declared := &stack.JWTAuthorizer{IdentitySources: sources(o)}
	issued(o.Object(o.Spell("jwtConfiguration")), declared)
	return &stack.Authorizer{Name: name, Kind: stack.AuthJWT, JWT: declared, Pos: o.Pos()}
}

// issued reads a JwtConfiguration: who issues tokens, and for whom.
func issued(o *property.Object, declared *stack.JWTAuthorizer) {
	declared.Issuer = o.PlainText(given(o, "issuer", "Issuer"))
	declared.Audience = o.PlainTexts(given(o, "audience", "Audience"))
}

// cognito reads a Cognito authorizer of an OpenAPI definition or of CloudFormation.
func cognito(o *property.Object, name string) *stack.Authorizer {
	return &stack.Authorizer{Name: name, Kind: stack.AuthCognito, Pos: o.Pos(), Cognito: &stack.CognitoAuthorizer{
		UserPools: o.PlainTexts(given(o, "providerARNs", "ProviderARNs")), IdentitySources: sources(o),
		Validation: o.PlainText(o.Spell("identityValidationExpression")),
	}}
}

// given gives the one of two names that the template uses.
func given(o *property.Object, name, other string) string {
	if o.Has(other) {
		return other
	}
	return name
}
