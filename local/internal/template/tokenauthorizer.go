package template

// authorizationSource is where authorizers look for a token that are not told.
const authorizationSource = "method.request.header.Authorization"

// samJWTAuthorizer reads a JWT authorizer of a SAM HttpApi:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-oauth2authorizer.html.
func (o *object) samJWTAuthorizer(name string) *Authorizer {
	jwt := &JWTAuthorizer{IdentitySources: o.plainTexts("IdentitySource")}
	o.object("JwtConfiguration").jwtConfiguration(jwt)
	return &Authorizer{Name: name, Kind: AuthJWT, JWT: jwt, Pos: o.pos}
}

// samCognitoAuthorizer reads a Cognito authorizer of a SAM Api:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-cognitoauthorizer.html.
func (o *object) samCognitoAuthorizer(name string) *Authorizer {
	cognito := &CognitoAuthorizer{UserPools: o.plainTexts("UserPoolArn"), IdentitySources: []string{authorizationSource}}
	identity := o.object("Identity")
	if header := identity.plainText("Header"); header != "" {
		cognito.IdentitySources[0] = "method.request.header." + header
	}
	cognito.Validation = identity.plainText("ValidationExpression")
	return &Authorizer{Name: name, Kind: AuthCognito, Cognito: cognito, Pos: o.pos}
}

// jwtAuthorizer reads a JWT authorizer of an OpenAPI definition or of
// CloudFormation.
func (o *object) jwtAuthorizer(name string) *Authorizer {
	jwt := &JWTAuthorizer{IdentitySources: o.sources()}
	key := o.spell("jwtConfiguration")
	o.object(key).jwtConfiguration(jwt)
	return &Authorizer{Name: name, Kind: AuthJWT, JWT: jwt, Pos: o.pos}
}

func (o *object) jwtConfiguration(jwt *JWTAuthorizer) {
	jwt.Issuer = o.plainText(o.given("issuer", "Issuer"))
	jwt.Audience = o.plainTexts(o.given("audience", "Audience"))
}

// cognitoAuthorizer reads a Cognito authorizer of an OpenAPI definition, which
// has the token in header where nothing else is said, or of CloudFormation.
func (o *object) cognitoAuthorizer(name string) *Authorizer {
	return &Authorizer{Name: name, Kind: AuthCognito, Pos: o.pos, Cognito: &CognitoAuthorizer{
		UserPools: o.plainTexts(o.given("providerARNs", "ProviderARNs")), IdentitySources: o.sources(),
		Validation: o.plainText(o.spell("identityValidationExpression")),
	}}
}

// given gives the one of two names that the template uses.
func (o *object) given(name, other string) string {
	if o.has(other) {
		return other
	}
	return name
}
