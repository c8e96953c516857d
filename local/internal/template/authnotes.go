package template

// asking is a place of a template that declares a way of authorization or asks for
// one, with the note on it in case that this host cannot check it.
type asking struct {
	auth *Auth
	note Note
}

// asks files such a place; see noteAuth.
func (o *object) asks(auth *Auth, pos Position, key string) {
	o.asksFor(auth, pos, key, "")
}

// asksFor is asks with what the note has to say, where that is not said by the
// kind of authorization.
func (o *object) asksFor(auth *Auth, pos Position, key, text string) {
	n := o.newNote(Refused, pos, key, text)
	n.Auth = true
	o.askings = append(o.askings, asking{auth, n})
}

// The ends of notes on authorization: a host that let callers pass unchecked would
// hide a route's protection from its tests.
const (
	opensThem = "; --disable-authorizer opens them"
	opensIt   = "; --disable-authorizer opens it"
	refused   = " is not emulated: routes that need it refuse every request" + opensThem
)

// uncheckedTexts say what comes of each kind of authorization that is not checked.
var uncheckedTexts = map[AuthKind]string{
	AuthJWT:     "a JWT authorizer" + refused,
	AuthCognito: "a Cognito authorizer" + refused,
	AuthLambda:  noTarget + ": routes that need the authorizer refuse every request" + opensThem,
	AuthIAM:     "IAM authorization" + refused,
	AuthAPIKey:  "an API key" + refused,
	AuthPolicy: "a resource policy is not evaluated, and this one does not let everybody in: " +
		"every route of the API refuses every request" + opensThem,
}

// noteAuth notes, once everything is read, each place that asks for what this host
// cannot check.
func (r *reader) noteAuth() {
	for _, a := range r.askings {
		kind := a.auth.Unchecked()
		if kind == "" {
			continue
		}
		if a.note.Text == "" {
			a.note.Text = uncheckedTexts[kind]
		}
		r.stack.Notes = append(r.stack.Notes, a.note)
	}
	for _, s := range r.scopes {
		s.note.Text = scopeText(s.route.Auth)
		r.stack.Notes = append(r.stack.Notes, s.note)
	}
}

// scoped is a place that names the scopes of a route.
type scoped struct {
	route *Route
	note  Note
}

// scopesOf reads the scopes that tokens have to have for a route.
func (o *object) scopesOf(route *Route) []string {
	const key = "AuthorizationScopes"
	n := o.node.Get(key)
	if n == nil {
		return nil
	}
	o.scopes = append(o.scopes, scoped{route, o.newNote(Ignored, n.Pos, key, "")})
	return o.plainTexts(key)
}

// scopeText says what has become of the scopes of a route.
func scopeText(auth *Auth) string {
	switch {
	case auth == nil || auth.Authorizer == nil:
		return "the route has no authorizer that looks at scopes"
	case auth.Authorizer.Kind == AuthLambda:
		return noScopes
	}
	return "scopes are not checked; routes that need an authorizer are refused"
}

const noScopes = "a Lambda authorizer has no scopes"
