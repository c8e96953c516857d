package auth

import (
	"maru/local/internal/template/internal/property"
	"maru/local/internal/template/internal/stack"
)

// samJWT reads a JWT authorizer of a SAM HttpApi:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-oauth2authorizer.html.
func samJWT(o *property.Object, name string) *stack.Authorizer {
	const key = "IdentitySource"
	if !o.Has(key) {
		o.Fail(o.Pos(), "the authorizer %s has no %s, such as $request.header.Authorization", name, key)
	}
	declared := &stack.JWTAuthorizer{IdentitySources: tokenSources(o)}
	configuration := o.Object("JwtConfiguration")
	issued(configuration, declared)
	noteUnknown(configuration, jwtConfigurationSchema)
	o.Ask("AuthorizationScopes")
	noteUnknown(o, tokenAuthorizerSchema)
	return &stack.Authorizer{Name: name, Kind: stack.AuthJWT, JWT: declared, Pos: o.Pos()}
}

// samCognito reads a Cognito authorizer of a SAM Api:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-cognitoauthorizer.html.
func samCognito(o *property.Object, name string) *stack.Authorizer {
	declared := &stack.CognitoAuthorizer{UserPools: o.PlainTexts("UserPoolArn")}
	identity := o.Object("Identity")
	declared.IdentitySources = []string{headerSource(stack.REST, headerName(identity))}
	declared.ValidationExpression = identity.PlainText("ValidationExpression")
	identity.Ask("ReauthorizeEvery")
	noteUnknown(identity, identitySchema)
	o.Ask("AuthorizationScopes")
	noteUnknown(o, tokenAuthorizerSchema)
	return &stack.Authorizer{Name: name, Kind: stack.AuthCognito, Cognito: declared, Pos: o.Pos()}
}

// jwt reads a JWT authorizer of an OpenAPI definition or of CloudFormation.
func jwt(o *property.Object, name string) *stack.Authorizer {
	declared := &stack.JWTAuthorizer{IdentitySources: tokenSources(o)}
	issued(o.Object(o.Spell("jwtConfiguration")), declared)
	return &stack.Authorizer{Name: name, Kind: stack.AuthJWT, JWT: declared, Pos: o.Pos()}
}

// issued reads a JwtConfiguration: who issues tokens, and for whom.
func issued(o *property.Object, declared *stack.JWTAuthorizer) {
	declared.Issuer = o.PlainText(given(o, "issuer", "Issuer"))
	declared.Audience = o.PlainTexts(given(o, "audience", "Audience"))
}

// cognito reads a Cognito authorizer of an OpenAPI definition or of CloudFormation. The
// header is where a definition has the token, "" where nothing says so.
func cognito(o *property.Object, name, header string) *stack.Authorizer {
	return &stack.Authorizer{Name: name, Kind: stack.AuthCognito, Pos: o.Pos(), Cognito: &stack.CognitoAuthorizer{
		UserPools:            o.PlainTexts(given(o, "providerARNs", "ProviderARNs")),
		IdentitySources:      orHeader(sources(o, restHeader), stack.REST, header),
		ValidationExpression: o.PlainText(o.Spell("identityValidationExpression")),
	}}
}

// given gives the one of two names that the template uses.
func given(o *property.Object, name, other string) string {
	if o.Has(other) {
		return other
	}
	return name
}

// noteUnknown notes the keys that the schema does not have. What is known is reported as
// emulated where tokens are checked.
func noteUnknown(o *property.Object, s property.Schema) {
	for _, e := range o.Entries() {
		if !o.Asked(e.Key) {
			o.Note(stack.Ignored, e.Pos, e.Key, "is not a property of "+s.Of+o.Suggestion(e.Key, s))
		}
	}
}
